"""Owe other programs a call, and make the calls that are due."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from stadtfuehrer.calendar.faults import CalendarAway
from stadtfuehrer.calendar.transport import Client
from stadtfuehrer.database import Session
from stadtfuehrer.hooks import store
from stadtfuehrer.hooks.model import Event, LeasedCall, signed_headers
from stadtfuehrer.mail.delivery import GIVE_UP_AFTER, pause_after
from stadtfuehrer.mail.tables import State

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from stadtfuehrer.settings.schema import HookSettings

CALL_SECONDS = 15.0
"""For one call, from the connection to the answer's last byte."""

ROUND_SECONDS = 60.0
"""After so long a round begins no further call."""

_LEASE = timedelta(minutes=2)

_log = structlog.get_logger(__name__)


def announce(
    context: "AppContext",
    session: Session,
    event: Event,
    booking_id: int,
    facts: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Owe a call to each hook that wants to hear of this event, within the unit of work."""
    rows = []
    for hook in context.settings.hooks:
        if event in hook.events:
            call_id = f"evt_{uuid.uuid4().hex}"
            said = {"id": call_id, "event": event.value, "at": now.isoformat(), "booking": facts}
            row = {"booking_id": booking_id, "call_id": call_id, "hook": hook.name}
            body = json.dumps(said, ensure_ascii=False)
            rows.append({**row, "event": event.value, "body": body})
    if rows:
        store.enqueue(session, rows, now=now)


def call_hooks(context: "AppContext", *, now: datetime, wait: float = 0) -> None:
    """Begin to make the calls that are due, beside the letters; wait for it so many seconds."""
    with context.database.read() as session:
        if not store.any_due(session, now=now):
            return
    context.hook_calling.run(lambda: _call_due(context, now=now), wait=wait)


def _call_due(context: "AppContext", *, now: datetime) -> None:
    """Make what is due; whoever does not answer is left alone for the rest of the round."""
    hooks = {hook.name: hook for hook in context.settings.hooks}
    begun, away = monotonic(), set[str]()
    while (passed := monotonic() - begun) < ROUND_SECONDS:
        at = now + timedelta(seconds=passed)
        with context.database.begin() as session:
            call = store.lease_next(session, now=at, lease=_LEASE, but_not=away)
        if call is None:
            return
        try:
            what = _made(hooks.get(call.hook), call, now=at)
        except CalendarAway as fault:
            away.add(call.hook)
            what = _again(call, fault.reason, now=at)
        with context.database.begin() as session:
            store.settle(session, call, **what)


def _made(hook: "HookSettings | None", call: LeasedCall, *, now: datetime) -> dict[str, Any]:
    """Make a call; what becomes of its row. Raises CalendarAway: it is not heard."""
    if hook is None:
        return {"state": State.SKIPPED, "body": ""}
    # Unencrypted ones can only be to this machine, where the settings name it.
    to_all = hook.url.startswith("https:")
    client = Client(hook.url, ends_at=monotonic() + CALL_SECONDS, public_only=to_all)
    body = call.body.encode()
    headers = signed_headers(hook.secret, call.call_id, body, now=now)
    status = client.ask_once("POST", hook.url, body, headers).status
    if status // 100 != HTTPStatus.OK // 100:
        raise CalendarAway(f"„{client.host}“ nimmt die Nachricht nicht an ({status}).")
    _log.info("hook called", call=call.id, hook=call.hook)
    # Whoever was called has what it said; here nobody needs it any more.
    return {"state": State.SENT, "sent_at": now, "body": "", "error": ""}


def _again(call: LeasedCall, reason: str, *, now: datetime) -> dict[str, Any]:
    _log.warning("hook not called", call=call.id, hook=call.hook, reason=reason)
    if now - call.made_at > GIVE_UP_AFTER:
        return {"state": State.FAILED, "error": reason}
    return {"error": reason, "due_at": now + pause_after(call.attempts)}


def all_calls(context: "AppContext") -> list[dict[str, Any]]:
    """Every call, oldest first; instants in ISO 8601, UTC."""
    with context.database.read() as session:
        calls = [asdict(call) for call in store.all_calls(session)]
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in call.items()
        }
        for call in calls
    ]


def count_failed(context: "AppContext") -> int:
    """How many calls were given up."""
    with context.database.read() as session:
        return store.count_failed(session)


def retry_call(context: "AppContext", call_id: int, *, now: datetime) -> None:
    """Make a call due again. Raises UnknownCall: there is none that could be retried."""
    with context.database.begin() as session:
        store.retry(session, call_id, now=now)
