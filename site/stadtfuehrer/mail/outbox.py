"""What goes into the outbox and comes out of it: a letter owed, composed, leased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A letter to be put into the outbox: not yet its bytes, only what it says.

    ``method`` is the iTIP method of its invitation, if it has one. ``facts`` are what it says
    besides what its booking's row will still tell later.
    """

    kind: str
    sequence: int
    method: str
    recipient: str
    message_id: str
    facts: dict[str, Any]
    use_until: datetime | None = None
    mailbox: bytes | None = None
    domain: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter's bytes with its envelope; ``composed_with`` is the digest of their settings."""

    sender: str
    recipient: str
    message: bytes
    composed_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedMessage:
    """A letter that a worker has leased; without bytes until it is composed.

    ``lease_until`` tells this lease from any other of the same letter.
    """

    id: int
    booking_id: int | None
    kind: str
    sequence: int
    method: str
    sender: str
    recipient: str
    message_id: str
    facts: dict[str, Any] | None
    message: bytes
    composed_with: str
    attempts: int
    made_at: datetime
    lease_until: datetime
    mailbox: bytes | None
    domain: bytes | None

    def is_composed(self, settings: str) -> bool:
        """Whether its bytes are those that the settings of this digest would give.

        Without facts (in rows that are older than those) nothing could give other ones.
        """
        return bool(self.message) and (self.facts is None or self.composed_with == settings)
