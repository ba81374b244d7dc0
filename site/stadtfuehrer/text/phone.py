"""Telephone numbers as people write them → links that dial them (RFC 3966)."""

import re

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

_FEWEST_DIGITS = 5


def dial(number: str, country: str) -> str:
    """The ``tel:`` address of a number; empty for what nobody could dial.

    ``country`` (ISO 3166) is whose number it is where none is written. What the numbering plan
    there does not know is dialled as it was typed, without what people put between the digits.
    """
    digits = re.sub(r"[^+0-9]", "", number.replace("(0)", ""))
    try:
        read = parse(number, country)
        # Half a number, such as one without its area code, is nobody else's in the world.
        if digits.startswith("+") or is_valid_number(read):
            digits = format_number(read, PhoneNumberFormat.E164)
    except NumberParseException:
        pass
    return f"tel:{digits}" if len(digits) >= _FEWEST_DIGITS else ""
