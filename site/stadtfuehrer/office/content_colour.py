"""The accent colour, which takes the place of the yellow that is the way to go.

The colour never stands on paper by itself: dark letters are on it, or a dark edge around it, by day
as well as at night. So what it has to be told from is what has no such edge of its own.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.content.writing import put_file
from stadtfuehrer.web.static import OWN_FOLDER, OWN_SHEET

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

SHIPPED_ACCENT = "#ffcc1f"

_LETTERS, _DRAWN = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11."""


class Ground(NamedTuple):
    """What lies under or around the accent, and how strong the contrast has to be."""

    colour: str
    words: str
    least: float


GROUNDS = (
    Ground("#14213a", "die dunkle Schrift darauf", _LETTERS),
    Ground("#0b4a9e", "das Blau der Schilder bei Tag", _DRAWN),
    Ground("#1656ad", "das Blau der Schilder bei Nacht", _DRAWN),
    Ground("#0d1624", "den Grund bei Nacht", _DRAWN),
    Ground("#152134", "die Karten bei Nacht", _DRAWN),
)
"""The tokens of ``static/css/site.css``."""


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours such as ``#ffcc1f``, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def weakest_ground(accent: str) -> tuple[Ground, float] | None:
    """The ground against which it is least strong enough, and how strong it is; None if it is."""
    found = [(ground, contrast(accent, ground.colour)) for ground in GROUNDS]
    ground, ratio = min(found, key=lambda one: one[1] / one[0].least)
    return (ground, ratio) if ratio < ground.least else None


def present_accent(context: "AppContext") -> str:
    """The colour that holds from the next start on."""
    try:
        sheet = (context.instance / OWN_FOLDER / OWN_SHEET).read_text("utf-8")
    except FileNotFoundError:
        return SHIPPED_ACCENT
    found = re.search("#[0-9a-f]{6}", sheet)
    return found[0] if found else SHIPPED_ACCENT


def save_accent(context: "AppContext", accent: str, *, who: str, now: datetime) -> None:
    """Take this colour, which is strong enough; or the shipped one."""
    sheet = context.instance / OWN_FOLDER / OWN_SHEET
    with context.database.begin() as session:
        note(session, who, Action.ACCENT_CHANGED, now=now)
        if accent == SHIPPED_ACCENT:
            sheet.unlink(missing_ok=True)
        else:
            put_file(sheet, f":root {{ --yellow: {accent}; }}\n".encode())
