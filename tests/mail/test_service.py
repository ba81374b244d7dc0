"""Whether the database answers, letters leave, and the consultant gets theirs."""

from contextlib import closing
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


def test_a_database_with_and_without_bookings_is_well(context: AppContext) -> None:
    examine(context, now=NOW)
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    examine(context, now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{folder}/without-tables.db",
        "sqlite:///{folder}/nowhere/stadtfuehrer.db",
        "sqlite:///{folder}/garbage.db",
        "postgresql+psycopg://niemand@/nichts?host={folder}",
    ],
)
def test_a_database_that_is_ill(shared_context: AppContext, tmp_path: Path, url: str) -> None:
    (tmp_path / "garbage.db").write_bytes(b"keine Datenbank" * 100)
    with (
        closing(Database(url.format(folder=tmp_path))) as database,
        pytest.raises(DatabaseUnavailable),
    ):
        examine(replace(shared_context, database=database), now=NOW)


def test_letters_that_cannot_leave_are_told_of_after_an_hour(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    assert examine(context, now=NOW + HOUR - SECOND) == WELL
    assert examine(context, now=NOW + HOUR) == replace(WELL, letters_wait_since=NOW)
    clock = Clock(now=NOW + 2 * HOUR)
    deliver(context, clock)
    for _ in range(2):
        assert examine(context, now=clock()) == WELL
        clock.turn(days=1)


def test_one_letter_that_waits_while_others_leave_is_no_alarm(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    clock = Clock()
    deliver(context, clock, RCPT=[answer("451 later")])
    assert examine(context, now=NOW + HOUR - SECOND) == WELL
    # An hour after the other one left, nothing has left for an hour.
    assert examine(context, now=NOW + HOUR + SECOND).letters_wait_since == NOW


def test_what_the_consultants_own_address_refuses_is_told_apart(context: AppContext) -> None:
    refuse = answer("550 5.1.1 unknown")
    for hour, refusals, failed, to_consultant in ((9, 1, 1, 0), (10, 2, 3, 1)):
        book(context, a_wish(context, in_berlin(f"2026-03-05 {hour:02}:00")), now=NOW)
        deliver(context, Clock(), RCPT=[refuse] * refusals)
        expected = replace(WELL, failed=failed, failed_to_consultant=to_consultant)
        assert examine(context, now=NOW) == expected
