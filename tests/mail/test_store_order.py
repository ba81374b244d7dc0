"""The letters of one booking: in order for each reader, without what nobody needs any more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from stadtfuehrer.database import Database
from stadtfuehrer.mail.outbox import LeasedMessage, NewMessage
from stadtfuehrer.mail.store import (
    MAILBOXES_OF_DOMAIN,
    enqueue,
    give_back,
    lease_next,
    note_failed,
    note_later,
    note_sent,
    retry,
    skip_useless,
)
from stadtfuehrer.mail.tables import DbLetter, OutboxEntry, State, all_letters
from tests.support.rows import NOW, a_booking, a_letter, added

VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
KINDS = {
    VISITOR: {"REQUEST": "bestaetigung", "CANCEL": "absage-gast"},
    CONSULTANT: {"REQUEST": "einladung", "CANCEL": "absage-beratung"},
}
LEASE = timedelta(minutes=10)
Step = tuple[str, int]
BOOK, MOVE, MOVE_AGAIN = ("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2)
CANCEL_FIRST, CANCEL_MOVED = ("CANCEL", 1), ("CANCEL", 2)


@pytest.fixture
def booking_id(database: Database) -> int:
    return added(database, a_booking())


Put = Callable[..., None]


@pytest.fixture
def describe(database: Database, booking_id: int) -> Put:
    """Put what each step owes to both readers into the outbox."""

    def put(*steps: Step, readers: tuple[str, ...] = (VISITOR, CONSULTANT)) -> None:
        with database.begin() as session:
            for method, sequence in steps:
                letters = [
                    a_letter(
                        kind=KINDS[one][method], method=method, sequence=sequence, recipient=one
                    )
                    for one in readers
                ]
                enqueue(session, letters, booking_id=booking_id, now=NOW)

    return put


def skip(database: Database, now: timedelta = timedelta(0)) -> None:
    with database.begin() as session:
        skip_useless(session, now=NOW + now)


def everything(database: Database) -> list[OutboxEntry]:
    with database.read() as session:
        return all_letters(session)


def states(database: Database, reader: str = VISITOR) -> list[str]:
    return [one.state.value for one in everything(database) if one.recipient == reader]


def busy(database: Database) -> list[LeasedMessage]:
    """Take all that can be taken in hand."""
    with database.begin() as session:
        return list(iter(lambda: lease_next(session, now=NOW, lease=LEASE), None))


def leased_ids(database: Database) -> list[int]:
    return [leased.id for leased in busy(database)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([BOOK], ["waiting"]),
        ([BOOK, MOVE], ["skipped", "waiting"]),
        ([BOOK, MOVE, MOVE_AGAIN], ["skipped", "skipped", "waiting"]),
        ([BOOK, CANCEL_FIRST], ["waiting", "waiting"]),
        ([BOOK, MOVE, CANCEL_MOVED], ["skipped", "waiting", "waiting"]),
    ],
)
def test_a_replaced_request_is_skipped_but_never_the_one_before_a_cancel(
    database: Database, describe: Put, steps: list[Step], expected: list[str]
) -> None:
    describe(*steps)
    skip(database)
    assert states(database, VISITOR) == states(database, CONSULTANT) == expected
    # A skipped request holds nothing back.
    first_waiting = [one.id for one in everything(database) if one.state is State.WAITING][:2]
    assert leased_ids(database) == first_waiting


def test_a_request_that_is_sent_or_failed_is_not_skipped(database: Database, describe: Put) -> None:
    describe(BOOK)
    first, second = busy(database)
    with database.begin() as session:
        note_sent(session, first.id, now=NOW)
        note_failed(session, second, "So nicht.")
    describe(MOVE)
    skip(database)
    assert states(database, VISITOR) == ["sent", "waiting"]
    assert states(database, CONSULTANT) == ["failed", "waiting"]


def test_a_request_in_a_hand_is_skipped_after_its_lease(database: Database, describe: Put) -> None:
    describe(BOOK)
    leased_ids(database)
    describe(MOVE)
    skip(database)
    assert states(database) == ["waiting", "waiting"]
    skip(database, LEASE + timedelta(seconds=1))
    assert states(database) == ["skipped", "waiting"]


def test_letters_are_kept_in_order_by_who_reads_them_not_by_their_address(
    database: Database, booking_id: int, describe: Put
) -> None:
    """The consultant's address may be corrected, or be that of a guest who tries the site."""
    describe(BOOK)
    with database.begin() as session:
        session.execute(update(DbLetter).values(recipient=VISITOR))
    skip(database)
    assert states(database) == ["waiting", "waiting"]
    moved = a_letter(kind="verschoben-beratung", sequence=1, recipient="neu@stadtfuehrer.example")
    with database.begin() as session:
        enqueue(session, [moved], booking_id=booking_id, now=NOW)
    first, second, _ = (one.id for one in everything(database))
    assert leased_ids(database) == [first, second]
    skip(database, LEASE + timedelta(seconds=1))
    assert [one.state.value for one in everything(database)] == ["waiting", "skipped", "waiting"]


