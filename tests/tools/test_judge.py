"""The judge finds what races must never leave behind; else a clean verdict would prove nothing.

That its audit finds overlaps and cells that fit no booking is shown where the audit is tested.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from stadtfuehrer.booking.service import book
from stadtfuehrer.context import AppContext
from tests.support.contexts import NO_LIMITS, NOW, a_wish, in_berlin, opened_context
from tools.race.judge import judge


@pytest.fixture
def context(tmp_path: Path) -> Iterator[AppContext]:
    """Give a context with two bookings, half an hour between them."""
    with opened_context(tmp_path, f"sqlite:///{tmp_path / 'test.db'}", changes=NO_LIMITS) as opened:
        for minutes in (0, 60):
            start = in_berlin("2026-03-05 09:00") + timedelta(minutes=minutes)
            book(opened, a_wish(opened, start), now=NOW)
        yield opened


def test_bookings_with_what_they_need_are_clean(context: AppContext) -> None:
    assert judge(context).is_clean


@pytest.mark.parametrize(
    ("statement", "overlapping", "broken", "letters"),
    [
        ("UPDATE bookings SET after_minutes = 35 WHERE id = 1", 1, 2, 0),
        ("DELETE FROM occupied WHERE cell = (SELECT min(cell) FROM occupied)", 0, 1, 0),
        ("UPDATE bookings SET status = 'cancelled' WHERE id = 1", 0, 1, 0),
        ("DELETE FROM letters WHERE id = (SELECT min(id) FROM letters)", 0, 0, 1),
        ("UPDATE bookings SET sequence = 1 WHERE id = 1", 0, 0, 1),
    ],
)
def test_what_must_not_be_is_found(
    context: AppContext, statement: str, overlapping: int, broken: int, letters: int
) -> None:
    with context.database.begin() as session:
        session.execute(text(statement))
    verdict = judge(context)
    found = (len(verdict.overlapping), len(verdict.broken), len(verdict.wrong_letters))
    assert found == (overlapping, broken, letters)
    assert not verdict.is_clean
