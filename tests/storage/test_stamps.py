"""Stamps: whatever is committed, by whomever, is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from stadtfuehrer.storage.stamps import FileStamps

from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.schema import upgrade
from stadtfuehrer.storage.tables import DbLetter
from tests.support.rows import MONDAY_TEN, a_booking, add

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_committed_is_seen_by_everybody(database_url: str) -> None:
    ours, theirs = Database(database_url), Database(database_url)
    try:
        upgrade(ours)
        for number, writer in enumerate((ours, theirs, ours)):
            before = ours.stamp(), theirs.stamp()
            with writer.begin() as session:
                add(session, a_booking(MONDAY_TEN + timedelta(hours=number)))
                halfway = ours.stamp()
            # What is not committed yet is nobody's business on SQLite; elsewhere it may be told.
            assert halfway == before[0] or not ours.is_sqlite
            assert ours.stamp() not in {before[0], halfway}
            assert theirs.stamp() != before[1]
    finally:
        ours.close()
        theirs.close()


def test_looking_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    try:
        upgrade(database)
        stamps = set()
        for _ in range(5):
            stamps.add(database.stamp())
            with database.read() as session:
                session.scalars(select(DbLetter)).all()
        # A server has work of its own now and then, so that not all of them need be equal.
        assert len(stamps) == 1 or (not database.is_sqlite and len(stamps) < 5)
    finally:
        database.close()


def test_without_a_database_no_two_stamps_are_equal(tmp_path: Path) -> None:
    stamps = FileStamps(tmp_path / "none" / "test.db")
    assert stamps.look() != stamps.look()
    away = Database("postgresql+psycopg://127.0.0.1:1/none")
    assert away.stamp() != away.stamp()


def test_a_new_connection_is_not_taken_for_the_old_one(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)
    upgrade(database)
    before = database.stamp()
    database.close()
    assert database.stamp() != before
    database.close()
