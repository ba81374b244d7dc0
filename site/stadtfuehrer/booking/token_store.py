"""Which key the tokens of bookings are derived from, and what they were derived from before.

A booking's links are derived from the secret key each time they are written, and only their hashes
are stored. So when the key changes, or a database is put back beside another key, the hashes of
the links by today's key are stored beside the old ones: old links stay good, new ones are.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.booking.model import LIVE, Party, Status
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.database.base import Base, advisory_lock, upsert
from stadtfuehrer.refusals import UnknownBooking
from stadtfuehrer.tokens import (
    booking_token,
    confirmation_token,
    consultant_token,
    fingerprint,
    token_hash,
)

CONFIRMATION = "bestaetigung"
"""In place of a party, for the link by which a typed address is confirmed."""


class DbBookingToken(Base):
    """One more token of a booking, and whose link it is, or ``CONFIRMATION``."""

    __tablename__ = "booking_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    party: Mapped[str] = mapped_column(String(20))


class DbTokenKey(Base):
    """By which key every booking's links are good; the only row has the id 1."""

    __tablename__ = "token_keys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))


def get_token(session: Session, token_hash: bytes) -> tuple[int, Party]:
    """The booking's row that one of the further tokens leads to. Raises UnknownBooking."""
    found = session.get(DbBookingToken, token_hash)
    if found is None or found.party == CONFIRMATION:
        raise UnknownBooking
    return found.booking_id, Party(found.party)


def get_confirmation(session: Session, token_hash: bytes) -> int:
    """The same for one by which an address is confirmed. Raises UnknownBooking."""
    found = session.get(DbBookingToken, token_hash)
    if found is None or found.party != CONFIRMATION:
        raise UnknownBooking
    return found.booking_id


def is_adopted(session: Session, secret: bytes) -> bool:
    """Whether every booking's links by this key are good."""
    return session.scalar(select(DbTokenKey.fingerprint)) == fingerprint(secret)


def adopt(session: Session, secret: bytes) -> None:
    """Make every booking's links by this key good; the others stay so."""
    advisory_lock(session, "token key")
    missing = list(_missing(session, secret))
    if missing:
        session.execute(upsert(session, DbBookingToken).on_conflict_do_nothing(), missing)
    key = {"fingerprint": fingerprint(secret)}
    insert = upsert(session, DbTokenKey).values(id=1, **key)
    session.execute(insert.on_conflict_do_update(index_elements=[DbTokenKey.id], set_=key))


def count_foreign(session: Session, secrets: Sequence[bytes]) -> int:
    """How many live bookings have links by none of these keys."""
    live = set(session.scalars(select(DbBooking.id).where(DbBooking.status.in_(LIVE))))
    for secret in secrets:
        live &= {row["booking_id"] for row in _missing(session, secret)}
    return len(live)


def _missing(session: Session, secret: bytes) -> Iterator[dict[str, Any]]:
    known = set(session.scalars(select(DbBookingToken.token_hash)))
    columns = (DbBooking.id, DbBooking.uid, DbBooking.status)
    hashes = (DbBooking.token_hash, DbBooking.consultant_hash, DbBooking.confirmation_hash)
    for row_id, uid, status, visitors, consultants, confirmations in session.execute(
        select(*columns, *hashes)
    ):
        links = [
            (Party.VISITOR.value, booking_token, visitors),
            (Party.CONSULTANT.value, consultant_token, consultants),
        ]
        if Status(status).awaits_address:
            links.append((CONFIRMATION, confirmation_token, confirmations))
        for party, derive, stored in links:
            derived = token_hash(derive(secret, uid))
            if derived != stored and derived not in known:
                yield {"token_hash": derived, "booking_id": row_id, "party": party}
