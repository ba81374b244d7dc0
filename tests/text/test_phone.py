"""What a number that people wrote is dialled as."""

import pytest

from stadtfuehrer.text.phone import dial


@pytest.mark.parametrize(
    ("number", "country", "dialled"),
    [
        ("+49 (0) 89 / 55 50–12 34", "DE", "+498955501234"),
        ("+49 (0) 89 / 55 50–12 34", "CH", "+498955501234"),
        ("089 5550 1234", "DE", "+498955501234"),
        ("(089) 55 50-12 34", "DE", "+498955501234"),
        ("0049 89 55501234", "AT", "+498955501234"),
        ("(+49) 89 123456", "DE", "+4989123456"),
        ("01 234 56 78", "AT", "+4312345678"),
        ("044 668 18 00", "CH", "+41446681800"),
        # What the plan of the country does not know goes out as it stands there.
        ("089 5550 1234", "CH", "08955501234"),
        ("12345", "DE", "12345"),
        ("+999 123456", "DE", "+999123456"),
        # Nobody could dial these.
        ("1234", "DE", ""),
        ("ruf an", "DE", ""),
        ("", "DE", ""),
    ],
)
def test_a_number(number: str, country: str, dialled: str) -> None:
    assert dial(number, country) == (f"tel:{dialled}" if dialled else "")
