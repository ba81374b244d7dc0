"""Whether the database answers, letters leave, and the consultant gets theirs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.service import book
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database, DatabaseUnavailable
from stadtfuehrer.mail.service import Health, examine
from tests.support.contexts import NOW, Clock, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.posting import deliver

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WELL = Health(letters_wait_since=None, failed=0, failed_to_consultant=0)


@pytest.fixture
def closing() -> Iterator[list[Database]]:
    """Give a list of databases that are closed at the end."""
    opened: list[Database] = []
    yield opened
    for database in opened:
        database.close()


def test_a_database_with_and_without_bookings_is_well(context: AppContext) -> None:
    examine(context, now=NOW)
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    examine(context, now=NOW)


def test_a_database_without_tables_is_not(
    shared_context: AppContext, database_url: str, closing: list[Database]
) -> None:
    closing.append(Database(database_url))
    with pytest.raises(DatabaseUnavailable):
        examine(replace(shared_context, database=closing[0]), now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{folder}/nirgends/stadtfuehrer.db",
        "postgresql+psycopg://niemand@/nichts?host={folder}",
    ],
)
def test_a_database_that_does_not_answer_is_not(
    shared_context: AppContext, tmp_path: Path, url: str, closing: list[Database]
) -> None:
    closing.append(Database(url.format(folder=tmp_path)))
    with pytest.raises(DatabaseUnavailable):
        examine(replace(shared_context, database=closing[0]), now=NOW)


def test_a_file_that_is_no_database_is_not(
    shared_context: AppContext, tmp_path: Path, closing: list[Database]
) -> None:
    file = tmp_path / "kein.db"
    file.write_bytes(b"keine Datenbank" * 100)
    closing.append(Database(f"sqlite:///{file}"))
    with pytest.raises(DatabaseUnavailable):
        examine(replace(shared_context, database=closing[0]), now=NOW)


def test_all_is_well_while_letters_leave(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    clock = Clock()
    deliver(context, clock)
    clock.turn(days=1)
    assert examine(context, now=clock()) == WELL


def test_letters_that_cannot_leave_are_told_of_after_an_hour(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    assert examine(context, now=NOW + HOUR - SECOND) == WELL
    assert examine(context, now=NOW + HOUR) == replace(WELL, letters_wait_since=NOW)
    clock = Clock(now=NOW + 2 * HOUR)
    deliver(context, clock)
    assert examine(context, now=clock()) == WELL


def test_one_letter_that_waits_while_others_leave_is_no_alarm(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    clock = Clock()
    deliver(context, clock, RCPT=[answer("451 later")])
    assert examine(context, now=NOW + HOUR - SECOND) == WELL
    # An hour after the other one left, nothing has left for an hour.
    assert examine(context, now=NOW + HOUR + SECOND).letters_wait_since == NOW


def test_what_the_consultants_own_address_refuses_is_told_apart(context: AppContext) -> None:
    refuse = answer("550 5.1.1 unknown")
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    deliver(context, Clock(), RCPT=[refuse])
    failed = Health(letters_wait_since=None, failed=1, failed_to_consultant=0)
    assert examine(context, now=NOW) == failed
    book(context, a_wish(context, in_berlin("2026-03-05 10:00")), now=NOW)
    deliver(context, Clock(), RCPT=[refuse, refuse])
    failed = Health(letters_wait_since=None, failed=3, failed_to_consultant=1)
    assert examine(context, now=NOW) == failed
