"""What both databases promise: all or nothing, one consistent state, instants, their schema."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import DateTime, bindparam, func, insert, inspect, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.database import AlreadyStored, Database, schema
from stadtfuehrer.database.base import Base
from stadtfuehrer.database.schema import is_current, upgrade
from stadtfuehrer.mail.store import lease_next
from stadtfuehrer.web.rate_limit import DbRateEvent, Event, note_events
from tests.support.racing import lost, race
from tests.support.rows import NOW, a_booking, add, added

HOUR = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW_GIVEN, SENT_GIVEN = (bindparam(name, type_=DateTime) for name in ("now", "sent_at"))
"""In a statement that is written as text, sqlite3 would have to guess how they are stored."""


def posts(session: Session) -> int:
    return session.scalar(select(func.count(DbRateEvent.id))) or 0


def test_begin_keeps_all_or_nothing(database: Database) -> None:
    with suppress(ZeroDivisionError), database.begin() as session:
        note_events(session, Event.POST, [b"a"], now=HOUR)
        raise ZeroDivisionError
    with database.begin() as session:
        assert posts(session) == 0
        note_events(session, Event.POST, [b"a"], now=HOUR)
        note_events(session, Event.POST, [b"b"], now=HOUR)
    with database.read() as session:
        assert posts(session) == 2


def test_read_keeps_nothing(database: Database) -> None:
    added(database, a_booking())
    with database.read() as session:
        session.scalars(select(DbBooking)).one().name = "Jemand anders"
    with database.read() as session:
        assert session.scalars(select(DbBooking.name)).one() == "Änne Müller"


def test_read_waits_for_no_writer_and_sees_one_state_meanwhile(database: Database) -> None:
    with database.read() as reader:
        before = posts(reader)
        with database.begin() as writer:
            note_events(writer, Event.POST, [b"a"], now=HOUR)
            with database.read() as another:
                assert posts(another) == 0
        assert before == posts(reader) == 0


def test_writers_in_threads_lose_no_count(database: Database) -> None:
    def count() -> None:
        for _ in range(10):
            with database.begin() as session:
                note_events(session, Event.POST, [b"a"], now=HOUR)

    assert lost(race([count] * 4)) == []
    with database.read() as session:
        assert posts(session) == 40


INSTANTS = [
    datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
    # Later than the next one by its clock.
    datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=9))),
    datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC),
    datetime(2026, 7, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1))),
]


def test_instants_come_back_aware_in_utc_and_in_their_order(database: Database) -> None:
    with database.begin() as session:
        for hour in INSTANTS[::-1]:
            session.execute(insert(DbRateEvent).values(what="post", subject=b"a", at=hour))
    with database.read() as session:
        kept = list(session.scalars(select(DbRateEvent.at).order_by(DbRateEvent.at)))
        for instant in INSTANTS:
            query = select(func.count()).where(DbRateEvent.at == instant)
            assert session.scalar(query) == 1
        assert session.scalar(text("SELECT 'Änne 👩‍💻'")) == "Änne 👩‍💻"
    assert kept == INSTANTS
    assert {one.tzinfo for one in kept} == {UTC}


def test_naive_instants_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="only aware instants"), database.begin() as session:
        note_events(session, Event.POST, [b"a"], now=HOUR.replace(tzinfo=None))
    with pytest.raises(StatementError), database.begin() as session:
        add(session, a_booking(NOW.replace(tzinfo=None)))


def test_a_cell_of_no_booking_is_refused(database: Database) -> None:
    cell = {"calendar_id": "haupt", "cell": 1, "side": 0, "booking_id": 4711}
    with pytest.raises(AlreadyStored), database.begin() as session:
        session.execute(insert(DbOccupied).values(**cell))


def test_what_visitors_wrote_is_not_in_an_error(database: Database) -> None:
    booking = a_booking()
    added(database, booking)
    with pytest.raises(AlreadyStored) as caught:
        added(database, booking)
    message = f"{caught.value} {caught.value.__cause__}"
    assert "INSERT INTO bookings" in message
    assert booking.visitor.name not in message


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    if opened.file is not None:
        opened.file.touch()
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    with database.read() as session:
        return set(inspect(session.connection()).get_table_names())


def test_upgrade_makes_every_table_of_an_empty_database_once(empty_database: Database) -> None:
    assert not is_current(empty_database)
    for _ in range(2):
        upgrade(empty_database)
        assert tables(empty_database) == {*Base.metadata.tables, "alembic_version"}
        assert is_current(empty_database)
    with empty_database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(empty_database)


def test_migrations_and_metadata_agree(database: Database) -> None:
    """Also on primary keys, which Alembic does not compare: the cells' refuses double bookings."""
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
        inspector = inspect(session.connection())
        found = {
            name: inspector.get_pk_constraint(name)["constrained_columns"]
            for name in Base.metadata.tables
        }
    assert found == {
        name: [column.name for column in table.primary_key]
        for name, table in Base.metadata.tables.items()
    }
    assert found["occupied"] == ["calendar_id", "cell", "side"]


