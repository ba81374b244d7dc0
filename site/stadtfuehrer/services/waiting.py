"""The line of those who wait for a free time: first come, first served, one letter each."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.domain.refusals import UnknownKind
from stadtfuehrer.services import letters
from stadtfuehrer.services.times import whole_horizon
from stadtfuehrer.storage import outbox, waiting
from stadtfuehrer.storage.turns import wait_in_turn

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.domain.letter import Mailbox
    from stadtfuehrer.domain.slots import Kind
    from stadtfuehrer.services.office import Office

FIRST_CHOICE = timedelta(hours=24)
"""How long an opening is left to the one who was told of it; then the next in line is told."""

LONGEST_WAIT = timedelta(days=90)
"""After so long in vain an address is forgotten."""


def wait_for(office: Office, kind: Kind, visitor: Mailbox, *, now: datetime) -> None:
    """Put somebody at the end of the line; whoever waits already keeps their place."""
    with office.database.begin() as session:
        wait_in_turn(session, _line_of(kind))
        waiting.join_line(session, kind.id, visitor.address, now=now)


def tell_waiting(office: Office, *, now: datetime) -> int:
    """Tell as many as there are new free times, each of one, in the order of the line.

    What has become free is looked up rather than announced by whoever freed it, so that a
    cancelled booking, a moved one, changed hours and a new day at the horizon all count alike.
    The letter is written and the address forgotten in one transaction. How many were told.
    """
    with office.database.read() as session:
        kinds = waiting.kinds_waited_for(session)
    told = 0
    for kind_id in kinds:
        try:
            told += _tell_of(office, office.get_kind(kind_id), now=now)
        except UnknownKind:
            # Taken out of the settings; it may come back, and LONGEST_WAIT ends it otherwise.
            continue
    return told


def _tell_of(office: Office, kind: Kind, *, now: datetime) -> int:
    with office.database.begin() as session:
        wait_in_turn(session, _line_of(kind))
        # Only now: a look from before this turn would forget what others have told of since.
        free = whole_horizon(office, kind, now=now)
        waiting.keep_told(session, kind.id, set(free))
        known = waiting.told_starts(session, kind.id, told_after=now - FIRST_CHOICE)
        news = [start for start in free if start not in known]
        line = waiting.first_in_line(session, kind.id, most=len(news))
        if not line:
            return 0
        pairs = list(zip(line, news, strict=False))
        owed = [
            letters.when_free(office, kind, start, one.address, mark=secrets.token_hex(16), now=now)
            for one, start in pairs
        ]
        outbox.enqueue(session, owed, booking_id=None, now=now)
        waiting.leave_line(session, [one.row_id for one, _ in pairs])
        waiting.note_told(session, kind.id, [start for _, start in pairs], now=now)
    return len(pairs)


def _line_of(kind: Kind) -> str:
    return f"line {kind.id}"
