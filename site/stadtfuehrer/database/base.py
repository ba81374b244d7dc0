"""What all tables share: instants, constraint names, inserts on conflict, locks by name."""

import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    TypeDecorator,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def upsert(session: Session, table: "type[Base]") -> postgresql.Insert | sqlite.Insert:
    """An insert with ``on_conflict_…``, which SQLAlchemy has for each database apart."""
    dialect = session.get_bind().dialect.name
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def advisory_lock(session: Session, *names: str) -> None:
    """Make those who name the same things wait for each other until the unit of work ends.

    SQLite's writers are alone anyway. The names are locked in one order, so that no two wait for
    each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two names may share a number; then two bookings wait that need not, and nothing else.
        numbers = sorted({zlib.crc32(name.encode()) for name in names})
        session.execute(select(*(func.pg_advisory_xact_lock(number) for number in numbers)))


EMPTY = text("''")
"""The default of a text column that came later, for the rows that were there before."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; naive ones are refused.

    SQLite has no zones, so there the text without one is what UTC's clock shows.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("only aware instants are kept")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read an instant back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Common ground: constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy's


def count_rows(session: Session, column: object, condition: ColumnElement[bool]) -> int:
    """How many rows fulfil a condition."""
    return session.scalar(select(func.count(column)).where(condition)) or 0  # type: ignore[arg-type]
