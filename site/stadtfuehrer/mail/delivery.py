"""Works the outbox: leases due letters, one after the other, and notes what became of them.

A letter is composed when it is first leased, and its bytes are kept before they are sent; where the
settings have been corrected since, it is composed anew, so that what waits leaves by them. The mail
server is spoken to outside of any transaction. What cannot be helped: a letter that the server
accepted just before this process was killed goes out once more, byte for byte the same.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import structlog

from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.mailer import (
    Envelope,
    Later,
    Mailer,
    Misconfigured,
    NotAdmitted,
    Refused,
    Unreachable,
)
from stadtfuehrer.mail.outbox import Composed, LeasedMessage
from stadtfuehrer.mail.service import settings_digest

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

Compose: TypeAlias = "Callable[[AppContext, LeasedMessage], Composed]"

LEASE = timedelta(minutes=8)
"""Longer than the slowest conversation with a mail server that still keeps to its timeouts.

A letter that a killed worker had leased waits so long.
"""

FIRST_PAUSE = timedelta(seconds=75)

LONGEST_PAUSE = timedelta(minutes=200)

JITTER = 0.2
"""Part of a pause; with it, pauses are between one minute and four hours."""

GIVE_UP_AFTER = timedelta(days=2)

LONGEST_HELD_BACK = timedelta(minutes=15)
"""How long one waits at most that the server does not admit; each wait is a quarter of its age."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to.

    Of how many letters it was ``heard`` what becomes of them, taken or not. ``blocked`` is why
    nothing at all can leave until somebody changes something, if that is so; ``away`` why nobody
    took the letters just now, or none of them.
    """

    sent: int = 0
    heard: int = 0
    blocked: str = ""
    away: str = ""


def deliver_due(
    context: "AppContext",
    mailer: Mailer,
    *,
    compose: Compose,
    clock: Callable[[], datetime],
    lease: timedelta = LEASE,
    goes_on: Callable[[], bool] = lambda: True,
) -> Round:
    """Send every letter that is due, over one connection, as long as it ``goes_on``.

    ``clock`` is read again for each letter, since a round may take long. A letter that ``compose``
    raises for has failed, and stops no other.
    """
    sent = heard = 0
    not_admitted = ""
    with mailer.round() as send:
        for letter in _letters_due(context, compose, clock, lease, goes_on):
            try:
                send(
                    Envelope(
                        name=letter.kind,
                        sender=letter.sender,
                        recipient=letter.recipient,
                        message=letter.message,
                    )
                )
            except Refused as fault:
                _give_up(context, letter, fault.reason)
            except NotAdmitted as fault:
                _hold_back(context, letter, fault.reason, now=clock())
                not_admitted = fault.reason
                continue
            except Misconfigured as fault:
                # Nobody's fault but the settings': the attempt does not count.
                _log.error("mail blocked", letter=letter.id, reason=fault.reason)
                due_at = clock() + FIRST_PAUSE
                with context.database.begin() as session:
                    outbox.give_back(session, letter, fault.reason, due_at=due_at)
                return Round(sent=sent, heard=heard, blocked=fault.reason)
            except Later as fault:
                _try_later(context, letter, fault.reason, now=clock())
                if isinstance(fault, Unreachable):
                    # The others would wait for the same silence, one after the other.
                    return Round(sent=sent, heard=heard, away=fault.reason)
            except (DatabaseUnavailable, KeyboardInterrupt):
                raise
            except BaseException as error:  # noqa: BLE001 - it concerns no other letter
                _try_later(context, letter, _unexpected("verschicken", error), now=clock())
                continue
            else:
                with context.database.begin() as session:
                    outbox.note_sent(session, letter.id, now=clock())
                _log.info("letter sent", letter=letter.id, kind=letter.kind)
                sent += 1
            heard += 1
    return Round(sent=sent, heard=heard, away="" if sent else not_admitted)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to a bound, and never in step."""
    doubled: int = 2 ** min(attempts - 1, 20)
    pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, keeps no secret


def _letters_due(
    context: "AppContext",
    compose: Compose,
    clock: Callable[[], datetime],
    lease: timedelta,
    goes_on: Callable[[], bool],
) -> Iterator[LeasedMessage]:
    while goes_on() and (leased := _lease_next(context, clock(), lease)) is not None:
        if (letter := _composed(context, leased, compose)) is not None:
            yield letter


def _lease_next(context: "AppContext", now: datetime, lease: timedelta) -> LeasedMessage | None:
    # A look that writes nothing comes first: an empty outbox is asked once a second.
    with context.database.read() as session:
        if not outbox.any_due(session, now=now):
            return None
    per_mailbox = context.settings.limits.letters_per_address
    with context.database.begin() as session:
        outbox.skip_useless(session, now=now)
        return outbox.lease_next(session, now=now, lease=lease, per_mailbox=per_mailbox)


def _composed(
    context: "AppContext", letter: LeasedMessage, compose: Compose
) -> LeasedMessage | None:
    """The letter with its bytes, which are kept; None if there are none to be sent."""
    if letter.is_composed(settings_digest(context)):
        return letter
    try:
        composed = compose(context, letter)
    except (DatabaseUnavailable, KeyboardInterrupt):
        # Not the letter's fault.
        raise
    except BaseException as error:  # noqa: BLE001 - whatever is wrong with one concerns no other
        _give_up(context, letter, _unexpected("schreiben", error))
        return None
    with context.database.begin() as session:
        return outbox.keep_composed(session, letter, composed)


def _unexpected(what: str, error: BaseException) -> str:
    # Only the kind of error: its text may quote what a visitor wrote.
    return f"Der Brief ließ sich nicht {what} ({type(error).__name__})."


def _give_up(context: "AppContext", letter: LeasedMessage, reason: str) -> None:
    _log.error("letter failed", letter=letter.id, kind=letter.kind, reason=reason)
    with context.database.begin() as session:
        outbox.note_failed(session, letter, reason)


def _hold_back(context: "AppContext", letter: LeasedMessage, reason: str, *, now: datetime) -> None:
    """Let one wait that the server does not admit: perhaps it minds this one only.

    The attempt does not count, since it may as well be the settings' fault, however long that
    lasts. Only one that others have left before meanwhile is given up.
    """
    _log.error("letter not admitted", letter=letter.id, kind=letter.kind, reason=reason)
    age = now - letter.made_at
    due_at = now + min(max(age / 4, FIRST_PAUSE), LONGEST_HELD_BACK)
    with context.database.begin() as session:
        left = age > GIVE_UP_AFTER and outbox.has_left(session, letter.sender, after=letter.made_at)
        if left:
            outbox.note_failed(session, letter, reason)
        else:
            outbox.give_back(session, letter, reason, due_at=due_at)


def _try_later(context: "AppContext", letter: LeasedMessage, reason: str, *, now: datetime) -> None:
    if now - letter.made_at > GIVE_UP_AFTER:
        _give_up(context, letter, reason)
        return
    due_at = now + pause_after(letter.attempts)
    _log.warning("letter delayed", letter=letter.id, kind=letter.kind, reason=reason)
    with context.database.begin() as session:
        outbox.note_later(session, letter, reason, due_at=due_at)
