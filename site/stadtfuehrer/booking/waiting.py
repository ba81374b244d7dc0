"""The line of those who wait for a free time: first come, first served, one letter each."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.booking import letters
from stadtfuehrer.booking import waiting_store as waiting
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.service import check_typed
from stadtfuehrer.refusals import FreeAlready, TooManyLines, UnknownKind
from stadtfuehrer.text import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_log = structlog.get_logger(__name__)

FIRST_CHOICE = timedelta(hours=24)
"""How long an opening is left to whoever was written to; then the next in line is."""

LONGEST_WAIT = timedelta(days=90)
"""After so long in vain an address is forgotten."""


def wait_for(
    context: "AppContext", kind: Kind, visitor: Mailbox, *, client: str = "", now: datetime
) -> None:
    """Put somebody at the end of the line; whoever waits already keeps their place.

    ``client`` is the IP address that the form came from. Raises FreeAlready (there is nothing to
    wait for), TooManyLines, TooManyLetters.
    """
    if free_times(context, kind, now=now):
        raise FreeAlready
    with context.database.begin() as session:
        # By address as well, since it is counted in all lines.
        advisory_lock(session, f"line {kind.id}", f"waits {mailbox_of(visitor.address)}")
        check_typed(context, session, visitor.address, client, now=now)
        lines = waiting.lines_of(session, visitor.address) - {kind.id}
        limit = context.settings.limits.waiting_per_address
        if limit and len(lines) >= limit:
            raise TooManyLines
        waiting.join_line(session, kind.id, visitor.address, now=now)


def tell_waiting(context: "AppContext", *, now: datetime) -> int:
    """Write to as many as there are new free times, of one each, in the order of the line.

    What has become free is looked up rather than announced by whoever freed it, so that a
    cancelled booking, a moved one, changed hours and a new day at the horizon all count alike.
    The letter is written and the address forgotten in one transaction, which is begun only where
    there is news. How many were written to.
    """
    with context.database.read() as session:
        kinds = waiting.kinds_waited_for(session)
    written = 0
    for kind_id in kinds:
        try:
            written += _write_about(context, context.get_kind(kind_id), now=now)
        except UnknownKind:
            # Taken out of the settings; it may come back, and LONGEST_WAIT ends it otherwise.
            continue
        except (DatabaseUnavailable, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - who waits for another kind is told all the same
            _log.error("line cannot be told", kind=kind_id, error=type(error).__name__)
    return written


def _write_about(context: "AppContext", kind: Kind, *, now: datetime) -> int:
    # In this order, and before anybody has to wait for it: what was noted before the look and is
    # not free now has been taken since, whatever others note meanwhile.
    with context.database.read() as session:
        known = waiting.notified_starts(session, kind.id)
    free = free_times(context, kind, now=now)
    if not known.keys() - free and not _news(free, known, now=now):
        return 0
    with context.database.begin() as session:
        advisory_lock(session, f"line {kind.id}")
        notified = waiting.notified_starts(session, kind.id)
        gone = {start for start in known.keys() - free if notified.get(start) == known[start]}
        if gone:
            waiting.forget_notified(session, kind.id, gone)
        news = _news(free, notified, now=now)
        line = waiting.first_in_line(session, kind.id, most=len(news))
        if not line:
            return 0
        owed = [
            letters.when_free(context, kind, start, address, mark=secrets.token_hex(16), now=now)
            for (_, address), start in zip(line, news, strict=False)
        ]
        outbox.enqueue(session, owed, booking_id=None, now=now)
        waiting.leave_line(session, [row_id for row_id, _ in line])
        waiting.note_notified(session, kind.id, news[: len(line)], now=now)
    return len(line)


def _news(
    free: Sequence[datetime], notified: Mapping[datetime, datetime], *, now: datetime
) -> list[datetime]:
    """The free starts that are nobody's first choice."""
    recent = {start for start, at in notified.items() if at > now - FIRST_CHOICE}
    return [start for start in free if start not in recent]
