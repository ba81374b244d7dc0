"""Links to sign in by and signed-in devices, as rows. Of their tokens only hashes are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Select, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, count_rows
from stadtfuehrer.office.model import LINK_HOLDS, SIGNED_IN_FOR, Device


class DbSignInLink(Base):
    """A link that was asked for; ``address`` is empty where nobody may sign in by it."""

    __tablename__ = "office_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DbDevice(Base):
    """A browser on which somebody is signed in."""

    __tablename__ = "office_devices"
    __table_args__ = (Index("ix_office_devices_key_hash", "key_hash", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    address: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    seen_on: Mapped[date]


def count_open_links(session: Session, address: str, *, now: datetime) -> int:
    """How many links of an address still count."""
    links = (DbSignInLink.address == address) & (DbSignInLink.made_at > now - LINK_HOLDS)
    links &= DbSignInLink.used_at.is_(None)
    return count_rows(session, DbSignInLink.token_hash, links)


def keep_link(session: Session, token_hash: bytes, address: str, *, now: datetime) -> None:
    """Remember a link."""
    row = {"token_hash": token_hash, "address": address, "made_at": now}
    session.execute(insert(DbSignInLink), [row])


def find_open_link(session: Session, token_hash: bytes, *, now: datetime) -> str | None:
    """Whose link this is; None if there is none that still counts."""
    query = select(DbSignInLink.address).where(DbSignInLink.token_hash == token_hash)
    query = query.where(DbSignInLink.used_at.is_(None), DbSignInLink.made_at > now - LINK_HOLDS)
    return session.scalar(query)


def use_link(session: Session, token_hash: bytes, *, now: datetime) -> str | None:
    """Use up a link, in one statement, so that nobody else does; whose it is, as above."""
    change = update(DbSignInLink).where(
        DbSignInLink.token_hash == token_hash,
        DbSignInLink.used_at.is_(None),
        DbSignInLink.made_at > now - LINK_HOLDS,
    )
    return session.scalar(change.values(used_at=now).returning(DbSignInLink.address))


def keep_device(
    session: Session, key_hash: bytes, *, address: str, name: str, today: date, now: datetime
) -> None:
    """Remember a device."""
    row = {"key_hash": key_hash, "address": address, "name": name, "since": now, "seen_on": today}
    session.execute(insert(DbDevice), [row])


def find_device(session: Session, key_hash: bytes, *, now: datetime) -> Device | None:
    """The device with this key; None if nobody is signed in there (any more)."""
    query = _devices().where(DbDevice.key_hash == key_hash, DbDevice.since > now - SIGNED_IN_FOR)
    row = session.execute(query).one_or_none()
    return None if row is None else Device(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def all_devices(session: Session, address: str, *, now: datetime) -> list[Device]:
    """The devices of an address, the newest first."""
    query = _devices().where(DbDevice.address == address, DbDevice.since > now - SIGNED_IN_FOR)
    rows = session.execute(query.order_by(DbDevice.since.desc(), DbDevice.id.desc()))
    return [Device(**row._mapping) for row in rows]  # noqa: SLF001 - as above


def note_seen(session: Session, device_id: int, day: date) -> None:
    """Somebody used the office there on this day."""
    session.execute(update(DbDevice).where(DbDevice.id == device_id).values(seen_on=day))


def drop_device(session: Session, device_id: int, *, address: str) -> bool:
    """Forget a device of this address; whether there was one."""
    mine = delete(DbDevice).where(DbDevice.id == device_id, DbDevice.address == address)
    return session.scalar(mine.returning(DbDevice.id)) is not None


def erase_signed_in(session: Session, *, now: datetime) -> None:
    """Forget the links and devices that count nowhere any more."""
    session.execute(delete(DbSignInLink).where(DbSignInLink.made_at <= now - LINK_HOLDS))
    session.execute(delete(DbDevice).where(DbDevice.since <= now - SIGNED_IN_FOR))


def _devices() -> Select[Any]:
    columns = ("id", "address", "name", "since", "seen_on")
    return select(*(getattr(DbDevice, name) for name in columns))
