"""Who books and what they say: the form's fields, their interest, their consent, their verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.questions import OwnAnswer
from stadtfuehrer.consent import Consent
from stadtfuehrer.dialogue.model import Satisfaction


class Detail(NamedTuple):
    """Something that the visitor wrote into a field, with what pages and letters call it."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes, as they wrote it into the form; empty strings where they wrote nothing.

    A field with a label is asked for by the form's field and kept in the column of its name;
    pages, letters and the operator's rows show it without naming it.
    """

    name: str = field(metadata={"label": "Name"})
    email: str = field(metadata={"label": "E-Mail"})
    firma: str = field(default="", metadata={"label": "Firma"})
    telefon: str = field(default="", metadata={"label": "Telefon"})
    anliegen: str = field(default="", metadata={"label": "Anliegen"})
    zone: str = ""
    """The visitor's own IANA zone; empty where it is not known."""

    @property
    def asked(self) -> dict[str, str]:
        """What the form asks for, by the field's name."""
        return {name: getattr(self, name) for name in LABELS}

    @property
    def details(self) -> tuple[Detail, ...]:
        """What they wrote into the form."""
        return tuple(Detail(name, LABELS[name], text) for name, text in self.asked.items() if text)

    @property
    def message(self) -> tuple[Detail, ...]:
        """What they wrote besides who they are and how to reach them."""
        contact = ("name", "email", "firma", "telefon")
        return tuple(one for one in self.details if one.name not in contact)

    @property
    def own_zone(self) -> ZoneInfo | None:
        """The zone whose clocks the visitor looks at, if it is known (here, and today)."""
        try:
            return ZoneInfo(self.zone) if self.zone else None
        except (KeyError, ValueError, OSError):
            return None


LABELS: dict[str, str] = {
    one.name: one.metadata["label"] for one in fields(Visitor) if "label" in one.metadata
}
"""The fields that the form asks for, in order, and what to call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What the visitor comes for: a service's slug and the quiz answers they brought along.

    ``wording`` has the answers with their questions as the visitor saw them; bookings that are
    older than it have none. ``own_answers`` are those to the kind's own questions, by their ids.
    """

    service: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    quiz_version: str = ""
    wording: Mapping[str, Sequence[str]] = field(default_factory=dict)
    own_answers: Mapping[str, OwnAnswer] = field(default_factory=dict)

    @property
    def own_text(self) -> str:
        """The own answers behind their questions, a line for each."""
        return "\n".join(f"{one.question} {one.text}" for one in self.own_answers.values())

    @property
    def harmless_answers(self) -> tuple[OwnAnswer, ...]:
        """The own answers with nothing in them that was typed; they may stand in any letter."""
        return tuple(one for one in self.own_answers.values() if one.is_chosen)


CONSENT_VERSION = "2026-11"
"""Changes with the wording."""

CONSENT_WORDING = (
    "Ja, frag mich nach dem Gespräch einmal per E-Mail, wie zufrieden ich war. "
    "Das kann ich jederzeit auf der Seite meines Termins widerrufen."
)


def consent_to_be_asked(*, now: datetime) -> Consent:
    """The consent to be asked how it was, to today's wording."""
    return Consent(version=CONSENT_VERSION, wording=CONSENT_WORDING, given_at=now)


def find_satisfaction(value: str) -> Satisfaction | None:
    """The choice that an address or a form names, or None."""
    return next((one for one in Satisfaction if one.value == value), None)
