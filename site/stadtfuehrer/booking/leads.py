"""Leads: whoever booked, waits or asked, one for each mailbox, and what the consultant notes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.booking import leads_store as store
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.export import as_cards
from stadtfuehrer.booking.leads_store import NOTHING, LeadBooking, LeadState, Noted
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.waiting_store import all_lines, lines_of
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.dialogue.store import Asker, askers, voices_of
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.refusals import LeadChanged, UnknownLead

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Whoever reads a mailbox: their bookings, the newest first, and since when they wait.

    ``asked`` is what they asked last, if anything.
    """

    mailbox: str
    bookings: Sequence[LeadBooking]
    waits: Mapping[str, datetime]
    """The kinds that they wait for, by their ids."""
    asked: Asker | None
    address: str
    """As they last wrote it."""
    noted: Noted

    @property
    def name(self) -> str:
        """What they last called themself when they booked, or else asked; or else the address."""
        if self.bookings:
            return self.bookings[0].name
        return (self.asked and self.asked.name) or self.address

    @property
    def firm(self) -> str:
        """The last one that they named."""
        return next((one.firma for one in self.bookings if one.firma), "")

    @property
    def phone(self) -> str:
        """The last number that they left."""
        return next((one.telefon for one in self.bookings if one.telefon), "")

    @property
    def last_heard(self) -> datetime:
        """When they last booked, began to wait or asked."""
        asked = [self.asked.said_at] if self.asked else []
        return max([*(one.booked_at for one in self.bookings[:1]), *self.waits.values(), *asked])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which leads are meant: those to which everything that is given applies.

    Each of the ``words`` has to stand in name, address, firm or concern, in whatever case.
    """

    words: str = ""
    service: str = ""
    kind: str = ""
    state: LeadState | None = None

    def takes(self, lead: Lead) -> bool:
        """Whether a lead is meant, its state aside."""
        return (
            (not self.service or any(one.service == self.service for one in lead.bookings))
            and (
                not self.kind
                or self.kind in lead.waits
                or any(one.kind == self.kind for one in lead.bookings)
            )
            and (not self.words or self._finds(lead))
        )

    def _finds(self, lead: Lead) -> bool:
        said = [(one.name, one.email, one.firma, one.anliegen) for one in lead.bookings]
        text = "\n".join([lead.address, lead.name, *map("\n".join, said)]).casefold()
        return all(word in text for word in self.words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadList:
    """The leads that are meant, the newest first; ``counts`` by state are whatever the state."""

    leads: Sequence[Lead]
    counts: Mapping[LeadState, int]


def find_leads(context: "AppContext", wanted: Wanted) -> LeadList:
    """The leads that are meant.

    They are put together here and not by the database: whose mailbox an address is, is a rule,
    and SQLite finds no „Ö“ where „ö“ is asked for. Bookings are kept for months, not for years.
    """
    with context.database.read() as session:
        booked, lines = store.lead_bookings(session), all_lines(session)
        noted, asked = store.all_noted(session), askers(session)
    theirs: dict[str, list[LeadBooking]] = defaultdict(list)
    for one in booked:
        # Whom the consultant entered without an address has no mailbox.
        if one.address:
            theirs[one.address].append(one)
    waits: dict[str, dict[str, datetime]] = defaultdict(dict)
    spelt = {}
    for kind, address, since in lines:
        mailbox = mailbox_of(address)
        waits[mailbox][kind], spelt[mailbox] = since, address
    questions = {one.mailbox: one for one in reversed(asked)}  # the newest come first
    spelt |= {mailbox: one.email for mailbox, one in questions.items()}
    every = (
        Lead(
            mailbox=mailbox,
            bookings=theirs.get(mailbox, ()),
            waits=waits.get(mailbox, {}),
            asked=questions.get(mailbox),
            address=theirs[mailbox][0].email if mailbox in theirs else spelt[mailbox],
            noted=noted.get(mailbox, NOTHING),
        )
        for mailbox in {**theirs, **waits, **questions}
    )
    meant = [one for one in every if wanted.takes(one)]
    counts = Counter(one.noted.state for one in meant)
    if wanted.state:
        meant = [one for one in meant if one.noted.state is wanted.state]
    return LeadList(
        leads=sorted(meant, key=lambda one: one.last_heard, reverse=True),
        counts={state: counts[state] for state in LeadState},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFile:
    """All of one lead: the bookings by their rows' ids, the newest first, and what is noted."""

    address: str
    bookings: Mapping[int, Booking]
    waits: set[str]
    asked: Sequence[Voice]
    noted: Noted


