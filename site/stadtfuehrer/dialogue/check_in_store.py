"""The statements about guests who may be asked how things are."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from stadtfuehrer.consent import Consent
from stadtfuehrer.database.base import upsert
from stadtfuehrer.dialogue.model import CheckIn
from stadtfuehrer.dialogue.tables import DbCheckIn
from stadtfuehrer.mail.address import mailbox_of


def keep(session: Session, guest: CheckIn) -> None:
    """Note a consent; whoever has given it before is asked no sooner by it."""
    consent = guest.consent
    said = {
        "name": guest.name,
        "email": guest.email,
        "consent_version": consent.version,
        "consent_wording": consent.wording,
        "consent_at": consent.given_at,
    }
    row = upsert(session, DbCheckIn).values(uid=guest.uid, mailbox=mailbox_of(guest.email), **said)
    session.execute(row.on_conflict_do_update(index_elements=[DbCheckIn.mailbox], set_=said))


def find(session: Session, uid: str, *, for_change: bool = False) -> CheckIn | None:
    """The guest with this random id."""
    query = select(DbCheckIn).where(DbCheckIn.uid == uid)
    row = session.scalars(query.with_for_update() if for_change else query).one_or_none()
    return None if row is None else _check_in(row)


def find_by_mailbox(session: Session, mailbox: str) -> CheckIn | None:
    """The guest whose mailbox this is."""
    row = session.scalars(select(DbCheckIn).where(DbCheckIn.mailbox == mailbox)).one_or_none()
    return None if row is None else _check_in(row)


def all_guests(session: Session) -> list[CheckIn]:
    """Everybody who may be asked, those first who were never asked, or longest ago."""
    # The databases do not agree on where nothing belongs.
    longest_ago = DbCheckIn.asked_at.nulls_first()
    rows = session.scalars(select(DbCheckIn).order_by(longest_ago, DbCheckIn.id))
    return [_check_in(row) for row in rows]


def note_asked(session: Session, uid: str, *, now: datetime) -> None:
    """The guest is being asked now."""
    change = update(DbCheckIn).where(DbCheckIn.uid == uid)
    session.execute(change.values(asked_at=now, answered_at=None))


def note_answered(session: Session, uid: str, *, now: datetime) -> None:
    """The guest has answered."""
    session.execute(update(DbCheckIn).where(DbCheckIn.uid == uid).values(answered_at=now))


def erase_unused(session: Session, *, before: datetime) -> None:
    """Forget consents that were neither given nor used since then."""
    unused = or_(DbCheckIn.asked_at.is_(None), DbCheckIn.asked_at < before)
    session.execute(delete(DbCheckIn).where(DbCheckIn.consent_at < before, unused))


def erase(session: Session, uid: str) -> None:
    """The guest is not to be asked any more."""
    session.execute(delete(DbCheckIn).where(DbCheckIn.uid == uid))


def _check_in(row: DbCheckIn) -> CheckIn:
    consent = Consent(
        version=row.consent_version, wording=row.consent_wording, given_at=row.consent_at
    )
    return CheckIn(
        id=row.id,
        uid=row.uid,
        name=row.name,
        email=row.email,
        consent=consent,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )
