"""The judge finds what races must never leave behind; else a clean verdict would prove nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.outbox import enclose
from stadtfuehrer.storage.schema import upgrade
from tests.support.rows import MONDAY_TEN, a_booking, a_letter, added
from tools.race.judge import judge


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    opened = Database(sqlite_database_url)
    upgrade(opened)
    yield opened
    opened.close()


def book(database: Database, start: timedelta, *, before: int = 0, after: int = 0) -> int:
    """Book half an hour with its two letters."""
    row = added(database, a_booking(MONDAY_TEN + start, before=before, after=after))
    with database.begin() as session:
        letters = [a_letter(), a_letter(recipient="vera@stadtfuehrer.example")]
        enclose(session, letters, booking_id=row, now=MONDAY_TEN)
    return row


def change(database: Database, statement: str) -> None:
    with database.begin() as session:
        session.execute(text(statement))


def test_bookings_with_what_they_need_are_clean(database: Database) -> None:
    book(database, timedelta(0), before=15, after=10)
    book(database, timedelta(minutes=40), before=10, after=15)
    assert judge(database).is_clean
    assert judge(database).live == 2


@pytest.mark.parametrize(
    ("later", "after", "before", "close"),
    [
        (timedelta(minutes=30), 0, 0, False),
        (timedelta(minutes=25), 0, 0, True),
        (timedelta(minutes=40), 10, 0, False),
        (timedelta(minutes=35), 10, 0, True),
        (timedelta(minutes=40), 0, 10, False),
        (timedelta(minutes=35), 0, 10, True),
        (timedelta(minutes=45), 10, 15, False),
        (timedelta(minutes=40), 10, 15, True),
        (timedelta(0), 0, 0, True),
    ],
)
def test_two_bookings_closer_than_the_longer_buffer_overlap(
    database: Database, *, later: timedelta, after: int, before: int, close: bool
) -> None:
    first = book(database, timedelta(0), after=after)
    # Booked elsewhere and put there, since the cells would refuse it.
    second = book(database, timedelta(days=1), before=before)
    moved = (MONDAY_TEN + later).strftime("%Y-%m-%d %H:%M:%S.000000")
    ends = (MONDAY_TEN + later + timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S.000000")
    change(
        database,
        f"UPDATE bookings SET start_at = '{moved}', end_at = '{ends}' WHERE id = {second}",  # noqa: S608
    )
    assert judge(database).overlapping == ([(first, second)] if close else [])
    assert judge(database).wrong_cells == [second]


def test_cells_of_a_cancelled_booking_are_stray(database: Database) -> None:
    book(database, timedelta(0), before=5)
    change(database, "UPDATE bookings SET status = 'cancelled'")
    verdict = judge(database)
    assert len(verdict.stray_cells) == 6 + 6 + 1
    assert not verdict.is_clean


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM occupied WHERE cell = (SELECT min(cell) FROM occupied)",
        "UPDATE occupied SET cell = cell + 100 WHERE cell = (SELECT max(cell) FROM occupied)",
        "INSERT INTO occupied SELECT calendar_id, cell + 100, side, booking_id FROM occupied",
    ],
)
def test_too_few_wrong_and_too_many_cells_are_found(database: Database, statement: str) -> None:
    row = book(database, timedelta(0), after=15)
    change(database, statement)
    assert judge(database).wrong_cells == [row]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM letters WHERE id = (SELECT min(id) FROM letters)",
        "UPDATE bookings SET sequence = 1",
    ],
)
def test_step_without_its_letters_is_found(database: Database, statement: str) -> None:
    row = book(database, timedelta(0))
    change(database, statement)
    assert judge(database).wrong_letters == [row]
