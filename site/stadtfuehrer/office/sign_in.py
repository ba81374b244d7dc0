"""Signing in: by a link in a letter, once, within minutes; each device for itself."""

import secrets
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.audit_log import COMMAND_LINE, Action, note
from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.service import check_network, new_letter, sign_in_path
from stadtfuehrer.office import store
from stadtfuehrer.office.model import LINK_HOLDS, OPEN_LINKS, Device, device_in_words
from stadtfuehrer.refusals import SignInLinkOver, UnknownDevice
from stadtfuehrer.tokens import sign_in_token, token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.5


def find_person(context: "AppContext", address: str) -> str:
    """The address as the settings have it, if its owner may sign in; else empty."""
    people = (context.settings.consultant.email, *context.settings.office.people)
    return next((one for one in people if one.casefold() == address.casefold()), "")


def ask_for_link(
    context: "AppContext", address: str, *, onward: str, client: str, now: datetime
) -> None:
    """Write a letter with a link, if this address may sign in; it leads ``onward`` after that.

    For whoever may not, the same is done, with a link that is nobody's and a letter that is never
    sent: nothing that can be seen from outside tells one from the other, the time neither.
    ``client`` is the IP address. Raises TooManyLetters, for the network only.
    """
    person, link_id = find_person(context, address), secrets.token_hex(32)
    with context.database.begin() as session:
        check_network(context, session, client, now=now)
        if store.count_open_links(session, person or address, now=now) >= OPEN_LINKS:
            person = ""
        store.keep_link(session, _hash(context, link_id), person, now=now)
        until = now + LINK_HOLDS
        facts = {"link": link_id, "onward": onward, "until": until.isoformat()}
        letter = new_letter(
            context,
            LetterKind.SIGN_IN,
            person,
            mark=secrets.token_hex(16),
            now=now,
            facts=facts,
            use_until=until,
        )
        outbox.enqueue(session, [letter], booking_id=None, now=now)


def print_link(context: "AppContext", address: str, *, now: datetime) -> str:
    """The path of a link for whoever has a shell; empty if this address may not sign in."""
    person, link_id = find_person(context, address), secrets.token_hex(32)
    if not person:
        return ""
    with context.database.begin() as session:
        store.keep_link(session, _hash(context, link_id), person, now=now)
        note(session, COMMAND_LINE, Action.LINK_PRINTED, now=now)
    return sign_in_path(context, link_id)


def check_link(context: "AppContext", token: str, *, now: datetime) -> None:
    """Find out whether somebody can sign in by this token. Raises SignInLinkOver."""
    with context.database.read() as session:
        if not store.find_open_link(session, token_hash(token), now=now):
            raise SignInLinkOver


def sign_in(context: "AppContext", token: str, *, user_agent: str, now: datetime) -> str:
    """Use up a link; gives the key by which the device is known. Raises SignInLinkOver."""
    key = secrets.token_urlsafe(32)
    with context.database.begin() as session:
        person = find_person(context, store.use_link(session, token_hash(token), now=now) or "")
        if not person:
            raise SignInLinkOver
        store.keep_device(
            session,
            token_hash(key),
            address=person,
            name=device_in_words(user_agent),
            today=_today(context, now),
            now=now,
        )
        note(session, person, Action.SIGNED_IN, now=now)
    return key


def find_signed_in(context: "AppContext", key: str, *, now: datetime) -> Device | None:
    """The device with this key, if its owner may (still) sign in; that it is used is noted daily.

    Compared is a hash of the key, so how long it takes says nothing about the key.
    """
    with context.database.read() as session:
        device = store.find_device(session, token_hash(key), now=now)
    if device is None or not find_person(context, device.address):
        return None
    today = _today(context, now)
    return device if device.seen_on == today else _seen(context, device, today)


def _seen(context: "AppContext", device: Device, today: date) -> Device:
    """The device as used today. Nobody waits for that, so what goes wrong is logged and no more."""
    try:
        with context.database.begin(patience=PATIENCE_SECONDS) as session:
            store.note_seen(session, device.id, today)
    except DatabaseUnavailable as error:
        _log.error("a device was not noted", error=type(error).__name__)
    return replace(device, seen_on=today)


def devices_of(context: "AppContext", address: str, *, now: datetime) -> list[Device]:
    """Where somebody is signed in, the newest first."""
    with context.database.read() as session:
        return store.all_devices(session, address, now=now)


def sign_out(context: "AppContext", device_id: int, *, who: str, now: datetime) -> None:
    """Sign out a device of one's own. Raises UnknownDevice."""
    with context.database.begin() as session:
        if not store.drop_device(session, device_id, address=who):
            raise UnknownDevice
        note(session, who, Action.SIGNED_OUT, now=now)


def _hash(context: "AppContext", link_id: str) -> bytes:
    return token_hash(sign_in_token(context.secret, link_id))


def _today(context: "AppContext", now: datetime) -> date:
    return now.astimezone(context.rules.zone).date()
