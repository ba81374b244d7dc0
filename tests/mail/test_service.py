"""Whether the database answers, letters leave, and the consultant gets theirs."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database, DatabaseUnavailable
from stadtfuehrer.mail.heartbeat import SILENT_AFTER, WORKER, beat, end_beating
from stadtfuehrer.mail.service import Health, all_letters, check_writable, examine
from stadtfuehrer.mail.tables import DbLetter, Failed
from tests.support.contexts import NOW, Clock, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.posting import deliver

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WELL = Health(
    letters_wait_since=None, worker_silent_since=None, clock_doubted=None, failed=Failed(0, 0, 0)
)


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
    # An hour after the other one left, nothing has left for an hour: that server's own matter.
    assert examine(context, now=NOW + HOUR + SECOND) == WELL


def delay_all(context: AppContext, clock: Clock, sentence: str = "452 full") -> None:
    for _ in range(8):
        deliver(context, clock, RCPT=[answer(sentence)] * 9)
        clock.turn(minutes=20)


def test_what_one_servers_domain_delays_is_no_alarm_and_what_two_do_is(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    with context.database.begin() as session:
        session.execute(update(DbLetter).values(recipient="vera@stadtfuehrer.example"))
        session.execute(update(DbBooking).values(email="gast@stadtfuehrer.example"))
    clock = Clock()
    delay_all(context, clock)
    assert {one["state"] for one in all_letters(context)} == {"waiting"}
    assert examine(context, now=clock()) == WELL

    with context.database.begin() as session:
        session.execute(update(DbLetter).where(DbLetter.id == 1).values(recipient="a@x.example"))
    assert examine(context, now=clock()).letters_wait_since == NOW


def test_a_letter_held_back_behind_a_delayed_one_is_no_alarm(context: AppContext) -> None:
    token = book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    clock = Clock()
    deliver(context, clock, RCPT=[answer("452 full")])
    cancel(context, token, "", now=NOW)
    deliver(context, clock)
    assert [one["state"] for one in all_letters(context)] == ["waiting", "sent", "waiting", "sent"]
    assert examine(context, now=NOW + 2 * HOUR) == WELL


def test_a_server_that_is_away_is_an_alarm_even_for_one_letter(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    deliver(context, Clock(), RCPT=[answer("452 full")])
    now = NOW + 2 * HOUR
    assert examine(context, now=now) == WELL
    with context.database.begin() as session:
        beat(session, WORKER, now=now, stuck_since=NOW)
    assert examine(context, now=now).letters_wait_since == NOW


def test_a_worker_that_gives_no_sign_of_life_is_told_of_within_a_minute(
    context: AppContext,
) -> None:
    assert examine(context, now=NOW) == WELL  # there never was one
    with context.database.begin() as session:
        beat(session, WORKER, now=NOW - HOUR)
        beat(session, WORKER, now=NOW)
    assert examine(context, now=NOW + SILENT_AFTER) == WELL
    late = NOW + SILENT_AFTER + SECOND
    assert examine(context, now=late) == replace(WELL, worker_silent_since=NOW)
    assert late < NOW + timedelta(minutes=1)
    check_writable(context, now=late)
    assert examine(context, now=late).worker_silent_since == NOW
    with context.database.begin() as session:
        end_beating(session)
    assert examine(context, now=late) == WELL


def test_letters_to_the_consultant_are_counted_by_role_whatever_the_address_is_now(
    context: AppContext,
) -> None:
    book(context, a_wish(context, in_berlin("2026-03-05 09:00")), now=NOW)
    deliver(context, Clock(), RCPT=[answer("550 unknown")] * 2)
    moved = replace(context.settings.consultant, email="neu@stadtfuehrer.example")
    changed = replace(context, settings=replace(context.settings, consultant=moved))
    assert examine(changed, now=NOW).failed == Failed(2, 1, 0)


def test_what_the_consultants_own_address_refuses_is_told_apart(context: AppContext) -> None:
    refuse = answer("550 5.1.1 unknown")
    for hour, refusals, failed, to_consultant in ((9, 1, 1, 0), (10, 2, 3, 1)):
        book(context, a_wish(context, in_berlin(f"2026-03-05 {hour:02}:00")), now=NOW)
        deliver(context, Clock(), RCPT=[refuse] * refusals)
        expected = replace(WELL, failed=Failed(failed, to_consultant, 0))
        assert examine(context, now=NOW) == expected
