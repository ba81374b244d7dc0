"""What is stored of one person: to hand it over (Art. 15, 20 DSGVO), or to erase it (Art. 17)."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.booking.leads_store import Noted, erase_noted, find_noted
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.store import bookings_of, erase_by_id
from stadtfuehrer.booking.waiting_store import erase_lines_of, lines_of
from stadtfuehrer.dialogue import check_in_store
from stadtfuehrer.dialogue.asking import forget_voices
from stadtfuehrer.dialogue.model import CheckIn, Voice
from stadtfuehrer.dialogue.store import voices_of
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.folder import POSTFACH, erase_saved
from stadtfuehrer.mail.parsed import parse_message
from stadtfuehrer.mail.person_store import (
    KeptLetter,
    erase_letters_about,
    erase_letters_to,
    letters_of,
)
from stadtfuehrer.quiz.follow_up_store import FollowUp, erase_follow_ups_of, follow_ups_of
from stadtfuehrer.refusals import StillToCome
from stadtfuehrer.web.renewal import renew_pages

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that is stored under one mailbox, whatever the spelling of its address.

    ``bookings`` by their rows' ids; ``waiting`` are the kinds that they wait for.
    """

    address: str
    bookings: dict[int, Booking]
    letters: list[KeptLetter]
    waiting: set[str]
    follow_ups: list[FollowUp]
    """What they want to be asked, a week after the quiz."""
    noted: Noted
    """What the consultant noted of them as a lead."""
    voices: list[Voice]
    """What they said: questions, readers' letters, how it was, how things are."""
    check_in: CheckIn | None
    """Their consent to be asked how things are."""

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is stored."""
        stored = self.bookings or self.letters or self.waiting or self.follow_ups or self.voices
        return not (stored or self.noted.changed_at or self.check_in)

    def to_come(self, *, now: datetime) -> list[Booking]:
        """The consultations that would take place."""
        live = [one for one in self.bookings.values() if one.status is not Status.CANCELLED]
        return [one for one in live if one.end > now]

    def as_json(self) -> str:
        """Everything in the form that machines read; instants in ISO 8601, UTC."""
        told = {
            "address": self.address,
            "bookings": [{"id": id_, **asdict(one)} for id_, one in self.bookings.items()],
            "letters": [_letter(one) for one in self.letters],
            "waiting": sorted(self.waiting),
            "follow_ups": [asdict(one) for one in self.follow_ups],
            "lead": asdict(self.noted) if self.noted.changed_at else None,
            "voices": [asdict(one) for one in self.voices],
            "check_in": asdict(self.check_in) if self.check_in else None,
        }
        return json.dumps(told, ensure_ascii=False, indent=2, default=_plain)

    def as_zip(self) -> bytes:
        """The same as a file, with every letter whose text is still stored as it was sent."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("person.json", self.as_json())
            for letter in self.letters:
                if letter.message:
                    archive.writestr(f"briefe/{letter.id}-{letter.kind}.eml", letter.message)
        return file.getvalue()


def find_person(context: "AppContext", address: str) -> Person:
    """What is stored of whoever reads the mail of this address."""
    mailbox = mailbox_of(address)
    with context.database.read() as session:
        # Whoever was entered without an address is not all the others of that sort.
        found = bookings_of(session, mailbox) if mailbox else {}
        return Person(
            address=address,
            bookings=found,
            letters=letters_of(session, list(found), address),
            waiting=lines_of(session, address),
            follow_ups=follow_ups_of(session, address),
            noted=find_noted(session, mailbox),
            voices=voices_of(session, mailbox),
            check_in=check_in_store.find_by_mailbox(session, mailbox),
        )


def export_person(context: "AppContext", address: str, *, who: str, now: datetime) -> Person:
    """The same for whoever takes it out of here, which is noted."""
    with context.database.begin() as session:
        note(session, who, Action.PERSON_HANDED_OVER, now=now)
    return find_person(context, address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased, and what lies where this site cannot reach."""

    bookings: int
    letters: int
    lines: int
    voices: int
    heard: int
    """Of so many voices stays what the consultant said was done about them, and nothing else."""
    check_in: bool
    """Whether they could have been asked how things are."""
    in_calendar: bool
    """Whether the consultant's calendar may hold events of them."""


def erase_person(context: "AppContext", address: str, *, who: str, now: datetime) -> Erased:
    """Erase what is stored of a person, from pages, SQLite's log and the postfach as well.

    Counts that knew them (the limits' keyed hashes) fall away by themselves within two weeks.

    Raises StillToCome: a consultation would take place; it has to be called off first, so that the
    other side, calendars and cells hear of it.
    """
    person = find_person(context, address)
    if person.to_come(now=now):
        raise StillToCome
    with context.database.begin() as session:
        uids, letters = erase_by_id(session, list(person.bookings))
        letters += erase_letters_to(session, address)
        erase_lines_of(session, address)
        erase_follow_ups_of(session, address)
        erase_noted(session, mailbox_of(address))
        letters += forget_voices(session, person.voices)
        if person.check_in:
            check_in_store.erase(session, person.check_in.uid)
            letters += erase_letters_about(session, person.check_in.uid)
        note(session, who, Action.PERSON_ERASED, now=now)
    context.database.empty_log()
    about = uids + [one.uid for one in (*person.voices, person.check_in) if one]
    erase_saved(context.instance / POSTFACH, uids=about, recipient=address)
    renew_pages(context.instance)
    return Erased(
        bookings=len(uids),
        letters=letters,
        lines=len(person.waiting),
        voices=len(person.voices),
        heard=sum(one.heard_at is not None for one in person.voices),
        check_in=person.check_in is not None,
        in_calendar=bool(uids and context.settings.calendar.write),
    )


def _letter(letter: KeptLetter) -> dict[str, Any]:
    told = {name: value for name, value in asdict(letter).items() if name != "message"}
    if letter.message:
        read = parse_message(letter.message)
        told |= {"subject": read.subject, "text": read.text}
    return told


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
