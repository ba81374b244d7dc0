"""Forms about bookings: a time, a sentence to the guest, somebody on the telephone."""

import re
from datetime import datetime

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.widgets import DateInput, TimeInput

from stadtfuehrer.booking.by_hand import Decision
from stadtfuehrer.booking.opening import wall_clock_instant
from stadtfuehrer.booking.slots import GRID_MINUTES
from stadtfuehrer.booking.visitor import Visitor
from stadtfuehrer.office.blueprint import who
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.office.model import find_day
from stadtfuehrer.text.formatting import clock_in_words, find_instant, in_address
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import (
    LONGEST_LINE,
    LONGEST_TEXT,
    NAME_TOO_LONG,
    address_field,
    line_field,
    only_a_name,
    phone_field,
    strip,
    text_field,
    typed,
)
from stadtfuehrer.web.forms import KeyedForm

_OWN = "eigene"

_CLOCK = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])")
"""Browsers add seconds where they like."""


class StepForm(OfficeForm):
    """Something that is done to a booking: written, read as the guest will, sent.

    ``stand`` is the version of the booking that was shown, ``schritt`` what the button says.
    """

    step = ""
    """Which one: the last part of its address."""

    satz = text_field(
        "Ein Satz an deinen Gast",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen für deinen Gast.",
        rows=4,
    )
    stand = HiddenField(filters=[strip])
    schritt = HiddenField(filters=[strip])

    @property
    def decision(self) -> Decision:
        """What whoever is signed in decides by it."""
        return Decision(who=who(), seen=typed(self.stand), sentence=typed(self.satz))


class CancelForm(StepForm):
    """It is called off, or a request declined; the sentence is the reason."""

    step = "absagen"


class MissedForm(StepForm):
    """The guest did not come; perhaps they are offered a new time."""

    step = "nicht-gekommen"
    angebot = BooleanField("Ich schreibe meinem Gast und biete eine neue Zeit an")


class TimeForm(OfficeForm):
    """A free time, or any other on the consultant's clocks."""

    start = RadioField("Wann?", choices=[], validate_choice=False)
    tag = StringField("Tag", filters=[strip], widget=DateInput())
    uhrzeit = StringField("Uhrzeit", filters=[strip], widget=TimeInput())

    def offer(self, free: list[dict[str, str]]) -> None:
        """Show these free times to choose from (``near_times``), and one's own."""
        self.start.choices = [
            *(SelectChoice(one["start"], one["label"]) for one in free),
            SelectChoice(_OWN, "Eine eigene Zeit"),
        ]
        chosen = find_instant(typed(self.start))
        if chosen is not None and in_address(chosen) not in {one["start"] for one in free}:
            zone = get_context().rules.zone
            self.start.data = _OWN
            self.tag.data = chosen.astimezone(zone).date().isoformat()
            self.uhrzeit.data = clock_in_words(chosen, zone)

    def find_start(self) -> datetime | None:
        """The time that was chosen; None where there is none, and the form says why."""
        own = bool(typed(self.tag) or typed(self.uhrzeit))
        start = find_instant(typed(self.start))
        if start is not None and own:
            self._complain(self.start, "Hier stehen zwei Zeiten. Wähle aus, welche gilt.")
            return None
        if start is None:
            start = self._find_own() if own or typed(self.start) == _OWN else None
            if start is None:
                if not self.errors:
                    self._complain(self.start, "Wähle eine Zeit aus.")
                return None
        if start <= now():
            self._complain(self.tag if own else self.start, "Diese Zeit ist schon vorbei.")
            return None
        return start

    def _find_own(self) -> datetime | None:
        day, clock = find_day(typed(self.tag)), _CLOCK.match(typed(self.uhrzeit))
        if day is None:
            self._complain(self.tag, "Welcher Tag? So steht einer da: 2026-12-02.")
        if clock is None:
            self._complain(self.uhrzeit, "Um wie viel Uhr? Zum Beispiel 18:30 Uhr.")
        elif int(clock[2]) % GRID_MINUTES:
            self._complain(self.uhrzeit, "Gespräche beginnen zu vollen fünf Minuten.")
        if self.errors or day is None or clock is None:
            return None
        minutes = 60 * int(clock[1]) + int(clock[2])
        return wall_clock_instant(day, minutes, get_context().rules.zone)

    def _complain(self, field: Field, sentence: str) -> None:
        field.errors = [*field.errors, sentence]


class MoveForm(TimeForm, StepForm):
    """Another time, with a word about it."""

    step = "verschieben"


class ByHandForm(TimeForm, KeyedForm):
    """Who is on the telephone, and when they want to talk."""

    name = line_field(
        "Name",
        missing="Wie heißt dein Gast? Der Name fehlt noch.",
        too_long=NAME_TOO_LONG,
        autocomplete="off",
        rule=only_a_name,
    )
    telefon = phone_field("Telefon")
    email = address_field("E-Mail-Adresse")
    firma = line_field("Firma", too_long=f"Höchstens {LONGEST_LINE} Zeichen.", autocomplete="off")
    anliegen = text_field(
        "Worum geht es?", too_long=f"Höchstens {LONGEST_TEXT} Zeichen für das Anliegen.", rows=4
    )
    brief = BooleanField("Bestätigung mit Einladung an diese Adresse schicken")

    def accept(self) -> bool:
        """Validate it; somebody whom nobody can reach is no guest."""
        accepted = super().accept()
        if accepted and not (typed(self.telefon) or typed(self.email)):
            self._complain(
                self.telefon, "Ohne Nummer und ohne Adresse erreichst du deinen Gast nicht."
            )
            return False
        return accepted

    @property
    def visitor(self) -> Visitor:
        """Who comes."""
        names = ("name", "email", "firma", "telefon", "anliegen")
        return Visitor(**{name: typed(self[name]) for name in names})
