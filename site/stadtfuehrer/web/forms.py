"""The forms: what a visitor may write, and what is said when something is not right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from stadtfuehrer.domain.letter import Mailbox, check_line, plain_text
from stadtfuehrer.services.limits import admit_post
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.key import find_key, new_key, too_quick

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from wtforms import Field

_BREAKS = re.compile(r"[\n\t]+")
LONGEST_LINE = 120
LONGEST_TEXT = 3000
FEWEST_DIGITS = 5


def _strip(value: str | None) -> str:
    return (value or "").strip()


def _lines(value: str | None) -> str:
    return plain_text(value or "").strip()


def typed(field: Field) -> str:
    """What stands in a field, cleaned by its filters; empty if it was not sent."""
    return field.data or ""


def one_line(_form: FlaskForm, field: Field) -> None:
    """Refuse what could end a header line or hide in it."""
    try:
        check_line(field.data)
    except ValueError:
        message = "Bitte in einer Zeile und ohne unsichtbare Zeichen schreiben."
        raise ValidationError(f"{field.label.text}: {message}") from None


def one_address(_form: FlaskForm, field: Field) -> None:
    """Refuse what is not exactly one address that letters can be sent to."""
    if re.search(r"[,;\s]", field.data):
        raise ValidationError("Bitte genau eine E-Mail-Adresse angeben, ohne Leerzeichen.")
    try:
        validate_email(field.data, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        message = "Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@firma.de"
        raise ValidationError(message) from None
    try:
        Mailbox(name="", address=field.data)
    except ValueError:
        message = (
            "An diese Adresse kann ich leider keine Mail schicken: Vor dem @ gehen nur Buchstaben "
            "ohne Umlaute, Ziffern und einige Zeichen. Hast du noch eine andere?"
        )
        raise ValidationError(message) from None


def phone_number(_form: FlaskForm, field: Field) -> None:
    """Refuse what nobody could dial."""
    digits = sum(one.isdecimal() for one in field.data)
    if digits < FEWEST_DIGITS or not re.fullmatch(r"\+?[0-9 ()/.\-]{1,40}", field.data):
        raise ValidationError("Eine Telefonnummer besteht aus Ziffern, zum Beispiel 089 123456.")


class PublicForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form that anybody may send: no session, no cookie."""

    class Meta:
        """What WTForms reads its configuration from."""

        csrf = False  # Fetch Metadata does its work, see frame/origin.py

        def wrap_formdata(self, _form: FlaskForm, formdata: object) -> MultiDict[str, str] | None:
            """Read form fields only: Flask-WTF also takes JSON, and files in a text's place."""
            return None if formdata is None else request.form

    def accept(self) -> bool:
        """Count the form against its network's limit, and validate it.

        Raises:
            TooManyPosts.

        """
        try:
            admit_post(the_office(), request.remote_addr or "", now=now())
            return bool(self.validate())
        finally:
            self._drop_invisible()

    def _drop_invisible(self) -> None:
        """Leave what can be seen: what is shown again must be HTML, and right when sent again."""
        for field in self:
            if not isinstance(field, TextAreaField):
                field.data = _BREAKS.sub(" ", plain_text(typed(field))).strip()

    def add_error(self, sentence: str) -> None:
        """Say something about the form as a whole."""
        self.form_errors.append(sentence)