def test_requests_of_another_booking_replace_nothing(database: Database, describe: Put) -> None:
    describe(BOOK, readers=(VISITOR,))
    other = added(database, a_booking(NOW + timedelta(days=9)))
    with database.begin() as session:
        enqueue(session, [a_letter(sequence=1)], booking_id=other, now=NOW)
        enqueue(session, [a_letter(), a_letter(sequence=1)], booking_id=None, now=NOW)
    skip(database)
    assert states(database) == ["waiting"] * 4
    assert len(leased_ids(database)) == 4


def test_a_cancel_waits_for_its_request(database: Database, describe: Put) -> None:
    describe(BOOK, CANCEL_FIRST)
    request_1, request_2, _cancel_1, cancel_2 = (one.id for one in everything(database))
    held_1, held_2 = busy(database)
    assert [held_1.id, held_2.id] == [request_1, request_2]
    with database.begin() as session:
        note_later(session, held_1, "Gerade nicht.", due_at=NOW + timedelta(hours=1))
        note_sent(session, request_2, now=NOW)
    # Each reader's letters keep their order for themselves.
    assert leased_ids(database) == [cancel_2]
    assert leased_ids(database) == []


def test_a_cancel_goes_out_after_its_request_failed(database: Database, describe: Put) -> None:
    describe(BOOK, CANCEL_FIRST, readers=(VISITOR,))
    request, cancel = (one.id for one in everything(database))
    (held,) = busy(database)
    assert held.id == request
    with database.begin() as session:
        note_failed(session, held, "So nicht.")
        retry(session, request, now=NOW)
    skip(database)
    # As long as the cancellation waits, it waits for its invitation.
    assert leased_ids(database) == [request]
    with database.begin() as session:
        note_failed(session, replace(held, lease_until=NOW + LEASE), "So nicht.")
    assert leased_ids(database) == [cancel]
    with database.begin() as session:
        note_sent(session, cancel, now=NOW)
        retry(session, request, now=NOW)
    skip(database)
    assert states(database) == ["skipped", "sent"]


def test_a_worker_that_slept_through_its_lease_changes_nothing_any_more(
    database: Database, describe: Callable[..., None]
) -> None:
    def failed(session: Session) -> None:
        note_failed(session, slept, "So nicht.")

    def later(session: Session) -> None:
        note_later(session, slept, "Später.", due_at=NOW)

    def back(session: Session) -> None:
        give_back(session, slept, "Falsches Passwort.", due_at=NOW)

    describe(BOOK, readers=(VISITOR,))
    (slept,) = busy(database)
    after = NOW + LEASE + timedelta(seconds=1)
    with database.begin() as session:
        other = lease_next(session, now=after, lease=LEASE)
        leased = all_letters(session)
    assert other is not None
    for step in (later, back, failed):
        with database.begin() as session:
            step(session)
        with database.begin() as session:
            assert all_letters(session) == leased
            # The other has leased it still.
            assert lease_next(session, now=after, lease=LEASE) is None
    with database.begin() as session:
        note_sent(session, other.id, now=after)
        later(session)
    assert states(database) == ["sent"]


