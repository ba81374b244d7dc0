"""What may stand in a field, and what is said about anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email
from wtforms.validators import ValidationError

from stadtfuehrer.domain.letter import Mailbox, check_line

if TYPE_CHECKING:
    from wtforms import Field, Form

FEWEST_DIGITS = 5


def typed(field: Field) -> str:
    """What stands in a field, cleaned by its filters; empty if it was not sent."""
    return field.data or ""


def one_line(_form: Form, field: Field) -> None:
    """Refuse what could end a header line or hide in it."""
    try:
        check_line(field.data)
    except ValueError:
        message = "Bitte in einer Zeile und ohne unsichtbare Zeichen schreiben."
        raise ValidationError(f"{field.label.text}: {message}") from None


def one_address(_form: Form, field: Field) -> None:
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


def phone_number(_form: Form, field: Field) -> None:
    """Refuse what nobody could dial."""
    digits = sum(one.isdecimal() for one in field.data)
    if digits < FEWEST_DIGITS or not re.fullmatch(r"\+?[0-9 ()/.\-]{1,40}", field.data):
        raise ValidationError("Eine Telefonnummer besteht aus Ziffern, zum Beispiel 089 123456.")
