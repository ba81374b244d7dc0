"""axe-core asked about a page as it stands in the browser."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tests.accessibility.asking import ask
from tests.provision.node import TOOLS

if TYPE_CHECKING:
    from playwright.sync_api import Page

_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations", "incomplete"],
    "iframes": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {
        # Off unless asked for, though they hold here.
        name: {"enabled": True}
        for name in (
            *("css-orientation-lock", "focus-order-semantics", "label-content-name-mismatch"),
            *("table-fake-caption", "td-has-header", "target-size", "identical-links-same-purpose"),
        )
    }
    # A letter in its frame may run no script, not even axe; letters have tests of their own.
    | {"frame-tested": {"enabled": False}},
}
# Where axe cannot reckon a contrast, the pixels decide: see test_colours.py.
_CONTRAST = "color-contrast"


@cache
def source() -> str:
    """The script, to be run in a page."""
    return (TOOLS.package("axe-core") / "axe.min.js").read_text("utf-8")


def complaints(page: Page, *, in_forced_colours: bool = False) -> list[dict[str, str]]:
    """What is wrong, and what axe cannot decide, for each place: rule, where and why.

    The page's context has to have ``source`` as a script of its own. In forced colours nothing is
    said of contrasts: axe reads -webkit-text-fill-color, which keeps the colour that is not drawn.
    """
    rules = _OPTIONS["rules"] | {_CONTRAST: {"enabled": not in_forced_colours}}
    found: dict[str, list[dict[str, str]]] = ask(page, "axe", _OPTIONS | {"rules": rules})
    undecided = [one for one in found["undecided"] if one["rule"] != _CONTRAST]
    return found["violations"] + undecided
