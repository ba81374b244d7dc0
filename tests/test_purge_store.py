"""What is erased, and what stays, to the instant."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.database import Database
from stadtfuehrer.mail.store import enqueue, erase_letters, lease_next, note_failed, note_sent
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.web.rate_limit import DbRateLimit, count_post, erase_posts
from tests.support.rows import MONDAY_TEN, NOW, a_booking, a_letter, added, cells_of

SECOND = timedelta(seconds=1)
HALF_HOUR = timedelta(minutes=30)


def rows(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("moment", "left"), [(timedelta(0), 1), (SECOND, 0)])
def test_a_booking_is_erased_once_it_ended_before_the_moment(
    database: Database, moment: timedelta, left: int
) -> None:
    row_id = added(database, a_booking())
    with database.begin() as session:
        enqueue(session, [a_letter(), a_letter(kind="einladung")], booking_id=row_id, now=NOW)
        erased = erase_bookings(session, ended_before=MONDAY_TEN + HALF_HOUR + moment)
    assert erased == ((0, 0) if left else (1, 2))
    assert rows(database, DbBooking) == left
    assert rows(database, DbLetter) == 2 * left
    assert rows(database, DbOccupied) == 12 * left


def test_a_cancelled_booking_is_erased_like_any_other(database: Database) -> None:
    added(database, a_booking().cancelled("Keine Zeit", now=NOW))
    with database.begin() as session:
        erase_bookings(session, ended_before=MONDAY_TEN + timedelta(days=1))
    assert rows(database, DbBooking) == 0


def test_other_bookings_and_their_letters_stay(database: Database) -> None:
    old = added(database, a_booking())
    new = added(database, a_booking(MONDAY_TEN + HALF_HOUR))
    with database.begin() as session:
        for row_id in (old, new):
            enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
        erase_bookings(session, ended_before=MONDAY_TEN + HALF_HOUR + SECOND)
    with database.read() as session:
        assert session.scalars(select(DbBooking.id)).all() == [new]
        assert session.scalars(select(DbLetter.booking_id)).all() == [new]
    assert len(cells_of(database, new)) == 12


@pytest.mark.parametrize(
    ("state", "erased"),
    [
        (State.SENT, True),
        (State.SKIPPED, True),
        (State.FAILED, False),  # somebody may still want it to be sent
        (State.WAITING, False),
    ],
)
def test_the_text_of_a_bookings_settled_letter_is_erased(
    database: Database, state: State, *, erased: bool
) -> None:
    row_id = added(database, a_booking())
    with database.begin() as session:
        enqueue(session, [a_letter()], booking_id=row_id, now=NOW)
        leased = lease_next(session, now=NOW, lease=SECOND)
        assert leased is not None
        if state is State.SENT:
            note_sent(session, leased.id, now=NOW)
        elif state is State.FAILED:
            note_failed(session, leased, "So nicht.")
        elif state is State.SKIPPED:
            session.scalars(select(DbLetter)).one().state = State.SKIPPED
            session.flush()
        assert erase_letters(session, made_before=NOW) == 0
        assert erase_letters(session, made_before=NOW + SECOND) == int(erased)
        # What is erased once does not count again.
        assert erase_letters(session, made_before=NOW + SECOND) == 0
    with database.read() as session:
        kept = session.scalars(select(DbLetter)).one()
        assert (kept.facts is None) is erased
        # That it was sent stays known as long as the booking does.
        assert (kept.state, kept.recipient) == (state, "aenne@gast.example")


@pytest.mark.parametrize("sent", [True, False])
def test_a_letter_of_no_booking_is_erased_altogether(database: Database, *, sent: bool) -> None:
    with database.begin() as session:
        enqueue(session, [a_letter(method="")], booking_id=None, now=NOW)
        leased = lease_next(session, now=NOW, lease=SECOND)
        assert leased is not None
        if sent:
            note_sent(session, leased.id, now=NOW)
        assert erase_letters(session, made_before=NOW) == 0
        assert erase_letters(session, made_before=NOW + SECOND) == 1
    assert rows(database, DbLetter) == 0


def test_the_hours_before_a_moment_are_forgotten(database: Database) -> None:
    with database.begin() as session:
        for hours in range(3):
            count_post(session, b"a", now=MONDAY_TEN + timedelta(hours=hours))
        erase_posts(session, before=MONDAY_TEN + timedelta(hours=1))
    with database.read() as session:
        kept = session.scalars(select(DbRateLimit.hour).order_by(DbRateLimit.hour)).all()
    assert kept == [MONDAY_TEN + timedelta(hours=1), MONDAY_TEN + timedelta(hours=2)]
