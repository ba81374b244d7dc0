"""The one consent a visitor can give: to be asked by mail how satisfied they were.

Asking by mail counts as advertising (§ 7 UWG; BGH, VI ZR 225/17), so it needs a consent that was
given before, separately, and can be shown: its wording, its version and its time are kept with the
booking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

VERSION = "2026-11"
"""Changes with the wording."""

WORDING = (
    "Ja, frag mich nach dem Gespräch einmal per E-Mail, wie zufrieden ich war. "
    "Das kann ich jederzeit auf der Seite meines Termins widerrufen."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent as it was given."""

    version: str
    wording: str
    given_at: datetime


def given(now: datetime) -> Consent:
    """The consent to today's wording."""
    return Consent(version=VERSION, wording=WORDING, given_at=now)