def test_what_is_of_use_for_a_while_is_skipped_afterwards(database: Database) -> None:
    row_id = added(database, a_booking())
    letters = [
        replace(a_letter(kind=f"k{n}", method="", recipient=f"{n}@gast.example"), use_until=until)
        for n, until in enumerate([None, NOW, NOW + LEASE])
    ]
    with database.begin() as session:
        enqueue(session, letters[:2], booking_id=row_id, now=NOW)
        enqueue(session, letters[2:], booking_id=None, now=NOW)
    for now, expected in (
        (-timedelta(seconds=1), ["waiting", "waiting", "waiting"]),
        (timedelta(0), ["waiting", "skipped", "waiting"]),
        (LEASE, ["waiting", "skipped", "skipped"]),
    ):
        skip(database, now)
        assert [one.state for one in everything(database)] == expected
    # One that belongs to no booking was all that its address was given for.
    assert [one.recipient for one in everything(database)][1:] == ["1@gast.example", ""]


@pytest.mark.parametrize(
    ("later", "state"),
    [(MOVE, State.SKIPPED), (CANCEL_FIRST, State.SKIPPED), (BOOK, State.WAITING)],
)
def test_a_reminder_is_replaced_by_any_later_step(
    database: Database, booking_id: int, describe: Put, later: Step, state: State
) -> None:
    reminder = replace(a_letter(kind="erinnerung", method=""), use_until=NOW + LEASE)
    with database.begin() as session:
        enqueue(session, [reminder], booking_id=booking_id, now=NOW)
    describe(later)
    skip(database)
    assert states(database)[0] == state


def typed(*mailboxes: bytes | None, domain: bytes | None = None) -> list[NewMessage]:
    """Letters that strangers may have caused; None for those that they have not."""
    return [replace(a_letter(), mailbox=one, domain=domain if one else None) for one in mailboxes]


def sent_at_once(database: Database, *, now: datetime, limit: int = 2) -> int:
    """How many of what is due leave now."""
    number = 0
    with database.begin() as session:
        while letter := lease_next(session, now=now, lease=LEASE, per_mailbox=limit):
            note_sent(session, letter.id, now=now)
            number += 1
    return number


def test_so_many_letters_go_to_one_mailbox_within_any_day(database: Database) -> None:
    letters = typed(b"a", b"a", b"a", b"a", b"b", None, None, None)
    with database.begin() as session:
        enqueue(session, letters[:1], booking_id=None, now=NOW)
    assert sent_at_once(database, now=NOW) == 1
    with database.begin() as session:
        enqueue(session, letters[1:], booking_id=None, now=NOW)
    hours = {one: timedelta(hours=one) for one in (1, 24, 25, 48)}
    left = {one: sent_at_once(database, now=NOW + after) for one, after in hours.items()}
    # One more of the three, that of the other mailbox, and those that nobody can cause.
    assert left == {1: 5, 24: 1, 25: 1, 48: 0}
    with database.read() as session:
        assert {one.state for one in all_letters(session)} == {State.SENT}
        assert {one.attempts for one in all_letters(session)} == {1}


def test_a_domain_gets_as_many_as_a_few_mailboxes(database: Database) -> None:
    with database.begin() as session:
        mailboxes = [bytes([number]) for number in range(8)]
        enqueue(session, typed(*mailboxes, domain=b"d"), booking_id=None, now=NOW)
    assert sent_at_once(database, now=NOW) == 2 * MAILBOXES_OF_DOMAIN
    assert sent_at_once(database, now=NOW + timedelta(days=1)) == 2


def test_without_a_limit_all_leave(database: Database) -> None:
    with database.begin() as session:
        enqueue(session, typed(*[b"a"] * 5), booking_id=None, now=NOW)
    assert sent_at_once(database, now=NOW, limit=0) == 5
