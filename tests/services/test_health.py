"""Whether the database answers, and has its tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.services.booking import book
from stadtfuehrer.services.health import examine
from stadtfuehrer.storage.database import Database
from tests.offices import NOW, a_wish, in_berlin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stadtfuehrer.services.office import Office


@pytest.fixture
def closing() -> Iterator[list[Database]]:
    """Give a list of databases that are closed at the end."""
    opened: list[Database] = []
    yield opened
    for database in opened:
        database.close()


def test_a_database_with_and_without_bookings_is_well(office: Office) -> None:
    examine(office, now=NOW)
    book(office, a_wish(office, in_berlin("2026-03-05 09:00")), now=NOW)
    examine(office, now=NOW)


def test_a_database_without_tables_is_not(
    furnished_office: Office, database_url: str, closing: list[Database]
) -> None:
    closing.append(Database(database_url))
    with pytest.raises(SQLAlchemyError):
        examine(replace(furnished_office, database=closing[0]), now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{folder}/nirgends/stadtfuehrer.db",
        "postgresql+psycopg://niemand@/nichts?host={folder}",
    ],
)
def test_a_database_that_does_not_answer_is_not(
    furnished_office: Office, tmp_path: Path, url: str, closing: list[Database]
) -> None:
    closing.append(Database(url.format(folder=tmp_path)))
    with pytest.raises(SQLAlchemyError):
        examine(replace(furnished_office, database=closing[0]), now=NOW)


def test_a_file_that_is_no_database_is_not(
    furnished_office: Office, tmp_path: Path, closing: list[Database]
) -> None:
    file = tmp_path / "kein.db"
    file.write_bytes(b"keine Datenbank" * 100)
    closing.append(Database(f"sqlite:///{file}"))
    with pytest.raises(SQLAlchemyError):
        examine(replace(furnished_office, database=closing[0]), now=NOW)
