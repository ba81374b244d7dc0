"""The consent to be asked how it was, and the answer to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class Satisfaction(StrEnum):
    """The choices, from best to worst; the value stands in addresses."""

    VERY = "sehr"
    RATHER = "eher"
    PARTLY = "teils"
    NOT = "nicht"

    @property
    def label(self) -> str:
        """The choice in the visitor's words."""
        return _LABELS[self]


_LABELS = {
    Satisfaction.VERY: "Sehr zufrieden",
    Satisfaction.RATHER: "Eher zufrieden",
    Satisfaction.PARTLY: "Teils, teils",
    Satisfaction.NOT: "Nicht zufrieden",
}


def find_satisfaction(value: str) -> Satisfaction | None:
    """The choice that an address or a form names, or None."""
    return next((one for one in Satisfaction if one.value == value), None)