def test_a_letter_that_waits_through_the_upgrade_keeps_its_bytes(empty_database: Database) -> None:
    with empty_database.begin() as session:
        config = schema._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0004")
        session.execute(
            text(
                "INSERT INTO letters (kind, sequence, method, sender, recipient, message_id,"
                " message, state, attempts, error, made_at, due_at, held_by) VALUES ('danke', 0,"
                " '', 'von@x.example', 'an@x.example', '<1@x>', :message, 'waiting', 2, '', :now,"
                " :now, 'somebody')"
            ).bindparams(NOW_GIVEN),
            {"message": b"ready", "now": NOW.replace(tzinfo=None)},
        )
    upgrade(empty_database)
    with empty_database.begin() as session:
        leased = lease_next(session, now=NOW, lease=timedelta(minutes=1))
        assert leased is not None
        assert (leased.message, leased.facts, leased.attempts) == (b"ready", None, 3)


def test_the_organizer_of_an_invitation_that_was_sent_is_taken_over(
    empty_database: Database,
) -> None:
    now = NOW.replace(tzinfo=None)
    sent = ("REQUEST", now), ("", now), ("REQUEST", None)
    with empty_database.begin() as session:
        config = schema._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0008")
        for number, (method, sent_at) in enumerate(sent, 1):
            facts = {"id": number, "uid": f"u{number}", "hash": bytes([number]), "now": now}
            session.execute(
                text(
                    "INSERT INTO bookings (id, calendar, uid, key, token_hash, kind, title, place,"
                    " start_at, end_at, before_minutes, after_minutes, status, sequence, name,"
                    " email, address, firma, telefon, anliegen, zone, service, answers,"
                    " quiz_version, cancel_reason, booked_at, changed_at) VALUES (:id, 'haupt',"
                    " :uid, :uid, :hash, 'k', 'K', 'telefon', :now, :now, 0, 0, 'confirmed', 0, '',"
                    " 'a@x.example', '', '', '', '', '', '', '{}', '', '', :now, :now)"
                ).bindparams(NOW_GIVEN),
                facts,
            )
            session.execute(
                text(
                    "INSERT INTO letters (booking_id, kind, sequence, method, sender, recipient,"
                    " message_id, message, state, attempts, error, made_at, due_at, sent_at)"
                    " VALUES (:id, 'einladung', 0, :method, 'von@x.example', 'an@x.example', :uid,"
                    " :hash, 'sent', 1, '', :now, :now, :sent_at)"
                ).bindparams(NOW_GIVEN, SENT_GIVEN),
                facts | {"method": method, "sent_at": sent_at},
            )
    upgrade(empty_database)
    with empty_database.begin() as session:
        found = session.execute(text("SELECT organizer FROM bookings ORDER BY id")).scalars().all()
        assert found == ["von@x.example", "", ""]
        assert session.execute(text("SELECT count(*) FROM letters")).scalar() == 3


def test_how_satisfied_guests_were_moves_out_of_the_quizs_counters(
    empty_database: Database,
) -> None:
    with empty_database.begin() as session:
        config = schema._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0018")
        session.execute(
            text(
                "INSERT INTO tally (quiz_version, what, question, option, day, number) VALUES"
                " ('', 'satisfied', '', 'sehr', '2026-03-02', 2),"
                " ('', 'satisfied', '', 'sehr', '2026-03-03', 1),"
                " ('', 'satisfied', '', 'nicht', '2026-03-02', 4),"
                " ('v1', 'finished', '', 'sehr', '2026-03-02', 8)"
            )
        )
    for _ in range(2):
        upgrade(empty_database)
    with empty_database.read() as session:
        moved = session.execute(text("SELECT day, choice, number FROM satisfied ORDER BY 1, 2"))
        assert [(str(day), choice, number) for day, choice, number in moved] == [
            ("2026-03-02", "nicht", 4),
            ("2026-03-02", "sehr", 2),
            ("2026-03-03", "sehr", 1),
        ]
        assert session.execute(text("SELECT what, number FROM tally")).all() == [("finished", 8)]


def test_a_migration_that_fails_leaves_the_schema_as_it_was(empty_database: Database) -> None:
    with empty_database.begin() as session:
        # In the way of a later table; the first ones are made before.
        session.execute(text("CREATE TABLE waiting (id INTEGER)"))
    with pytest.raises(Exception, match="waiting"):
        upgrade(empty_database)
    assert tables(empty_database) <= {"waiting", "alembic_version"}
    assert not is_current(empty_database)


def test_cells_are_kept_in_their_primary_key_on_sqlite(sqlite_database: Database) -> None:
    assert sqlite_database.file is not None
    with sqlite3.connect(sqlite_database.file) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'occupied'")
    connection.close()
    assert "WITHOUT ROWID" in made[0]
