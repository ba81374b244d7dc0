"""The statements that count what was said, and how long it waited for an answer."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stadtfuehrer.dialogue.model import Kind, usual_wait
from stadtfuehrer.dialogue.store import OPEN, waits
from stadtfuehrer.dialogue.tables import DbVoice


class Waiting(NamedTuple):
    """How many wait for the consultant, since when the oldest of them does, how many are held."""

    open: int
    since: datetime | None
    held: int


def count_waiting(session: Session) -> Waiting:
    """What waits for the consultant, and what is held, in numbers."""
    query = select(
        func.count().filter(OPEN),
        func.min(DbVoice.said_at).filter(OPEN),
        func.count().filter(DbVoice.is_held.is_(True)),
    )
    return Waiting(*session.execute(query).one())


_MOST_WAITS = 500


def find_usual_wait(session: Session, *, since: datetime) -> timedelta | None:
    """How long an answer took, the median of the newest since then; None while they are too few."""
    answers = waits(session, since=since, most=_MOST_WAITS)
    return usual_wait([answered_at - said_at for said_at, answered_at in answers])


class Counts(NamedTuple):
    """How many wrote, and what came of it."""

    said: int
    answered: int
    helped: int
    not_helped: int
    published: int
    heard: int


def count_since(session: Session, since: datetime) -> Counts:
    """What came of all that was said since then and is kept, but for how a consultation was."""
    query = select(
        func.count(),
        func.count(DbVoice.answered_at),
        func.count().filter(DbVoice.helped.is_(True)),
        func.count().filter(DbVoice.helped.is_(False)),
        func.count(DbVoice.published_at),
        func.count(DbVoice.heard_at),
    )
    meant = (DbVoice.said_at >= since) & DbVoice.is_held.is_(False)
    found = session.execute(query.where(meant, DbVoice.kind != Kind.FEEDBACK.value))
    return Counts(*found.one())
