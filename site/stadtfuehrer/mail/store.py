"""The outbox: letters as rows, written with what they tell of, and leased to be sent.

A row first holds only what its letter says. Whoever leases it first composes it, and keeps the
bytes before they are sent, so that each repeat is the same, unless the settings are others by then.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, exists, insert, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from stadtfuehrer.database.base import count_rows
from stadtfuehrer.mail.outbox import Composed, LeasedMessage, NewMessage
from stadtfuehrer.mail.queue import lease_first, make_due, ready, unleased
from stadtfuehrer.mail.tables import DbLetter, State, is_for_consultant
from stadtfuehrer.refusals import UnknownLetter

MAILBOXES_OF_DOMAIN = 3
"""Below a domain with one owner go as many letters a day as to so many mailboxes."""

_DAY = timedelta(days=1)


def enqueue(
    session: Session,
    letters: Sequence[NewMessage],
    *,
    booking_id: int | None,
    now: datetime,
    error: str = "",
) -> None:
    """Put letters into the outbox, due at once; with an ``error``, as failed for that reason.

    Those that are to nobody will never be sent.
    """
    state = State.FAILED if error else State.WAITING
    empty = {"sender": "", "message": b"", "error": error, "attempts": 0}
    row = {**empty, "booking_id": booking_id, "state": state, "made_at": now, "due_at": now}
    to_nobody = {"state": State.SKIPPED}
    rows = [
        {**row, **asdict(letter), **({} if letter.recipient else to_nobody)} for letter in letters
    ]
    # Otherwise the ORM writes those with and those without a mailbox in two statements.
    session.execute(insert(DbLetter).execution_options(render_nulls=True), rows)


def skip_useless(session: Session, *, now: datetime) -> None:
    """Skip what a later letter for the same person and booking has replaced, or time has.

    Nobody needs an invitation to a time that has changed since. A CANCEL replaces nothing while it
    waits: it means something only to those who got the invitation first. Once it is sent, no
    invitation may follow (one that had failed and is tried again). What is of use for a while only
    (a reminder) is replaced by any later step.
    """
    later = aliased(DbLetter)
    called_off = and_(later.method == "CANCEL", later.state == State.SENT)
    invited_anew = or_(later.method == "REQUEST", called_off)
    passing = DbLetter.use_until.is_not(None)
    replaced = exists().where(
        later.booking_id == DbLetter.booking_id,
        is_for_consultant(later) == is_for_consultant(DbLetter),
        later.sequence > DbLetter.sequence,
        or_(passing, and_(DbLetter.method == "REQUEST", invited_anew)),
    )
    session.execute(
        update(DbLetter)
        .where(DbLetter.state == State.WAITING, unleased(DbLetter.lease_until, now))
        .where(or_(DbLetter.use_until <= now, replaced))
        .values(state=State.SKIPPED, lease_until=None, **_without_what_is_over())
        .execution_options(synchronize_session=False)
    )


def skip_waiting(
    session: Session, booking_id: int, *, but_consultants: bool, failed: bool = False
) -> None:
    """Skip the letters of a booking that wait, or only those that are not for the consultant.

    With ``failed`` also those that nobody will try again, since another one says it anew.
    """
    states = [State.WAITING, State.FAILED] if failed else [State.WAITING]
    waiting = update(DbLetter).where(DbLetter.booking_id == booking_id, DbLetter.state.in_(states))
    if but_consultants:
        waiting = waiting.where(~is_for_consultant(DbLetter))
    session.execute(waiting.values(state=State.SKIPPED, lease_until=None))


def hurry(session: Session, settings: str, *, now: datetime) -> None:
    """Make due what other settings than those of this digest were tried with."""
    session.execute(
        update(DbLetter)
        .where(DbLetter.state == State.WAITING, DbLetter.due_at > now)
        .where(DbLetter.composed_with.not_in(["", settings]))
        .values(due_at=now)
    )


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether a letter may be leased; says yes rather too often than too seldom."""
    query = select(DbLetter.id).where(*ready(DbLetter, now))
    return session.scalar(query.limit(1)) is not None


def lease_next(
    session: Session, *, now: datetime, lease: timedelta, per_mailbox: int = 0
) -> LeasedMessage | None:
    """Lease the next due letter, in one statement, so that no two workers get the same.

    Within a booking and for one reader, a letter waits for the earlier ones. Of those that
    strangers may have caused, ``per_mailbox`` go to one mailbox within a day (0: no limit); one
    more waits until there is room for it.
    """
    while (letter := _lease(session, now=now, lease=lease)) is not None:
        due_at = _room_at(session, letter, per_mailbox, now=now) if per_mailbox else None
        if due_at is None:
            return letter
        tried = letter.attempts - 1
        _settle(session, letter.id, held=letter, due_at=due_at, attempts=tried)
    return None