def get_lead(context: "AppContext", address: str) -> LeadFile:
    """The lead with this address, whatever its spelling. Raises UnknownLead."""
    mailbox = mailbox_of(address)
    with context.database.read() as session:
        found = bookings.bookings_of(session, mailbox) if mailbox else {}
        waits = lines_of(session, address)
        said, noted = voices_of(session, mailbox), store.find_noted(session, mailbox)
    asked = [one for one in reversed(said) if one.kind is Kind.QUESTION and not one.is_held]
    theirs = {id_: one for id_, one in found.items() if not one.status.awaits_address}
    if not (theirs or waits or asked):
        raise UnknownLead
    newest = sorted(theirs.items(), key=lambda pair: (pair[1].booked_at, pair[0]), reverse=True)
    as_asked = asked[0].email if asked else address
    return LeadFile(
        address=newest[0][1].visitor.email if newest else as_asked,
        bookings=dict(newest),
        waits=waits,
        asked=asked,
        noted=noted,
    )


def keep_lead(
    context: "AppContext",
    address: str,
    *,
    state: LeadState,
    note_text: str,
    made_from: str,
    who: str,
    now: datetime,
) -> None:
    """Note this of a lead; ``made_from`` is the version of what the form showed.

    Raises UnknownLead, LeadChanged: somebody else has noted something since.
    """
    get_lead(context, address)
    mailbox = mailbox_of(address)
    with context.database.begin() as session:
        advisory_lock(session, f"lead {mailbox}")
        was = store.find_noted(session, mailbox)
        if (was.state, was.note) == (state, note_text):
            return
        if was.version != made_from:
            raise LeadChanged
        store.keep_noted(session, mailbox, state=state, note=note_text, now=now)
        note(session, who, Action.LEAD_CHANGED, now=now)


def export_leads(
    context: "AppContext", wanted: Wanted, *, who: str, now: datetime
) -> list[dict[str, Any]]:
    """The leads that are meant as rows for a spreadsheet, which is noted; instants in UTC."""
    return [_as_row(lead) for lead in _handed_over(context, wanted, who=who, now=now)]


def export_cards(context: "AppContext", wanted: Wanted, *, who: str, now: datetime) -> bytes:
    """The same for an address book; who only waits has no name, and so no card."""
    meant = {lead.mailbox for lead in _handed_over(context, wanted, who=who, now=now)}
    with context.database.read() as session:
        every = [booking for _, booking in bookings.all_bookings(session)]
    theirs = (one for one in every if mailbox_of(one.visitor.email) in meant)
    return as_cards(theirs, context.rules.zone)


def _handed_over(
    context: "AppContext", wanted: Wanted, *, who: str, now: datetime
) -> Sequence[Lead]:
    with context.database.begin() as session:
        note(session, who, Action.LEADS_EXPORTED, now=now)
    return find_leads(context, wanted).leads


def _as_row(lead: Lead) -> dict[str, Any]:
    newest = lead.bookings[0] if lead.bookings else None
    return {
        "name": lead.name if newest or lead.asked else "",
        "email": lead.address,
        "firma": lead.firm,
        "telefon": lead.phone,
        "stand": lead.noted.state.label,
        "zuletzt": lead.last_heard.isoformat(),
        "termine": len(lead.bookings),
        "gespraech": newest.title if newest else "",
        "angebot": newest.service if newest else "",
        "anliegen": newest.anliegen if newest else "",
        "wartet_auf": ", ".join(sorted(lead.waits)),
        "notiz": lead.noted.note,
    }
