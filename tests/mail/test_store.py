"""One letter of the outbox: handed out once, settled, tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.mail.store import (
    Composed,
    LeasedMessage,
    any_due,
    enqueue,
    give_back,
    keep_composed,
    lease_next,
    note_failed,
    note_later,
    note_sent,
    retry,
)
from stadtfuehrer.mail.tables import DbLetter, OutboxEntry, State, all_letters, count_failed
from stadtfuehrer.refusals import UnknownLetter
from tests.support.racing import race, won
from tests.support.rows import NOW, a_booking, a_letter, add, spelled_out

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.database import Database
    from stadtfuehrer.mail.store import NewMessage

LEASE = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def put(database: Database, *letters: NewMessage, now: datetime = NOW) -> None:
    with database.begin() as session:
        enqueue(session, letters, booking_id=None, now=now)


def lease(database: Database, now: datetime = NOW) -> LeasedMessage | None:
    with database.begin() as session:
        return lease_next(session, now=now, lease=LEASE)


def get_lease(database: Database, now: datetime = NOW) -> LeasedMessage:
    leased = lease(database, now)
    assert leased is not None
    return leased


def letters(database: Database) -> list[OutboxEntry]:
    with database.read() as session:
        return all_letters(session)


def is_any_due(database: Database, now: datetime = NOW) -> bool:
    with database.read() as session:
        return any_due(session, now=now)


def test_a_letter_is_due_at_once_and_comes_out_as_it_went_in(database: Database) -> None:
    letter = replace(a_letter(), facts={"name": "Änne", "answers": {"a": "1"}})
    put(database, letter)
    leased = get_lease(database)
    assert leased == LeasedMessage(
        id=leased.id,
        booking_id=None,
        kind=letter.kind,
        sequence=letter.sequence,
        method=letter.method,
        sender="",
        recipient=letter.recipient,
        message_id=letter.message_id,
        facts=letter.facts,
        message=b"",
        attempts=1,
        made_at=NOW,
        lease_until=NOW + LEASE,
    )


def test_what_was_composed_comes_out_the_same_again(database: Database) -> None:
    put(database, a_letter())
    composed = Composed(
        sender="a@stadtfuehrer.example", recipient="b@gast.example", message=bytes(range(256)) * 100
    )
    with database.begin() as session:
        leased = lease_next(session, now=NOW, lease=LEASE)
        assert leased is not None
        first = keep_composed(session, leased, composed)
    assert first is not None
    again = get_lease(database, NOW + LEASE + SECOND)
    for one in (first, again):
        kept = Composed(sender=one.sender, recipient=one.recipient, message=one.message)
        assert kept == composed


def test_whoever_slept_through_the_lease_keeps_nothing_composed(database: Database) -> None:
    put(database, a_letter())
    slept = get_lease(database)
    other = get_lease(database, NOW + LEASE + SECOND)
    with database.begin() as session:
        assert keep_composed(session, slept, spelled_out(None, slept)) is None
        assert keep_composed(session, other, spelled_out(None, other)) is not None


def test_an_empty_outbox_gives_nothing(database: Database) -> None:
    assert lease(database) is None
    assert not is_any_due(database)


def test_a_letter_in_somebodys_hand_is_not_given_to_another(database: Database) -> None:
    put(database, a_letter())
    get_lease(database)
    assert lease(database) is None
    assert not is_any_due(database)


@pytest.mark.parametrize(("later", "back"), [(LEASE, False), (LEASE + SECOND, True)])
def test_an_expired_lease_returns(database: Database, later: timedelta, *, back: bool) -> None:
    put(database, a_letter())
    first = get_lease(database)
    assert is_any_due(database, NOW + later) is back
    again = lease(database, NOW + later)
    if not back:
        assert again is None
    else:
        assert again is not None
        assert (again.id, again.attempts) == (first.id, 2)
        assert again.message == first.message


def test_a_lease_that_is_rolled_back_was_none(database: Database) -> None:
    put(database, a_letter())

    def die_with_a_letter_in_hand() -> None:
        with database.begin() as session:
            lease_next(session, now=NOW, lease=LEASE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die_with_a_letter_in_hand()
    assert get_lease(database).attempts == 1


@pytest.mark.parametrize(("early", "due"), [(SECOND, False), (timedelta(0), True)])
def test_a_letter_waits_until_it_is_due(database: Database, early: timedelta, *, due: bool) -> None:
    put(database, a_letter(), now=NOW)
    assert is_any_due(database, NOW - early) is due
    assert (lease(database, NOW - early) is not None) is due


def test_letters_come_out_by_when_they_are_due(database: Database) -> None:
    for minutes in (3, 1, 2):
        put(database, a_letter(kind=f"nach-{minutes}"), now=NOW + timedelta(minutes=minutes))
    much_later = NOW + timedelta(hours=1)
    kinds = [get_lease(database, much_later).kind for _ in range(3)]
    assert kinds == ["nach-1", "nach-2", "nach-3"]


def test_no_two_workers_get_the_same_letter(database: Database) -> None:
    put(database, *(a_letter() for _ in range(24)))

    def work() -> list[int]:
        mine = []
        while (leased := lease(database)) is not None:
            mine.append(leased.id)
        return mine

    found = won(race([work] * 4))
    assert len(found) == 4
    assert sorted(one for mine in found for one in mine) == [one.id for one in letters(database)]


def test_nothing_is_kept_of_a_sent_letter_that_belongs_to_no_booking(database: Database) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        note_sent(session, leased.id, now=NOW)
        kept = session.execute(
            select(DbLetter.message, DbLetter.facts).where(DbLetter.id == leased.id)
        ).one()
    assert (letters(database)[0].recipient, *kept) == ("", b"", None)


def test_the_letter_of_a_booking_is_kept_when_it_is_sent(database: Database) -> None:
    with database.begin() as session:
        enqueue(session, [a_letter()], booking_id=add(session, a_booking()), now=NOW)
    leased = get_lease(database)
    with database.begin() as session:
        note_sent(session, leased.id, now=NOW)
        kept = session.execute(
            select(DbLetter.message, DbLetter.facts).where(DbLetter.id == leased.id)
        ).one()
    assert (letters(database)[0].recipient, *kept) == (leased.recipient, b"", leased.facts)


def test_a_sent_letter_is_done(database: Database) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        note_sent(session, leased.id, now=NOW + SECOND)
    (kept,) = letters(database)
    assert (kept.state, kept.sent_at, kept.error) == (State.SENT, NOW + SECOND, "")
    assert lease(database, NOW + timedelta(days=1)) is None


def test_a_failed_letter_is_done_and_counted(database: Database) -> None:
    put(database, a_letter(), a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        note_failed(session, leased, "So nicht.")
    with database.read() as session:
        assert count_failed(session) == 1
    kept = letters(database)[0]
    assert (kept.state, kept.error, kept.attempts) == (State.FAILED, "So nicht.", 1)


def test_a_letter_for_later_waits_for_its_next_attempt(database: Database) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    later = NOW + timedelta(minutes=1)
    with database.begin() as session:
        note_later(session, leased, "Gerade nicht.", due_at=later)
    (kept,) = letters(database)
    assert (kept.state, kept.error, kept.due_at) == (State.WAITING, "Gerade nicht.", later)
    assert lease(database, later - SECOND) is None
    assert get_lease(database, later).attempts == 2


def test_a_letter_given_back_was_no_attempt(database: Database) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    later = NOW + timedelta(minutes=1)
    with database.begin() as session:
        give_back(session, leased, "Falsches Passwort.", due_at=later)
    (kept,) = letters(database)
    assert (kept.attempts, kept.error) == (0, "Falsches Passwort.")
    assert get_lease(database, later).attempts == 1


@pytest.mark.parametrize("state", [State.FAILED, State.WAITING])
def test_retry_makes_a_letter_due_with_a_fresh_start(database: Database, state: State) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        if state is State.FAILED:
            note_failed(session, leased, "So nicht.")
        else:
            note_later(session, leased, "Gerade nicht.", due_at=NOW + timedelta(hours=4))
    later = NOW + timedelta(minutes=5)
    with database.begin() as session:
        retry(session, leased.id, now=later)
    again = get_lease(database, later)
    assert (again.attempts, again.made_at) == (1, later)


def test_retry_of_a_sent_letter_is_refused(database: Database) -> None:
    put(database, a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        note_sent(session, leased.id, now=NOW)
    with database.begin() as session, pytest.raises(UnknownLetter):
        retry(session, leased.id, now=NOW)
    assert letters(database)[0].state is State.SENT


def test_retry_of_no_letter_is_refused(database: Database) -> None:
    with database.begin() as session, pytest.raises(UnknownLetter):
        retry(session, 4711, now=NOW)


def test_a_step_owes_each_reader_one_letter_only(database: Database) -> None:
    """A step that was taken twice by mistake cannot tell of itself twice."""
    with database.begin() as session:
        row_id = add(session, a_booking())
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
    with pytest.raises(AlreadyStored), database.begin() as session:
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
    assert len(letters(database)) == 1


def test_all_letters_come_oldest_first(database: Database) -> None:
    put(database, a_letter(kind="a"), a_letter(kind="b"))
    put(database, a_letter(kind="c"), now=NOW - timedelta(days=1))
    assert [one.kind for one in letters(database)] == ["a", "b", "c"]
