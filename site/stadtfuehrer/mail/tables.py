"""The rows of the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stadtfuehrer.database.base import Base


class DbLetter(Base):
    """A letter in the outbox: what it says, its finished bytes, and how far it has come.

    ``facts`` are what the booking's row will not tell (any more) when the letter is composed.
    ``sender`` and ``message`` are empty until then. ``lease_until`` is set while a worker has it
    in hand; a lease that has run out returns it to the queue. After ``use_until`` nobody needs it
    any more (a reminder when the consultation has begun). ``facts`` and ``message`` are erased
    once the letter is sent and past its retention.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "sequence", "recipient"),
        Index("ix_letters_state_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    kind: Mapped[str] = mapped_column(String(40))
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    message: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    use_until: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
