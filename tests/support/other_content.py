"""Sites whose content is another than the shipped one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from stadtfuehrer.app import create_app
from tests.support import page_rules
from tests.support.contexts import Clock, opened_context
from tests.support.sites import SETTINGS, Site

QUIZZES = Path(__file__).parent.parent / "quizzes"


def content_of(name: str) -> dict[str, str]:
    """The files of a whole other content: ``laden``, ``fuenf`` or ``eine``."""
    return {file.name: file.read_text(encoding="utf-8") for file in (QUIZZES / name).glob("*.toml")}


@contextmanager
def site_with(folder: Path, content: Mapping[str, str]) -> Iterator[Site]:
    """Open a site without limits in ``folder`` with these files as its own content.

    Their names are as in ``instance/content``: ``quiz.toml``, ``articles/neu.md``.

    The same folder opened again is the same instance: its bookings and letters are still there.
    """
    for name, text in content.items():
        file = folder / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    url = f"sqlite:///{folder / 'test.db'}"
    with (
        opened_context(folder, url, changes=SETTINGS) as context,
        pytest.MonkeyPatch.context() as patch,
    ):
        offers = {f"/angebot/{one.slug}" for one in context.catalogue.offers.services}
        articles = {f"/stadtgespraech/{one.slug}" for one in context.catalogue.articles}
        patch.setattr(page_rules, "INDEXED", page_rules.INDEXED | offers | articles)
        clock = Clock()
        app = create_app(context, clock=clock)
        yield Site(context=context, clock=clock, app=app)
