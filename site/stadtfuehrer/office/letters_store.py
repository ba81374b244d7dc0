"""The outbox as the consultant sees it: a letter with the guest that it is about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.mail.message import FOR_CONSULTANT, LetterKind
from stadtfuehrer.mail.tables import DbLetter, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLetter:
    """A letter of the outbox; what is known of the booking is empty where it is about none."""

    id: int
    kind: str
    recipient: str
    state: str
    error: str
    due_at: datetime
    made_at: datetime
    sent_at: datetime | None
    booking_id: int | None
    start: datetime | None
    guest: str
    phone: str

    @property
    def is_for_consultant(self) -> bool:
        """Whether the consultant reads it."""
        return self.kind in FOR_CONSULTANT

    @property
    def guest_knows_nothing(self) -> bool:
        """Whether it was for a guest, who never got it."""
        return self.state == State.FAILED and bool(self.guest) and not self.is_for_consultant


_URGENT = case((DbLetter.state == State.FAILED, 0), (DbLetter.state == State.WAITING, 1), else_=2)

# What was asked for by whoever may not sign in is written to nobody (office/sign_in.py).
_TO_SOMEBODY = ~((DbLetter.kind == LetterKind.SIGN_IN) & (DbLetter.state == State.SKIPPED))


def count_letters(session: Session) -> dict[str, int]:
    """How many letters are in each state."""
    query = select(DbLetter.state, func.count()).where(_TO_SOMEBODY).group_by(DbLetter.state)
    return dict.fromkeys(map(str, State), 0) | dict(session.execute(query).all())


def list_letters(
    session: Session, *, state: State | None, skip: int, most: int
) -> list[ListedLetter]:
    """So many letters, after so many: what failed first, then what waits, and the newest first."""
    own = ("id", "kind", "recipient", "state", "error", "due_at", "made_at", "sent_at")
    query = select(
        *(getattr(DbLetter, name) for name in (*own, "booking_id")),
        DbBooking.start_at.label("start"),
        func.coalesce(DbBooking.name, "").label("guest"),
        func.coalesce(DbBooking.telefon, "").label("phone"),
    )
    query = query.outerjoin(DbBooking, DbBooking.id == DbLetter.booking_id).where(_TO_SOMEBODY)
    if state is not None:
        query = query.where(DbLetter.state == state)
    rows = session.execute(query.order_by(_URGENT, DbLetter.id.desc()).offset(skip).limit(most))
    return [ListedLetter(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
