"""Questions that a page is asked in the browser: the scripts in the folder beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_FOLDER = Path(__file__).parent / "questions"


def ask(page: Page, question: str, argument: object = None) -> Any:
    """Ask the page one of the questions, ``too_wide`` for ``too_wide.js``; what it answers."""
    return page.evaluate(_script(question), argument)


@cache
def _script(question: str) -> str:
    script = (_FOLDER / f"{question}.js").read_text("utf-8").rstrip()
    # A statement where it is linted, an expression where it is asked.
    return script.removesuffix(";")
