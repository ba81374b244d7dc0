"""What both databases promise: all or nothing, one consistent state, instants that are aware."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.database import AlreadyStored, Database
from stadtfuehrer.web.rate_limit import DbRateLimit, count_post
from tests.support.racing import lost, race
from tests.support.rows import NOW, a_booking, add, added

HOUR = datetime(2026, 3, 2, 9, tzinfo=UTC)


def posts(session: Session) -> int:
    return session.scalar(select(func.sum(DbRateLimit.posts))) or 0


def test_begin_keeps_all_when_the_block_ends_well(database: Database) -> None:
    with database.begin() as session:
        count_post(session, b"a", now=HOUR)
        count_post(session, b"b", now=HOUR)
    with database.read() as session:
        assert posts(session) == 2


def test_begin_keeps_nothing_when_the_block_raises(database: Database) -> None:
    def fail_halfway() -> None:
        with database.begin() as session:
            count_post(session, b"a", now=HOUR)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with database.read() as session:
        assert posts(session) == 0


def test_read_keeps_nothing(database: Database) -> None:
    added(database, a_booking())
    with database.read() as session:
        session.scalars(select(DbBooking)).one().name = "Jemand anders"
    with database.read() as session:
        assert session.scalars(select(DbBooking.name)).one() == "Änne Müller"


def test_read_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as session:
        before = posts(session)
        with database.begin() as other:
            count_post(other, b"a", now=HOUR)
        after = posts(session)
    assert before == after == 0


def test_read_waits_for_no_writer(database: Database) -> None:
    with database.begin() as writer:
        count_post(writer, b"a", now=HOUR)
        with database.read() as reader:
            assert posts(reader) == 0


def test_writers_in_threads_lose_no_count(database: Database) -> None:
    def count() -> None:
        for _ in range(10):
            with database.begin() as session:
                count_post(session, b"a", now=HOUR)

    assert lost(race([count] * 4)) == []
    with database.read() as session:
        assert posts(session) == 40


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
        datetime(2026, 7, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_instants_come_back_aware_and_in_utc(database: Database, instant: datetime) -> None:
    with database.begin() as session:
        session.execute(insert(DbRateLimit).values(network=b"a", hour=instant, posts=1))
    with database.read() as session:
        kept = session.scalars(select(DbRateLimit.hour)).one()
        found = session.scalar(select(func.count()).where(DbRateLimit.hour == instant))
    assert kept == instant
    assert kept.tzinfo is UTC
    assert found == 1


def test_instants_are_ordered_by_instant_and_not_by_their_clocks(database: Database) -> None:
    earlier = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=9)))
    later = datetime(2026, 3, 2, 4, tzinfo=UTC)
    with database.begin() as session:
        for hour in (later, earlier):
            session.execute(insert(DbRateLimit).values(network=b"a", hour=hour, posts=1))
    with database.read() as session:
        assert list(session.scalars(select(DbRateLimit.hour).order_by(DbRateLimit.hour))) == [
            earlier,
            later,
        ]


def test_naive_instants_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="only aware instants"), database.begin() as session:
        count_post(session, b"a", now=HOUR.replace(tzinfo=None))


def test_a_cell_of_no_booking_is_refused(database: Database) -> None:
    cell = {"calendar_id": "haupt", "cell": 1, "side": 0, "booking_id": 4711}
    with pytest.raises(AlreadyStored), database.begin() as session:
        session.execute(insert(DbOccupied).values(**cell))


def test_what_visitors_wrote_is_not_in_an_error(database: Database) -> None:
    booking = a_booking()
    added(database, booking)
    with pytest.raises(AlreadyStored) as caught:
        added(database, booking)
    told = f"{caught.value} {caught.value.__cause__}"
    assert "INSERT INTO bookings" in told
    assert booking.visitor.name not in told


def test_a_naive_booking_time_is_refused(database: Database) -> None:
    booking = a_booking(NOW.replace(tzinfo=None))
    with pytest.raises(StatementError), database.begin() as session:
        add(session, booking)


def test_postgresql_sessions_speak_utf8(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(text("SELECT 'Änne 👩‍💻'")) == "Änne 👩‍💻"
