"""axe-core asked about a page as it stands in the browser."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.accessibility.asking import ask
from tools.provision.node import TOOLS

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
_CONTRAST, _TARGETS = "color-contrast", "target-size"
_COLOURS = (_CONTRAST, "link-in-text-block")


@cache
def source() -> str:
    """The script, to be run in a page whose context has it as a script of its own."""
    return (TOOLS.package("axe-core") / "axe.min.js").read_text("utf-8")


def complaints(page: Page) -> list[dict[str, str]]:
    """What is wrong, and what axe cannot decide, for each place: rule, where and why."""
    return _told(page, _OPTIONS)


def complaints_about_colours(page: Page) -> list[dict[str, str]]:
    """The same, of the rules that a night can break: structure is the same by day."""
    only = {"type": "rule", "values": _COLOURS}
    return _told(page, _OPTIONS | {"runOnly": only, "rules": {}})


def complaints_in_forced_colours(page: Page) -> list[dict[str, str]]:
    """The same, of all that can differ in forced colours, where styles may hide or show something.

    Nothing is said of contrasts: axe reads -webkit-text-fill-color, which keeps the colour that is
    not drawn. Sizes are the same in any colours.
    """
    off = {name: {"enabled": False} for name in (_CONTRAST, _TARGETS)}
    return _told(page, _OPTIONS | {"rules": _OPTIONS["rules"] | off})


def _told(page: Page, options: dict[str, Any]) -> list[dict[str, str]]:
    found: dict[str, list[dict[str, str]]] = ask(page, "axe", options)
    # Where axe cannot reckon a contrast, the pixels decide: see test_colours.py.
    undecided = [one for one in found["undecided"] if one["rule"] != _CONTRAST]
    return found["violations"] + undecided