class KeyedForm(PublicForm):
    """A form with a signed key and a trap for robots."""

    schluessel = HiddenField(filters=[_strip])
    website = StringField("Website", filters=[_strip])

    def refresh_key(self) -> None:
        """Give the form a key if it has none of ours; one that it has keeps its time."""
        office = the_office()
        if find_key(office, typed(self.schluessel)) is None:
            self.schluessel.data = new_key(office, now=now())

    @property
    def key_id(self) -> str:
        """The idempotency key."""
        key = find_key(the_office(), typed(self.schluessel))
        if key is None:
            raise LookupError("a form is given a key before it is asked for it")
        return key.id

    def accept(self) -> bool:
        """Validate as every public form, and doubt what a robot may have sent."""
        try:
            doubt = self._doubt()
            accepted = super().accept()
        finally:
            # What is shown again must be able to succeed when it is sent again.
            self.website.data = ""
            self.refresh_key()
        # Whoever has something to correct takes longer the second time anyway.
        if accepted and doubt:
            self.add_error(doubt)
        return accepted and not doubt

    def _doubt(self) -> str:
        """Why this may have been a robot; empty if nothing speaks for it."""
        office = the_office()
        if self.website.data:
            return "Ein Feld, das leer bleiben soll, war ausgefüllt. Bitte sende noch einmal."
        if not office.settings.limits.minimum_seconds:
            return ""
        key = find_key(office, typed(self.schluessel))
        if key is None:
            return "Das Formular war nicht mehr gültig. Bitte sende es noch einmal."
        if too_quick(office, key, now=now()):
            return "Das ging schneller, als man schreiben kann. Bitte sende noch einmal."
        return ""


class BookingForm(KeyedForm):
    """Who comes, and what about."""

    name = StringField(
        "Dein Name",
        filters=[_strip],
        validators=[
            DataRequired("Wie heißt du? Dein Name fehlt noch."),
            Length(
                max=LONGEST_LINE, message=f"Der Name darf höchstens {LONGEST_LINE} Zeichen haben."
            ),
            one_line,
        ],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_LINE},
    )
    email = EmailField(
        "Deine E-Mail-Adresse",
        filters=[_strip],
        validators=[
            DataRequired("Deine E-Mail-Adresse fehlt noch; dorthin geht die Bestätigung."),
            one_address,
        ],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254},
    )
    firma = StringField(
        "Deine Firma",
        filters=[_strip],
        validators=[
            Optional(),
            Length(max=LONGEST_LINE, message=f"Höchstens {LONGEST_LINE} Zeichen für die Firma."),
            one_line,
        ],
        render_kw={"autocomplete": "organization", "maxlength": LONGEST_LINE},
    )
    telefon = TelField(
        "Deine Telefonnummer",
        filters=[_strip],
        validators=[Optional(), phone_number],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40},
    )
    anliegen = TextAreaField(
        "Worum geht es?",
        filters=[_lines],
        validators=[
            Optional(),
            Length(
                max=LONGEST_TEXT, message=f"Höchstens {LONGEST_TEXT} Zeichen für dein Anliegen."
            ),
        ],
        render_kw={"rows": 5, "maxlength": LONGEST_TEXT},
    )


class ResultForm(KeyedForm):
    """Where the quiz's result is to be sent."""

    email = EmailField(
        "Deine E-Mail-Adresse",
        filters=[_strip],
        validators=[
            DataRequired("Wohin soll das Ergebnis gehen? Die Adresse fehlt."),
            one_address,
        ],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254},
    )
    name = StringField(
        "Dein Name",
        filters=[_strip],
        validators=[
            Optional(),
            Length(
                max=LONGEST_LINE, message=f"Der Name darf höchstens {LONGEST_LINE} Zeichen haben."
            ),
            one_line,
        ],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_LINE},
    )


class WaitingForm(KeyedForm):
    """Whom to tell when something becomes free."""

    email = EmailField(
        "Deine E-Mail-Adresse",
        filters=[_strip],
        validators=[
            DataRequired("Wohin soll die Nachricht gehen? Die Adresse fehlt."),
            one_address,
        ],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254},
    )


class CancelForm(PublicForm):
    """Calling a consultation off, with a reason if the visitor likes."""

    grund = TextAreaField(
        "Magst du sagen, warum?",
        filters=[_lines],
        validators=[
            Optional(),
            Length(max=LONGEST_TEXT, message=f"Höchstens {LONGEST_TEXT} Zeichen für den Grund."),
        ],
        render_kw={"rows": 4, "maxlength": LONGEST_TEXT},
    )


class MoveForm(PublicForm):
    """Moving a consultation; the new start stands in the hidden field."""

    start = HiddenField(filters=[_strip])
