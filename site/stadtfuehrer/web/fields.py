"""Fields that several forms have."""

import re
import unicodedata
from collections.abc import Callable

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, Field, Form, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from stadtfuehrer.text import TITLES, Mailbox, check_line, plain_line, plain_text

LONGEST_LINE = 120
LONGEST_TEXT = 3000
NAME_TOO_LONG = f"Der Name darf höchstens {LONGEST_LINE} Zeichen haben."


def strip(value: str | None) -> str:
    """A line without blanks around it."""
    return (value or "").strip()


def _plain(value: str | None) -> str:
    return plain_line(value or "")


def _line(value: str | None) -> str:
    """A name „ㅤ“ would greet nobody, and stand for nothing in a calendar."""
    line = _plain(value)
    return line if can_be_seen(line) else ""


def _number(value: str | None) -> str:
    """A telephone number in the signs that it would be typed with, „(+49) 89“ without brackets.

    What is none even so stays as it was typed, to be shown again.
    """
    # NFKC: full-width digits and brackets.
    line = _plain(unicodedata.normalize("NFKC", value or ""))
    dashes = {ord(one): "-" for one in set(line) if unicodedata.category(one) == "Pd"}
    number = re.sub(r"^\((\+\d+)\)", r"\1", line.translate(dashes | {ord("−"): "-"}))
    return number if _can_be_dialled(number) else _plain(value)


def _lines(value: str | None) -> str:
    return plain_text(value or "").strip()


def line_field(
    label: str,
    *,
    too_long: str,
    autocomplete: str,
    missing: str = "",
    hint: str = "",
    rule: Callable[[Form, Field], None] | None = None,
) -> Field:
    """A line of text; optional unless there is something to say when it is ``missing``."""
    return StringField(
        label,
        description=hint,
        filters=[_line],
        validators=[
            DataRequired(missing) if missing else Optional(),
            Length(max=LONGEST_LINE, message=too_long),
            one_line,
            *([rule] if rule else []),
        ],
        render_kw={"autocomplete": autocomplete, "maxlength": LONGEST_LINE},
    )


def name_field(*, missing: str = "") -> Field:
    """Somebody's name, as a letter will greet them; optional unless it may be ``missing``."""
    return line_field(
        "Dein Name", missing=missing, too_long=NAME_TOO_LONG, autocomplete="name", rule=only_a_name
    )


def address_field(
    label: str = "Deine E-Mail-Adresse", *, missing: str = "", hint: str = ""
) -> Field:
    """An e-mail address that letters can be sent to; optional unless it may be ``missing``."""
    return EmailField(
        label,
        description=hint,
        filters=[_plain],
        validators=[DataRequired(missing) if missing else Optional(), one_address],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )


def phone_field(label: str, *, missing: str = "", hint: str = "") -> Field:
    """A number that can be dialled; optional unless it may be ``missing``."""
    return TelField(
        label,
        description=hint,
        filters=[_number],
        validators=[DataRequired(missing) if missing else Optional(), phone_number],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40},
    )


def text_field(label: str, *, too_long: str, rows: int, missing: str = "", hint: str = "") -> Field:
    """Several lines; optional unless there is something to say when they are ``missing``."""
    return TextAreaField(
        label,
        description=hint,
        filters=[_lines],
        validators=[
            DataRequired(missing) if missing else Optional(),
            Length(max=LONGEST_TEXT, message=too_long),
        ],
        render_kw={"rows": rows, "maxlength": LONGEST_TEXT},
    )


LONGEST_ADDRESS = 254
_FEWEST_DIGITS = 5

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers of Hangul and the empty pattern of Braille: letters and signs that nobody can see."""


def typed(field: Field) -> str:
    """What stands in a field, cleaned by its filters; empty if it was not sent."""
    return field.data or ""


def can_be_seen(text: str) -> bool:
    """Whether anything in the text leaves a mark by itself; joiners and accents alone do not."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANKS for one in text)


def one_line(_form: Form, field: Field) -> None:
    """Refuse what could end a header line or hide in it."""
    try:
        check_line(field.data)
    except ValueError:
        message = "Bitte in einer Zeile und ohne unsichtbare Zeichen schreiben."
        raise ValidationError(f"{field.label.text}: {message}") from None


_DOTS = re.compile("[.\u2024\u3002\ufe52\uff0e\uff61]")
"""What may part the labels of a domain (UTS 46), or looks like it."""


def only_a_name(_form: Form, field: Field) -> None:
    """Refuse what would lead the reader of a letter somewhere: addresses and domains."""
    if any(map(_leads_somewhere, field.data.split())):
        raise ValidationError(
            "Hier bitte nur deinen Namen, ohne Internet- oder E-Mail-Adresse. "
            "Hinter einen Punkt gehört ein Leerzeichen."
        )


def _leads_somewhere(word: str) -> bool:
    *before, last = _DOTS.split(unicodedata.normalize("NFKC", word).rstrip(".,;:!?)"))
    # „Dr.Anna“ is a name in a hurry; mail programs make a link of „dr.anna“.
    is_name = last[:1].isupper() and all(one.casefold() in TITLES for one in before)
    return "@" in word or "://" in word or (bool(before) and len(last) > 1 and not is_name)


def one_address(_form: Form, field: Field) -> None:
    """Refuse what is not exactly one address that letters can be sent to."""
    if re.search(r"[,;\s]", field.data):
        raise ValidationError("Bitte genau eine E-Mail-Adresse angeben, ohne Leerzeichen.")
    if len(field.data) > LONGEST_ADDRESS:
        raise ValidationError(f"Mehr als {LONGEST_ADDRESS} Zeichen hat keine E-Mail-Adresse.")
    try:
        known = validate_email(field.data, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        message = "Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@firma.de"
        raise ValidationError(message) from None
    local, _, _ = field.data.rpartition("@")
    meant = _find_mailbox(f"{local}@{known.ascii_domain}")
    if meant is None:
        message = (
            "An diese Adresse kann ich leider keine Mail schicken: Vor dem @ gehen nur Buchstaben "
            "ohne Umlaute, Ziffern und einige Zeichen, höchstens 64. Hast du noch eine andere?"
        )
        raise ValidationError(message)
    # Where two ways to the DNS's spelling part, the letter might go to somebody else's domain.
    if _find_mailbox(field.data) != meant:
        message = (
            "An diese Adresse kann ich leider keine Mail schicken: Hinter dem @ steht ein Zeichen, "
            "das sich auf mehrere Arten lesen lässt. Hast du noch eine andere?"
        )
        raise ValidationError(message)


def _find_mailbox(address: str) -> Mailbox | None:
    try:
        return Mailbox(name="", address=address)
    except ValueError:
        return None


def phone_number(_form: Form, field: Field) -> None:
    """Refuse what nobody could dial."""
    if not _can_be_dialled(field.data):
        raise ValidationError("Eine Telefonnummer besteht aus Ziffern, zum Beispiel 089 123456.")


def _can_be_dialled(number: str) -> bool:
    digits = sum(one.isdecimal() for one in number)
    return digits >= _FEWEST_DIGITS and bool(re.fullmatch(r"\+?[0-9 ()/.\-]{1,40}", number))
