"""What is asked of mail: a new letter, the mailboxes, whether letters leave, the outbox."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from stadtfuehrer.audit_log import COMMAND_LINE, Action, note
from stadtfuehrer.database import Session
from stadtfuehrer.mail import store, tables
from stadtfuehrer.mail.address import find_own_domain, mailbox_of
from stadtfuehrer.mail.heartbeat import SITE, beat, find_signs
from stadtfuehrer.mail.message import FOR_CONSULTANT, LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.tables import Failed
from stadtfuehrer.refusals import TooManyLetters
from stadtfuehrer.text import Mailbox
from stadtfuehrer.tokens import is_this_machine, network_hashes, sign_in_token, subject_hash
from stadtfuehrer.web.rate_limit import DAY, Event, note_events, tally

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

TOO_LONG = timedelta(hours=1)
"""After so long without any letter leaving, while some wait, somebody should look."""


def consultant_mailbox(context: "AppContext") -> Mailbox:
    """The consultant's own mailbox, where replies go."""
    consultant = context.settings.consultant
    return Mailbox(name=consultant.name, address=consultant.email)


def site_mailbox(context: "AppContext") -> Mailbox:
    """The site's mailbox, under the name of the person who reads it."""
    settings = context.settings
    return Mailbox(name=f"{settings.consultant.name} – Stadtführer", address=settings.mail.sender)


def settings_digest(context: "AppContext") -> str:
    """A digest of the settings that finished letters depend on: who writes, who reads, the site."""
    settings = context.settings
    facts = [settings.site.url, settings.mail.sender, asdict(settings.consultant)]
    return sha256(json.dumps(facts).encode()).hexdigest()


def booking_link(context: "AppContext", token: str) -> str:
    """A booking's own page; whoever has this address can move and cancel."""
    return f"{context.settings.site.url}/buchung/{token}"


def office_link(context: "AppContext", booking_id: int) -> str:
    """A booking in the office, for whoever is signed in there."""
    return f"{context.settings.site.url}/buero/buchung/{booking_id}"


def times_link(context: "AppContext") -> str:
    """Where a new consultation can be chosen."""
    return f"{context.settings.site.url}/termin"


def sign_in_path(context: "AppContext", link_id: str, *, onward: str = "") -> str:
    """Where one of the office's people signs in, and is led ``onward`` from; without the host."""
    token = sign_in_token(context.secret, link_id)
    query = f"?{urlencode({'weiter': onward})}" if onward else ""
    return f"/buero/anmelden/{token}{query}"


def new_letter(
    context: "AppContext",
    kind: LetterKind,
    recipient: str,
    *,
    mark: str,
    now: datetime,
    facts: dict[str, Any],
    sequence: int = 0,
    method: str = "",
    use_until: datetime | None = None,
    typed: bool = False,
) -> NewMessage:
    """Its Message-ID is made of what it tells of, so there is one of each.

    ``typed``: anybody may have typed the address, and caused the letter; such ones are limited.
    """
    domain = site_mailbox(context).address.rpartition("@")[2]
    return NewMessage(
        kind=kind,
        sequence=sequence,
        method=method,
        recipient=recipient,
        message_id=f"<{kind}.{sequence}.{mark}@{domain}>",
        facts={"at": now.isoformat(), **facts},
        use_until=use_until,
        mailbox=mailbox_hash(context, recipient) if typed else None,
        domain=domain_hash(context, recipient) if typed else None,
    )


def mailbox_hash(context: "AppContext", address: str) -> bytes:
    """A keyed hash of whose mailbox an address is."""
    return subject_hash(context.secret, "mailbox", mailbox_of(address))


def domain_hash(context: "AppContext", address: str) -> bytes | None:
    """A keyed hash of the address's domain, where that has one owner."""
    domain = find_own_domain(address)
    return None if domain is None else subject_hash(context.secret, "domain", domain)


def check_letters(context: "AppContext", session: Session, address: str, *, now: datetime) -> None:
    """Refuse one more letter to an address that anybody may have typed, where it could not leave.

    Raises TooManyLetters.
    """
    limit = context.settings.limits.letters_per_address
    mailbox, domain = mailbox_hash(context, address), domain_hash(context, address)
    to_mailbox, below_domain = tables.letters_to(session, mailbox, domain, since=now - DAY)
    for letters, most in ((to_mailbox, limit), (below_domain, limit * store.MAILBOXES_OF_DOMAIN)):
        if limit and len(letters) >= most:
            raise TooManyLetters(letters[-most] + DAY)


def check_typed(
    context: "AppContext", session: Session, address: str, client: str, *, now: datetime
) -> None:
    """The same for a form that owes its address nothing but a letter; its networks are counted.

    Raises TooManyLetters.
    """
    check_letters(context, session, address, now=now)
    check_network(context, session, client, now=now)


def check_network(context: "AppContext", session: Session, client: str, *, now: datetime) -> None:
    """Count a form that owes nothing but a letter against its networks. Raises TooManyLetters."""
    limit = context.settings.limits.letters_per_network
    if not limit or is_this_machine(client):
        return
    networks = network_hashes(context.secret, client)
    for one in tally(session, {Event.LETTER}, networks, now=now).values():
        if one.day >= limit:
            raise TooManyLetters((one.day_since or now) + DAY)
    note_events(session, Event.LETTER, networks, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is not well, if anything.

    ``letters_wait_since`` is None where letters can leave, ``worker_silent_since`` where the worker
    answers, or was stopped, ``clock_doubted`` where it does not doubt the clock. Of those that
    ``failed`` for good, each one to the consultant is a lead that nobody hears of.
    """

    letters_wait_since: datetime | None
    worker_silent_since: datetime | None
    clock_doubted: datetime | None
    failed: Failed


def examine(context: "AppContext", *, now: datetime) -> Health:
    """Ask the database. Raises DatabaseUnavailable: it does not answer, or has no tables."""
    with context.database.read() as session:
        heard, doubted = find_signs(session)
        stuck = heard is not None and heard.stuck_since is not None
        return Health(
            letters_wait_since=tables.find_stuck_since(
                session, before=now - TOO_LONG, to_nobody=stuck
            ),
            worker_silent_since=heard.at if heard and heard.is_silent(now) else None,
            clock_doubted=doubted,
            failed=tables.count_failed(session),
        )


def check_writable(context: "AppContext", *, now: datetime) -> None:
    """Write a sign of life, if this process has not just now.

    Raises DatabaseUnavailable: locked, full, gone, or another file than the one that was opened.
    """
    context.database.probe(lambda session: beat(session, SITE, now=now))


def all_letters(context: "AppContext") -> list[dict[str, Any]]:
    """Every letter in the outbox, oldest first; instants in ISO 8601, UTC.

    What waits for the consultant goes to today's address, wherever it was written to.
    """
    with context.database.read() as session:
        letters = [asdict(letter) for letter in tables.all_letters(session)]
    for letter in letters:
        if letter["state"] == tables.State.WAITING and letter["kind"] in FOR_CONSULTANT:
            letter["recipient"] = consultant_mailbox(context).address
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in letter.items()
        }
        for letter in letters
    ]


def retry_letter(
    context: "AppContext", letter_id: int, *, who: str = COMMAND_LINE, now: datetime
) -> None:
    """Make a letter due again. Raises UnknownLetter: there is none that could be retried."""
    with context.database.begin() as session:
        store.retry(session, letter_id, now=now)
        note(session, who, Action.LETTER_RETRIED, letter_id, now=now)
