"""The signed key that every form carries: it makes sending twice harmless, and tells robots apart.

It says which form this is (the idempotency key) and when it was shown. Nothing is stored until the
form is sent, and nothing on the visitor's device.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

if TYPE_CHECKING:
    from stadtfuehrer.services.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """A form's identity and the instant at which it was first shown."""

    id: str
    shown_at: datetime


def new_key(office: Office, *, now: datetime) -> str:
    """A key for a form that is being shown."""
    milliseconds = int(now.timestamp() * 1000)
    return _serializer(office).dumps([secrets.token_hex(16), milliseconds])


def find_key(office: Office, signed: str) -> FormKey | None:
    """What a key says, or None if it is not one of ours."""
    try:
        key_id, milliseconds = _serializer(office).loads(signed)
    except BadData:
        return None
    shown_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return FormKey(id=key_id, shown_at=shown_at)


def too_quick(office: Office, key: FormKey, *, now: datetime) -> bool:
    """Whether the form came back sooner than a person can fill it in."""
    return now - key.shown_at < timedelta(seconds=office.settings.limits.minimum_seconds)


def _serializer(office: Office) -> URLSafeSerializer:
    return URLSafeSerializer(office.secret, salt="form key")
