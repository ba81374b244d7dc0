"""Works the outbox: takes due letters in hand, one after the other, and notes what became of them.

The mail server is spoken to outside of any transaction. What cannot be helped: a letter that the
server accepted just before this process was killed goes out once more, byte for byte the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.outside.post import Later, Misconfigured, Parcel, Refused, Unreachable
from stadtfuehrer.storage import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stadtfuehrer.outside.post import Post
    from stadtfuehrer.services.office import Office
    from stadtfuehrer.storage.outbox import Leased

LEASE = timedelta(minutes=10)
"""Longer than the slowest conversation with a mail server that still keeps to its timeouts."""

FIRST_PAUSE = timedelta(seconds=75)
LONGEST_PAUSE = timedelta(minutes=200)
JITTER = 0.2
"""Part of a pause; with it, pauses are between one minute and four hours."""
GIVE_UP_AFTER = timedelta(days=2)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to.

    ``blocked`` is why nothing at all can leave until somebody changes something, if that is so;
    ``away`` why nobody took the letters just now.
    """

    sent: int = 0
    blocked: str = ""
    away: str = ""


def deliver_due(
    office: Office,
    post: Post,
    *,
    clock: Callable[[], datetime],
    holder: str = "",
    goes_on: Callable[[], bool] = lambda: True,
) -> Round:
    """Send every letter that is due, over one connection, as long as it ``goes_on``.

    ``clock`` is read again for each letter, since a round may take long. ``holder`` is this
    worker's name; under it ``take_back`` finds what it had in hand, should it be killed.
    """
    sent = 0
    with post.round() as hand_over:
        while goes_on() and (letter := _take_in_hand(office, clock(), holder)) is not None:
            try:
                hand_over(_parcel(letter))
            except Misconfigured as fault:
                _put_back(office, letter, fault.reason, now=clock())
                return Round(sent=sent, blocked=fault.reason)
            except Refused as fault:
                _give_up(office, letter, fault.reason)
            except Unreachable as fault:
                # The others would wait for the same silence, one after the other.
                _try_later(office, letter, fault.reason, now=clock())
                return Round(sent=sent, away=fault.reason)
            except Later as fault:
                _try_later(office, letter, fault.reason, now=clock())
            else:
                with office.database.begin() as session:
                    outbox.note_sent(session, letter.id, now=clock())
                _log.info("letter sent", letter=letter.id, kind=letter.kind)
                sent += 1
    return Round(sent=sent)


def take_back(office: Office, holders: Sequence[str], *, now: datetime) -> None:
    """Return to the queue what workers had in hand that are dead; nobody waits for their leases."""
    with office.database.begin() as session:
        returned = outbox.return_letters_of(session, holders, now=now)
    if returned:
        _log.warning("letters taken back from a dead worker", letters=returned)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to a bound, and never in step."""
    doubled: int = 2 ** min(attempts - 1, 20)
    pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, keeps no secret


def _take_in_hand(office: Office, now: datetime, holder: str) -> Leased | None:
    # A look that writes nothing comes first: an empty outbox is asked once a second.
    with office.database.read() as session:
        if not outbox.any_due(session, now=now):
            return None
    with office.database.begin() as session:
        outbox.skip_useless(session, now=now)
        return outbox.lease_next(session, now=now, lease=LEASE, holder=holder)


def _parcel(letter: Leased) -> Parcel:
    return Parcel(
        name=letter.kind,
        sender=letter.sender,
        recipient=letter.recipient,
        message=letter.message,
    )


def _put_back(office: Office, letter: Leased, reason: str, *, now: datetime) -> None:
    """Nobody's fault but the settings': the attempt does not count."""
    _log.error("mail blocked", letter=letter.id, reason=reason)
    with office.database.begin() as session:
        outbox.give_back(session, letter, reason, due_at=now + FIRST_PAUSE)


def _give_up(office: Office, letter: Leased, reason: str) -> None:
    _log.error("letter failed", letter=letter.id, kind=letter.kind, reason=reason)
    with office.database.begin() as session:
        outbox.note_failed(session, letter, reason)


def _try_later(office: Office, letter: Leased, reason: str, *, now: datetime) -> None:
    if now - letter.made_at > GIVE_UP_AFTER:
        _give_up(office, letter, reason)
        return
    due_at = now + pause_after(letter.attempts)
    _log.warning("letter delayed", letter=letter.id, kind=letter.kind, reason=reason)
    with office.database.begin() as session:
        outbox.note_later(session, letter, reason, due_at=due_at)
