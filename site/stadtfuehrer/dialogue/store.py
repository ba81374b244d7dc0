"""The statements about voices: what was said here, answered, shown and heard."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from stadtfuehrer.consent import Consent
from stadtfuehrer.database.base import count_rows, upsert
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.dialogue.tables import DbSatisfied, DbVoice
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.refusals import UnknownVoice

_AS_THEY_ARE = [one.name for one in fields(Voice) if one.name not in {"id", "kind", "consent"}]

_SHOWN = DbVoice.published_at.is_not(None)

OPEN = (
    DbVoice.is_held.is_(False)
    & DbVoice.answered_at.is_(None)
    & DbVoice.heard_at.is_(None)
    & DbVoice.closed_at.is_(None)
)
"""It waits for the consultant."""


def add(session: Session, voice: Voice) -> int:
    """Keep what somebody said; its id. Raises AlreadyStored: this was said before."""
    consent = voice.consent
    row = {name: getattr(voice, name) for name in _AS_THEY_ARE} | {
        "kind": voice.kind.value,
        "mailbox": mailbox_of(voice.email),
        "consent_version": consent.version if consent else "",
        "consent_wording": consent.wording if consent else "",
        "consent_at": consent.given_at if consent else None,
    }
    added: int = session.execute(insert(DbVoice).values(row).returning(DbVoice.id)).scalar_one()
    return added


def find_voice(session: Session, uid: str, *, for_change: bool = False) -> Voice | None:
    """The voice with this random id; None if it is erased."""
    found = _read(session, DbVoice.uid == uid, for_change=for_change)
    return next((one for one in found if not one.is_erased), None)


def get_voice(session: Session, row_id: int, *, for_change: bool = False) -> Voice:
    """The voice with this number. Raises UnknownVoice."""
    for voice in _read(session, DbVoice.id == row_id, for_change=for_change):
        return voice
    raise UnknownVoice


def change(session: Session, row_id: int, **values: Any) -> None:
    """Set columns of a voice."""
    session.execute(update(DbVoice).where(DbVoice.id == row_id).values(**values))


def voices_of(session: Session, mailbox: str) -> list[Voice]:
    """All that somebody said under any spelling of their address, the oldest first."""
    return _read(session, (DbVoice.mailbox == mailbox) & (DbVoice.mailbox != ""))


def published(
    session: Session, kind: Kind, *, most: int, after: int = 0, about: str | None = None
) -> list[Voice]:
    """What is shown, the newest first; ``after`` so many, all or those about one page."""
    query = select(DbVoice).where(_SHOWN, DbVoice.kind == kind.value)
    if about is not None:
        query = query.where(DbVoice.about == about)
    query = query.order_by(DbVoice.published_at.desc(), DbVoice.id.desc())
    return [_voice(row) for row in session.scalars(query.limit(most).offset(after))]


def count_published(session: Session, kind: Kind, *, about: str | None = None) -> int:
    """How many are shown, of all or of those about one page."""
    which = _SHOWN & (DbVoice.kind == kind.value)
    return count_rows(
        session, DbVoice.id, which if about is None else which & (DbVoice.about == about)
    )


def published_on(session: Session, kind: Kind, *, most: int) -> list[tuple[int, datetime]]:
    """Number and last change of what is shown, the newest first."""
    query = select(DbVoice.id, func.coalesce(DbVoice.changed_at, DbVoice.published_at))
    query = query.where(_SHOWN, DbVoice.kind == kind.value)
    query = query.order_by(DbVoice.published_at.desc(), DbVoice.id.desc()).limit(most)
    return [(id_, changed) for id_, changed in session.execute(query)]


def heard(session: Session, *, most: int, after: int = 0) -> list[Voice]:
    """What something came of, the newest first."""
    query = select(DbVoice).where(DbVoice.heard_at.is_not(None))
    query = query.order_by(DbVoice.heard_at.desc(), DbVoice.id.desc())
    return [_voice(row) for row in session.scalars(query.limit(most).offset(after))]


def count_heard(session: Session) -> int:
    """Of how many something came."""
    return count_rows(session, DbVoice.id, DbVoice.heard_at.is_not(None))


def waiting(session: Session, *, most: int) -> list[Voice]:
    """What waits for the consultant, the oldest first."""
    return _read(session, OPEN, most=most)


class Asker(NamedTuple):
    """Whoever asked something, and left an address."""

    mailbox: str
    id: int
    name: str
    email: str
    said_at: datetime


def askers(session: Session) -> list[Asker]:
    """Everybody who asked, once for each question, the newest first."""
    columns = [getattr(DbVoice, name) for name in Asker._fields]
    query = select(*columns).where(DbVoice.kind == Kind.QUESTION.value, DbVoice.mailbox != "")
    query = query.where(DbVoice.is_held.is_(False))
    rows = session.execute(query.order_by(DbVoice.said_at.desc(), DbVoice.id.desc()))
    return [Asker._make(row) for row in rows]


def held(session: Session, *, most: int) -> list[Voice]:
    """What may be a robot's, the newest first."""
    return _newest(session, DbVoice.is_held.is_(True), most=most)


