"""The forms: what a visitor may write."""

from functools import lru_cache
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.validators import AnyOf, DataRequired, Optional

from stadtfuehrer.booking.questions import OwnAnswer, Question
from stadtfuehrer.booking.slots import Kind, find_promise
from stadtfuehrer.booking.visitor import CONSENT_WORDING, LABELS
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.refusals import KindChanged, Refusal
from stadtfuehrer.web.fields import (
    LONGEST_LINE,
    LONGEST_TEXT,
    address_field,
    line_field,
    name_field,
    phone_field,
    strip,
    text_field,
    typed,
)
from stadtfuehrer.web.forms import KeyedForm, PublicForm


class BookingForm(KeyedForm):
    """Who comes, and what about; ``booking_form`` makes the one of a kind."""

    kind: Kind
    name = name_field(missing="Wie heißt du? Dein Name fehlt noch.")
    email = address_field(
        missing="Deine E-Mail-Adresse fehlt noch; dorthin geht die Bestätigung.",
        hint="Hierhin kommen die Bestätigung und die Einladung für deinen Kalender.",
    )
    telefon = phone_field(
        "Deine Telefonnummer", hint="Damit ich dich erreiche, falls etwas dazwischenkommt."
    )
    firma = line_field(
        "Deine Firma",
        too_long=f"Höchstens {LONGEST_LINE} Zeichen für die Firma.",
        autocomplete="organization",
    )
    anliegen = text_field(
        "Worum geht es?",
        hint="Ein, zwei Sätze reichen. Dann kann ich mich vorbereiten.",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen für dein Anliegen.",
        rows=5,
    )
    rueckfrage = BooleanField(CONSENT_WORDING)
    zusage = HiddenField(filters=[strip])

    @property
    def promise(self) -> str:
        """What the form says of the kind: the same until the visitor is told of another one."""
        return (find_promise(typed(self.zusage)) or self.kind.promise).code

    def refuse(self, refusal: Refusal, kind_id: str = "") -> int:
        """Say on the form why it was not taken; sent again, it means what it shows now."""
        if isinstance(refusal, KindChanged):
            self.zusage.data = ""
        return super().refuse(refusal, kind_id)

    @property
    def asked(self) -> list[Field]:
        """The fields about the visitor, in the order in which the page shows them."""
        return [one for one in self if one.name in LABELS]

    @property
    def own(self) -> list[Field]:
        """The kind's own questions."""
        return [self[one.field_name] for one in self.kind.questions]

    @property
    def own_answers(self) -> dict[str, OwnAnswer]:
        """What was answered to them, by the questions' ids."""
        answers = {one.id: one.answered(typed(self[one.field_name])) for one in self.kind.questions}
        return {name: answer for name, answer in answers.items() if answer.text}


@lru_cache(maxsize=64)
def booking_form(kind: Kind) -> type[BookingForm]:
    """The form of a kind: with its own questions, and with the number where it is needed."""
    fields: dict[str, Any] = {one.field_name: _own_field(one) for one in kind.questions}
    if kind.needs_number:
        fields["telefon"] = phone_field(
            "Unter welcher Nummer rufe ich dich an?", missing="Deine Telefonnummer fehlt noch."
        )
        # Where the one stood that need not be filled in.
        fields["telefon"].creation_counter = BookingForm.telefon.creation_counter
    return type("KindsBookingForm", (BookingForm,), {"kind": kind, **fields})


def _own_field(question: Question) -> Field:
    missing = f"„{question.text}“ ist noch offen." if question.required else ""
    why = f"Warum ich das frage: {question.why}" if question.why else ""
    if not question.choices:
        too_long = f"Höchstens {LONGEST_TEXT} Zeichen für deine Antwort."
        return text_field(question.text, too_long=too_long, rows=3, missing=missing, hint=why)
    return SelectField(
        question.text,
        description=why,
        choices=[SelectChoice("", "Bitte wählen"), *map(SelectChoice, question.choices)],
        validators=[
            DataRequired(missing) if missing else Optional(),
            AnyOf(question.choices, "Wähle eine der Antworten aus."),
        ],
        validate_choice=False,
    )


class FeedbackForm(PublicForm):
    """How the consultation was."""

    zufrieden = RadioField(
        "Wie zufrieden bist du mit dem Gespräch?",
        choices=[SelectChoice(one.value, one.label) for one in Satisfaction],
        validators=[AnyOf([*Satisfaction], "Wähle eine der vier Antworten aus.")],
        validate_choice=False,
    )
    worte = text_field(
        "Möchtest du etwas dazu sagen?",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen für deine Worte.",
        rows=5,
    )


class WaitingForm(KeyedForm):
    """Whom to tell when something becomes free."""

    email = address_field(missing="Wohin soll die Nachricht gehen? Die Adresse fehlt.")


class CancelForm(PublicForm):
    """Calling a consultation off, with a reason if the visitor likes."""

    grund = text_field(
        "Magst du sagen, warum?",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen für den Grund.",
        rows=4,
    )


class AddressForm(PublicForm):
    """Where letters are to go instead."""

    email = address_field(missing="Die Adresse fehlt noch.")


class CalendarForm(PublicForm):
    """The answer about a changed event, and what the calendar said when it was asked."""

    antwort = HiddenField(filters=[strip])
    stand = HiddenField(filters=[strip])


class StartForm(PublicForm):
    """A time for a consultation that is there already, or was; its start is in the hidden field.

    Where an address is confirmed it says which other time is taken, if the first one is gone.
    """

    start = HiddenField(filters=[strip])
