"""One letter of the outbox: handed out once, settled, tried again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.database import AlreadyStored, Database
from stadtfuehrer.mail.outbox import Composed, LeasedMessage, NewMessage
from stadtfuehrer.mail.store import (
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


def stored(database: Database, letter_id: int) -> tuple[object, ...]:
    """What is still kept of a letter."""
    columns = (DbLetter.recipient, DbLetter.message, DbLetter.facts)
    with database.read() as session:
        return tuple(session.execute(select(*columns).where(DbLetter.id == letter_id)).one())


def test_a_letter_is_due_at_once_and_comes_out_as_it_went_in(database: Database) -> None:
    assert (lease(database), is_any_due(database)) == (None, False)
    letter = replace(a_letter(), facts={"name": "Änne", "answers": {"a": "1"}})
    put(database, letter)
    assert is_any_due(database)
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
        composed_with="",
        attempts=1,
        made_at=NOW,
        lease_until=NOW + LEASE,
        mailbox=None,
        domain=None,
    )
    # In somebody's hand it is not given to another.
    assert (lease(database), is_any_due(database)) == (None, False)


def test_what_was_composed_comes_out_the_same_again(database: Database) -> None:
    put(database, a_letter())
    composed = Composed(
        sender="a@stadtfuehrer.example",
        recipient="b@gast.example",
        message=bytes(range(256)) * 100,
        composed_with="tag",
    )
    with database.begin() as session:
        leased = lease_next(session, now=NOW, lease=LEASE)
        assert leased is not None
        first = keep_composed(session, leased, composed)
    assert first is not None
    again = get_lease(database, NOW + LEASE + SECOND)
    for one in (first, again):
        found = {name: getattr(one, name) for name in asdict(composed)}
        assert found == asdict(composed)


def test_whoever_slept_through_the_lease_keeps_nothing_composed(database: Database) -> None:
    put(database, a_letter())
    slept = get_lease(database)
    other = get_lease(database, NOW + LEASE + SECOND)
    with database.begin() as session:
        assert keep_composed(session, slept, spelled_out(None, slept)) is None
        assert keep_composed(session, other, spelled_out(None, other)) is not None


@pytest.mark.parametrize(("later", "back"), [(LEASE, False), (LEASE + SECOND, True)])
def test_an_expired_lease_returns(database: Database, later: timedelta, *, back: bool) -> None:
    put(database, a_letter())
    first = get_lease(database)
    assert is_any_due(database, NOW + later) is back
    again = lease(database, NOW + later)
    assert (again and (again.id, again.attempts, again.message)) == (
        (first.id, 2, first.message) if back else None
    )


def test_a_lease_that_is_rolled_back_was_none(database: Database) -> None:
    put(database, a_letter())
    with suppress(ZeroDivisionError), database.begin() as session:
        assert lease_next(session, now=NOW, lease=LEASE)
        raise ZeroDivisionError
    assert get_lease(database).attempts == 1


def test_letters_come_out_when_and_in_the_order_that_they_are_due(database: Database) -> None:
    for minutes in (3, 1, 2):
        put(database, a_letter(kind=f"nach-{minutes}"), now=NOW + timedelta(minutes=minutes))
    # To be looked at they come as they were put in.
    assert [one.kind for one in letters(database)] == ["nach-3", "nach-1", "nach-2"]
    for early, due in ((SECOND, False), (timedelta(0), True)):
        now = NOW + timedelta(minutes=1) - early
        assert is_any_due(database, now) is due
        assert (lease(database, now) is not None) is due
    much_later = NOW + timedelta(hours=1) + LEASE
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


def test_a_sent_letter_is_done_and_of_no_booking_not_kept(database: Database) -> None:
    put(database, a_letter())
    with database.begin() as session:
        enqueue(session, [a_letter()], booking_id=add(session, a_booking()), now=NOW)
    for leased in (get_lease(database), get_lease(database)):
        with database.begin() as session:
            note_sent(session, leased.id, now=NOW + SECOND)
    assert [(one.state, one.sent_at, one.error) for one in letters(database)] == [
        (State.SENT, NOW + SECOND, "")
    ] * 2
    assert lease(database, NOW + timedelta(days=1)) is None
    ids = [one.id for one in letters(database)]
    assert stored(database, ids[0]) == ("", b"", None)
    recipient, *rest = stored(database, ids[1])
    assert (recipient, rest[0]) == ("aenne@gast.example", b"")
    assert rest[1] is not None
    for letter_id in (*ids, 4711):
        with database.begin() as session, pytest.raises(UnknownLetter):
            retry(session, letter_id, now=NOW)
    assert letters(database)[0].state is State.SENT


def test_a_failed_letter_is_done_and_counted(database: Database) -> None:
    put(database, a_letter(), a_letter())
    leased = get_lease(database)
    with database.begin() as session:
        note_failed(session, leased, "So nicht.")
    with database.read() as session:
        assert count_failed(session).letters == 1
    found = letters(database)[0]
    assert (found.state, found.error, found.attempts) == (State.FAILED, "So nicht.", 1)


@pytest.mark.parametrize(("settle", "attempts"), [(note_later, 1), (give_back, 0)])
def test_later_or_given_back(
    database: Database, settle: Callable[..., None], attempts: int
) -> None:
    put(database, a_letter())
    later = NOW + timedelta(minutes=1)
    with database.begin() as session:
        leased = lease_next(session, now=NOW, lease=LEASE)
        settle(session, leased, "Gerade nicht.", due_at=later)
    (found,) = letters(database)
    assert (found.state, found.error, found.due_at) == (State.WAITING, "Gerade nicht.", later)
    assert found.attempts == attempts
    assert lease(database, later - SECOND) is None
    assert get_lease(database, later).attempts == attempts + 1


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


def test_a_step_owes_each_reader_one_letter_only(database: Database) -> None:
    """A step that was taken twice by mistake cannot tell of itself twice."""
    with database.begin() as session:
        row_id = add(session, a_booking())
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
    with pytest.raises(AlreadyStored), database.begin() as session:
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
    assert len(letters(database)) == 1