def _room_at(
    session: Session, letter: LeasedMessage, limit: int, *, now: datetime
) -> datetime | None:
    """When one more letter may go there; None if it may at once."""
    for column, value, most in (
        (DbLetter.mailbox, letter.mailbox, limit),
        (DbLetter.domain, letter.domain, limit * MAILBOXES_OF_DOMAIN),
    ):
        if value is None:
            continue
        sent = select(DbLetter.sent_at).where(column == value)
        sent = sent.where(DbLetter.sent_at > now - _DAY, DbLetter.sent_at <= now)
        newest = session.scalars(sent.order_by(DbLetter.sent_at.desc()).limit(most)).all()
        if len(newest) == most and newest[-1] is not None:
            return newest[-1] + _DAY
    return None


def _lease(session: Session, *, now: datetime, lease: timedelta) -> LeasedMessage | None:
    earlier = aliased(DbLetter)
    held_back = exists().where(
        earlier.booking_id == DbLetter.booking_id,
        is_for_consultant(earlier) == is_for_consultant(DbLetter),
        earlier.state == State.WAITING,
        earlier.id < DbLetter.id,
    )
    return lease_first(session, DbLetter, LeasedMessage, ~held_back, now=now, lease=lease)


def keep_composed(
    session: Session, letter: LeasedMessage, composed: Composed
) -> LeasedMessage | None:
    """Keep a letter's bytes; None if another has leased it meanwhile."""
    values = asdict(composed)
    ours = update(DbLetter).where(
        DbLetter.id == letter.id, DbLetter.lease_until == letter.lease_until
    )
    if session.execute(ours.values(**values).returning(DbLetter.id)).one_or_none() is None:
        return None
    return replace(letter, **values)


def note_sent(session: Session, letter_id: int, *, now: datetime) -> None:
    """The mail server has accepted the letter.

    One that belongs to no booking was all that its address was given for: nothing of it is kept.
    """
    _settle(session, letter_id, state=State.SENT, sent_at=now, error="", **_without_what_is_over())


def has_left(session: Session, sender: str, *, after: datetime) -> bool:
    """Whether the mail server took a letter from this sender after then."""
    sent = select(DbLetter.id).where(DbLetter.sender == sender, DbLetter.sent_at > after)
    return session.scalar(sent.limit(1)) is not None


def note_failed(session: Session, letter: LeasedMessage, reason: str) -> None:
    """Another attempt would be in vain."""
    _settle(session, letter.id, held=letter, state=State.FAILED, error=reason)


def note_later(session: Session, letter: LeasedMessage, reason: str, *, due_at: datetime) -> None:
    """This attempt did not succeed; the next one is due then."""
    _settle(session, letter.id, held=letter, error=reason, due_at=due_at)


def give_back(session: Session, letter: LeasedMessage, reason: str, *, due_at: datetime) -> None:
    """Return a letter that could not even be tried; it is not counted as an attempt."""
    tried = DbLetter.attempts - 1
    _settle(session, letter.id, held=letter, error=reason, due_at=due_at, attempts=tried)


def note_bounced(session: Session, message_id: str, reason: str) -> None:
    """A letter that the mail server had accepted came back."""
    ours = update(DbLetter).where(DbLetter.message_id == message_id, DbLetter.state == State.SENT)
    session.execute(ours.values(state=State.FAILED, error=reason))


def retry(session: Session, letter_id: int, *, now: datetime) -> None:
    """Make a letter that failed, or waits for its next attempt, due now, with a fresh start.

    Raises UnknownLetter: there is no such letter, or it is sent or skipped.
    """
    if not make_due(session, DbLetter, letter_id, now=now):
        raise UnknownLetter


def erase_letters(session: Session, *, made_before: datetime) -> int:
    """Erase old letters: those of no booking altogether, of the others the text of settled ones.

    How many were erased.
    """
    old = DbLetter.made_at < made_before
    alone = old & DbLetter.booking_id.is_(None)
    says = (DbLetter.message != b"") | DbLetter.facts.is_not(null())
    settled = old & DbLetter.state.in_([State.SENT, State.SKIPPED]) & says
    erased = count_rows(session, DbLetter.id, alone | settled)
    session.execute(delete(DbLetter).where(alone))
    session.execute(update(DbLetter).where(settled).values(message=b"", facts=null()))
    return erased


def _without_what_is_over() -> dict[str, Any]:
    """For a letter that belongs to no booking, its address and text were for this alone."""
    alone = DbLetter.booking_id.is_(None)
    return {
        "recipient": case((alone, ""), else_=DbLetter.recipient),
        "facts": case((alone, null()), else_=DbLetter.facts),
        "message": case((alone, b""), else_=DbLetter.message),
    }


def _settle(
    session: Session, letter_id: int, *, held: LeasedMessage | None = None, **values: Any
) -> None:
    """End a lease; with ``held`` only that one.

    A worker that slept through its lease must not end another's, nor put back into the queue what
    the other has sent.
    """
    change = update(DbLetter).where(DbLetter.id == letter_id)
    if held is not None:
        change = change.where(
            DbLetter.state == State.WAITING, DbLetter.lease_until == held.lease_until
        )
    session.execute(change.values(lease_until=None, **values))
