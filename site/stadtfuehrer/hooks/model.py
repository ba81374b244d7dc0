"""What other programs are told, and how they know that it comes from here.

Calls are signed as Standard Webhooks 1.0 has it (github.com/standard-webhooks/standard-webhooks),
so that whoever is called can check that with a library.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with


class Event(StrEnum):
    """What happened to a booking; nothing is told of one whose address is yet to be confirmed."""

    REQUESTED = "booking.requested"
    CONFIRMED = "booking.confirmed"
    MOVED = "booking.moved"
    READDRESSED = "booking.readdressed"
    CANCELLED = "booking.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedCall:
    """A call that a worker has leased: to which of the settings' hooks, and what it says.

    ``call_id`` is the same in each attempt. ``lease_until`` tells this lease from any other.
    """

    id: int
    call_id: str
    hook: str
    body: str
    attempts: int
    made_at: datetime
    lease_until: datetime


def secret_key(secret: str) -> bytes:
    """The bytes of a secret like „whsec_MfKQ…“. Raises ValueError: it is none."""
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError("no prefix")
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)


def signed_headers(secret: str, call_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers by which the receiver knows who calls, and that it is no old call repeated."""
    timestamp = str(int(now.timestamp()))
    content = f"{call_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret_key(secret), content, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": call_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
