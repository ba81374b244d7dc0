"""The migrations make the tables that the code expects."""

import sqlite3
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from stadtfuehrer.database import Database
from stadtfuehrer.database.base import Base
from stadtfuehrer.database.schema import is_current, upgrade


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    with database.read() as session:
        return set(inspect(session.connection()).get_table_names())


def test_an_empty_database_is_not_current(empty_database: Database) -> None:
    assert not is_current(empty_database)


def test_upgrade_makes_every_table_of_an_empty_database(empty_database: Database) -> None:
    upgrade(empty_database)
    assert tables(empty_database) == {*Base.metadata.tables, "alembic_version"}
    assert is_current(empty_database)


def test_upgrade_of_a_current_database_changes_nothing(database: Database) -> None:
    before = tables(database)
    upgrade(database)
    assert tables(database) == before
    assert is_current(database)


def test_a_database_of_another_revision_is_not_current(empty_database: Database) -> None:
    upgrade(empty_database)
    with empty_database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(empty_database)


def test_migrations_and_metadata_agree(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_and_metadata_agree_on_primary_keys(database: Database) -> None:
    """Alembic does not compare them, and the cells' one is what refuses a double booking."""
    with database.read() as session:
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


def test_a_migration_that_fails_leaves_the_schema_as_it_was(empty_database: Database) -> None:
    with empty_database.begin() as session:
        # In the way of the second table; the first is made before.
        session.execute(text("CREATE TABLE posts (id INTEGER)"))
    with pytest.raises(Exception, match="posts"):
        upgrade(empty_database)
    assert tables(empty_database) <= {"posts", "alembic_version"}
    assert not is_current(empty_database)


def test_cells_are_kept_in_their_primary_key_on_sqlite(sqlite_database: Database) -> None:
    assert sqlite_database.file is not None
    with sqlite3.connect(sqlite_database.file) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'occupied'")
    connection.close()
    assert "WITHOUT ROWID" in made[0]
