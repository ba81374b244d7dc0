"""What comes back by mail: who declined an invitation, whose address takes no letters.

A mail can be forged, so nothing is changed by one: a decline is shown to the consultant, and
whoever declined is asked once, by a letter with the way to call off. That an address does not
work is told to the consultant, who has a telephone.
"""

from datetime import datetime
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.booking import answers_store, letters
from stadtfuehrer.booking.answers_store import CameBack
from stadtfuehrer.booking.letters import visitor_mailbox
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.store import get_booking
from stadtfuehrer.database import AlreadyStored, DatabaseUnavailable, Session
from stadtfuehrer.faults import kind_and_place
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.imap import MESSAGES_A_ROUND, ImapServer, MailboxFault, open_mailbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.replies import Answer, Bounce, parse_reply
from stadtfuehrer.mail.service import consultant_mailbox
from stadtfuehrer.mail.tables import find_position, keep_position
from stadtfuehrer.refusals import UnknownBooking

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

REST_SECONDS = 900
"""After a mailbox could not be read: too many vain logins would lock an account."""

NOTES = {
    LetterKind.DECLINED_VISITOR: "abgelehnt",
    LetterKind.DECLINED_CONSULTANT: "von dir abgelehnt",
    LetterKind.UNDELIVERABLE: "Adresse unzustellbar",
}
"""What lists of bookings say of it."""

_log = structlog.get_logger(__name__)

_reading = Lock()


def mailbox_server(context: "AppContext") -> ImapServer | None:
    """Where the site's mailbox is, if it is to be read."""
    its = context.settings.mailbox
    if not its.host:
        return None
    return ImapServer(
        host=its.host,
        port=its.port,
        username=its.username,
        password=its.password,
        folder=its.folder,
    )


def read_in_background(context: "AppContext", *, now: datetime) -> None:
    """Read the mailbox beside the letters: a server that hangs must not keep them from leaving."""
    if context.settings.mailbox.host and _reading.acquire(blocking=False):
        Thread(target=_read_and_rest, args=(context, now), name="mailbox", daemon=True).start()


def _read_and_rest(context: "AppContext", now: datetime) -> None:
    try:
        if not read_mailbox(context, now=now):
            sleep(REST_SECONDS)
    finally:
        _reading.release()


def read_mailbox(context: "AppContext", *, now: datetime) -> bool:
    """Take in what has come since the last look; whether all went well."""
    try:
        _read(context, now=now)
    except MailboxFault as fault:
        _log.error("mailbox not read", reason=fault.reason)
        return False
    except DatabaseUnavailable:
        _log.error("mailbox not read", reason="database")
        return False
    except AlreadyStored:
        _log.info("another worker reads the mailbox")
    return True


def _read(context: "AppContext", *, now: datetime) -> None:
    server = mailbox_server(context)
    if server is None:
        return
    with open_mailbox(server) as mailbox:
        with context.database.read() as session:
            last = find_position(session, server.name, mailbox.uid_validity)
        uids = mailbox.uids(after=last, now=now)[:MESSAGES_A_ROUND]
        for uid in uids:
            if (message := mailbox.fetch(uid)) is not None:
                _take_one(context, message, now=now)
            elif uid != uids[-1]:
                continue  # Nothing was done that would have to be remembered at once.
            with context.database.begin() as session:
                keep_position(session, server.name, mailbox.uid_validity, uid)


def _take_one(context: "AppContext", message: bytes, *, now: datetime) -> None:
    try:
        take(context, message, now=now)
    except DatabaseUnavailable:
        # Not the message's fault; it is read again.
        raise
    except Exception as error:  # noqa: BLE001 - whatever somebody sends, the next one is read
        _log.warning("mail not understood", **kind_and_place(error))


def take(context: "AppContext", message: bytes, *, now: datetime) -> None:
    """Note what a mail says about a booking or a letter; any other leaves no trace."""
    match parse_reply(message):
        case Bounce() as bounce:
            status = f" ({bounce.status})" if bounce.status else ""
            reason = f"Der Brief kam als unzustellbar zurück{status}."
            with context.database.begin() as session:
                outbox.note_bounced(session, bounce.message_id, reason)
        case list() as answers:
            for answer in answers:
                _take_answer(context, answer, now=now)


def _take_answer(context: "AppContext", answer: Answer, *, now: datetime) -> None:
    with context.database.begin() as session:
        found = answers_store.find_by_uid(session, answer.uid)
        if found is None:
            return
        row_id, booking = found
        party = _party_of(context, booking, answer.address)
        # One to an older SEQUENCE speaks of a time that holds no more.
        is_open = booking.status is Status.CONFIRMED and answer.sequence == booking.sequence
        if party is not None and is_open:
            answers_store.keep_answer(
                session,
                row_id,
                party,
                sequence=answer.sequence,
                # A clock that is ahead must not shut out every later answer.
                stamp=min(answer.stamp, now),
                declined=answer.declined,
            )


def _party_of(context: "AppContext", booking: Booking, address: str) -> Party | None:
    parties = {consultant_mailbox(context).address.lower(): Party.CONSULTANT}
    if (visitor := visitor_mailbox(booking)) is not None:
        parties[visitor.address.lower()] = Party.VISITOR
    return parties.get(address.lower())


def follow_up(context: "AppContext", *, now: datetime) -> int:
    """Ask who declined, and tell the consultant of letters that did not arrive; how many letters.

    Each is written once for each step of a booking, in a transaction of its own.
    """
    with context.database.read() as session:
        owed = answers_store.not_yet_told(session, now=now)
    written = 0
    for one in owed:
        try:
            with context.database.begin() as session:
                booking = get_booking(session, one.booking_id, for_change=True)
                if one not in answers_store.what_came_back(session, one.booking_id):
                    continue  # it was accepted, moved or called off since
                letter = letters.about_what_came_back(
                    context, one.kind, booking, one.fault, now=now
                )
                outbox.enqueue(session, [letter], booking_id=one.booking_id, now=now)
        except (AlreadyStored, UnknownBooking):
            # Another worker was quicker, or the booking has just been erased.
            continue
        written += 1
    return written


def notes_by_booking(session: Session) -> dict[int, str]:
    """What came back about bookings, in a word or two, by their rows' ids."""
    notes: dict[int, list[str]] = {}
    for one in answers_store.what_came_back(session):
        notes.setdefault(one.booking_id, []).append(NOTES[one.kind])
    return {row_id: ", ".join(said) for row_id, said in notes.items()}


def came_back_about(context: "AppContext", row_id: int) -> list[CameBack]:
    """What came back about a booking, as it is now."""
    with context.database.read() as session:
        return answers_store.what_came_back(session, row_id)