def settled(session: Session, *, most: int, after: int = 0) -> list[Voice]:
    """What was answered, heard or closed, the newest first."""
    return _newest(session, ~OPEN & DbVoice.is_held.is_(False), most=most, after=after)


def count_said(session: Session, *, since: datetime) -> int:
    """How many were said since then, and brought the consultant a letter."""
    return count_rows(session, DbVoice.id, (DbVoice.said_at > since) & DbVoice.is_held.is_(False))


def waits(session: Session, *, since: datetime, most: int) -> list[tuple[datetime, datetime]]:
    """When what was answered since then was said, and when it was answered, the newest first."""
    query = select(DbVoice.said_at, DbVoice.answered_at)
    query = query.where(DbVoice.answered_at > since, DbVoice.kind != Kind.FEEDBACK.value)
    rows = session.execute(query.order_by(DbVoice.answered_at.desc()).limit(most))
    return [(said_at, answered_at) for said_at, answered_at in rows if answered_at]


def erase(session: Session, *row_ids: int) -> None:
    """Erase what was said; what was done about it stays, without whoever said it."""
    these = DbVoice.id.in_(row_ids)
    session.execute(delete(DbVoice).where(these, DbVoice.heard_at.is_(None)))
    session.execute(update(DbVoice).where(these).values(**_NOBODYS))


_MOST_AT_ONCE = 10_000
"""No statement takes any number of ids; what is over after a flood goes within some nights."""


def over(
    session: Session, *, answered_before: datetime, said_before: datetime, held_before: datetime
) -> list[Voice]:
    """What has outlived its purpose, of which more is left than what was done; never what is shown.

    The instants are when it was answered, heard or closed, when it was said, and when what is held
    was said.
    """
    settled_at = func.coalesce(DbVoice.answered_at, DbVoice.heard_at, DbVoice.closed_at)
    is_over = or_(
        settled_at < answered_before,
        DbVoice.said_at < said_before,
        DbVoice.is_held.is_(True) & (DbVoice.said_at < held_before),
    )
    is_left = or_(DbVoice.text != "", DbVoice.choice != "", DbVoice.heard_at.is_(None))
    return _read(session, ~_SHOWN & is_over & is_left, most=_MOST_AT_ONCE)


def add_satisfied(session: Session, choice: str, *, day: date) -> None:
    """Count that somebody was so satisfied."""
    row = upsert(session, DbSatisfied).values(day=day, choice=choice, number=1)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[DbSatisfied.day, DbSatisfied.choice],
            set_={"number": DbSatisfied.number + row.excluded.number},
        )
    )


def satisfied(session: Session, *, since: date | None = None) -> dict[str, int]:
    """How many said each choice, from a day on or ever since they are counted."""
    query = select(DbSatisfied.choice, func.sum(DbSatisfied.number))
    if since is not None:
        query = query.where(DbSatisfied.day >= since)
    return {
        choice: int(number)
        for choice, number in session.execute(query.group_by(DbSatisfied.choice))
    }


def erase_satisfied(session: Session, *, before: date) -> None:
    """Forget what was counted before a day."""
    session.execute(delete(DbSatisfied).where(DbSatisfied.day < before))


_NOBODYS: dict[str, Any] = {
    **dict.fromkeys(("text", "name", "email", "mailbox", "answer", "choice"), ""),
    **dict.fromkeys(("consent_version", "consent_wording"), ""),
    "consent_at": None,
    "with_name": False,
    "published_at": None,
}
"""A row of which only what was done remains."""


def _read(
    session: Session,
    which: ColumnElement[bool],
    *,
    for_change: bool = False,
    most: int | None = None,
) -> list[Voice]:
    query = select(DbVoice).where(which).order_by(DbVoice.said_at, DbVoice.id).limit(most)
    if for_change:
        query = query.with_for_update()
    return [_voice(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def _newest(
    session: Session, which: ColumnElement[bool], *, most: int, after: int = 0
) -> list[Voice]:
    query = select(DbVoice).where(which).order_by(DbVoice.said_at.desc(), DbVoice.id.desc())
    return [_voice(row) for row in session.scalars(query.limit(most).offset(after))]


def _voice(row: DbVoice) -> Voice:
    consent = None
    if row.consent_at is not None:
        consent = Consent(
            version=row.consent_version, wording=row.consent_wording, given_at=row.consent_at
        )
    plain = {name: getattr(row, name) for name in _AS_THEY_ARE}
    return Voice(**plain, id=row.id, kind=Kind(row.kind), consent=consent)
