"""The line of those who wait for a free time: first come, first served, one letter each."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import waiting_store as waiting
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import whole_horizon
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.refusals import UnknownKind
from stadtfuehrer.text.address import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

FIRST_CHOICE = timedelta(hours=24)
"""How long an opening is left to the one who was told of it; then the next in line is told."""

LONGEST_WAIT = timedelta(days=90)
"""After so long in vain an address is forgotten."""


def wait_for(context: "AppContext", kind: Kind, visitor: Mailbox, *, now: datetime) -> None:
    """Put somebody at the end of the line; whoever waits already keeps their place."""
    with context.database.begin() as session:
        advisory_lock(session, _line_of(kind))
        waiting.join_line(session, kind.id, visitor.address, now=now)


def tell_waiting(context: "AppContext", *, now: datetime) -> int:
    """Tell as many as there are new free times, each of one, in the order of the line.

    What has become free is looked up rather than announced by whoever freed it, so that a
    cancelled booking, a moved one, changed hours and a new day at the horizon all count alike.
    The letter is written and the address forgotten in one transaction. How many were told.
    """
    with context.database.read() as session:
        kinds = waiting.kinds_waited_for(session)
    told = 0
    for kind_id in kinds:
        try:
            told += _tell_of(context, context.get_kind(kind_id), now=now)
        except UnknownKind:
            # Taken out of the settings; it may come back, and LONGEST_WAIT ends it otherwise.
            continue
    return told


def _tell_of(context: "AppContext", kind: Kind, *, now: datetime) -> int:
    with context.database.begin() as session:
        advisory_lock(session, _line_of(kind))
        # Only now: a look from before this turn would forget what others have told of since.
        free = whole_horizon(context, kind, now=now)
        waiting.keep_notified(session, kind.id, set(free))
        known = waiting.notified_starts(session, kind.id, told_after=now - FIRST_CHOICE)
        news = [start for start in free if start not in known]
        line = waiting.first_in_line(session, kind.id, most=len(news))
        if not line:
            return 0
        pairs = list(zip(line, news, strict=False))
        owed = [
            letters.when_free(
                context, kind, start, one.address, mark=secrets.token_hex(16), now=now
            )
            for one, start in pairs
        ]
        outbox.enqueue(session, owed, booking_id=None, now=now)
        waiting.leave_line(session, [one.row_id for one, _ in pairs])
        waiting.note_notified(session, kind.id, [start for _, start in pairs], now=now)
    return len(pairs)


def _line_of(kind: Kind) -> str:
    return f"line {kind.id}"
