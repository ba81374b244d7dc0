"""Fields that several forms have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from stadtfuehrer.domain.letter import plain_text
from stadtfuehrer.web.forms.checks import LONGEST_ADDRESS, can_be_seen, one_address, one_line

if TYPE_CHECKING:
    from wtforms import Field

LONGEST_LINE = 120
LONGEST_TEXT = 3000


def strip(value: str | None) -> str:
    """A line without blanks around it."""
    return (value or "").strip()


def _line(value: str | None) -> str:
    """A name „ㅤ“ would greet nobody, and stand for nothing in a calendar."""
    line = strip(value)
    return line if can_be_seen(line) else ""


def _lines(value: str | None) -> str:
    return plain_text(value or "").strip()


def line_field(
    label: str, *, too_long: str, autocomplete: str, missing: str = "", hint: str = ""
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
        ],
        render_kw={"autocomplete": autocomplete, "maxlength": LONGEST_LINE},
    )


def address_field(*, missing: str, hint: str = "") -> Field:
    """An e-mail address that letters can be sent to."""
    return EmailField(
        "Deine E-Mail-Adresse",
        description=hint,
        filters=[strip],
        validators=[DataRequired(missing), one_address],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )


def text_field(label: str, *, too_long: str, rows: int, hint: str = "") -> Field:
    """Several lines, optional."""
    return TextAreaField(
        label,
        description=hint,
        filters=[_lines],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=too_long)],
        render_kw={"rows": rows, "maxlength": LONGEST_TEXT},
    )
