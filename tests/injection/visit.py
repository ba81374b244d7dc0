"""A visitor's whole life with the site: every form by HTTP, every letter by a real mail server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import delete

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.reminders import remind, thank
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.database.base import Base
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.smtp import SmtpMailer
from stadtfuehrer.text import plain_text
from tests.injection.arrived import Arrived, arrived
from tests.injection.twin import check_twins
from tests.injection.typed import HARMLESS, LINES, Typed, seen_of
from tests.support.contexts import NOW, full_answers, in_berlin
from tests.support.envelopes import plain
from tests.support.lines import nothing_free
from tests.support.mail_server import Handler, serving
from tests.support.pages import Page, words
from tests.support.readers.everyone import read_by_all
from tests.support.sites import Site
from tests.support.stored import letters

FIRST, SECOND = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-05 11:00")
DAY_BEFORE, AFTER = in_berlin("2026-03-04 12:00"), SECOND + timedelta(hours=2)

KINDS = {
    *("bestaetigung", "einladung", "verschoben-gast", "verschoben-beratung", "absage-gast"),
    *("absage-beratung", "ergebnis", "frei-geworden", "erinnerung", "danke", "rueckmeldung"),
}
"""Every letter that there is."""
_BOOKING = ("name", "email", "firma", "telefon", "anliegen", "zone", "angebot")
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass(kw_only=True)
class Life:
    """What came of it: the fields as they were accepted in the end, and all that arrived."""

    accepted: Typed = HARMLESS
    refused: dict[str, str] = field(default_factory=dict)
    """What was said at each field that was refused."""
    letters: list[Arrived] = field(default_factory=list)


@dataclass(kw_only=True, repr=False)
class Street:
    """A site and a mail server that lives as long, with an empty house for each visitor.

    Without a repr: Hypothesis spells it out with a failure, whatever its fields say of theirs.
    """

    site: Site
    handler: Handler
    mailer: SmtpMailer
    twins: dict[Typed, list[Arrived]] = field(default_factory=dict)

    def live(self, typed: Typed) -> Life:
        """Do all that a visitor can do, with these words.

        Whatever is refused has to say so at its field and keep what could be seen; it is corrected
        there to something harmless and sent again, just as the page has it.
        """
        self._empty_the_house()
        life = Life()
        booked = self._book(life, typed, self.site.form_path(FIRST))
        self._deliver(life)
        self._move(life, typed, f"{booked}/verschieben")
        self._deliver(life)
        self._fill_in(life, typed, f"{booked}/absagen", {"grund": "grund"})
        self._deliver(life)

        self.site.clock.now = NOW
        booked = self._book(life, typed, self.site.form_path(SECOND), rueckfrage="y")
        answers = urlencode(full_answers(self.site.context))
        fields = {"email": "result_email", "name": "result_name"}
        self._fill_in(life, typed, "/quiz/ergebnis", fields, antworten=answers)
        with nothing_free(self.site, "kennenlernen"):
            self._fill_in(life, typed, "/termin/kennenlernen/warten", {"email": "waiting_email"})
        assert tell_waiting(self.site.context, now=NOW) == 1
        self._deliver(life)
        self.site.clock.now = DAY_BEFORE
        assert remind(self.site.context, now=DAY_BEFORE) == 1
        self._deliver(life)
        self.site.clock.now = AFTER
        assert thank(self.site.context, now=AFTER) == 1
        fields = {"zufrieden": "zufrieden", "worte": "worte"}
        self._fill_in(life, typed, f"{booked}/rueckmeldung", fields, oeffentlich="y", vorname="y")
        self._deliver(life)
        # A form that led on without its letter would prove nothing about the letter.
        assert {one.kind for one in life.letters} == KINDS
        return life

    def wait_only(self, address: str) -> Life:
        """Have only the one letter of the waiting line sent to an address, unless it is refused."""
        self._empty_the_house()
        life, path = Life(), "/termin/kennenlernen/warten"
        with nothing_free(self.site, "kennenlernen"):
            page = self._ask("POST", path, {"email": address})
        if page.status != 303:
            assert page.status == 422
            self._corrected(life, page, {"email": address}, {"email": "waiting_email"})
            assert tell_waiting(self.site.context, now=NOW) == 0
            return life
        assert tell_waiting(self.site.context, now=NOW) == 1
        self._deliver(life)
        return life

    def refusals(self, typed: Typed) -> dict[str, str]:
        """What is said at the fields of the booking form; nothing must come of it."""
        self._empty_the_house()
        life, fields = Life(), {name: name for name in _BOOKING}
        values = typed.as_dict()
        sent = {name: values[name] for name in _BOOKING}
        page = self._ask("POST", self.site.form_path(FIRST), sent)
        assert page.status == 422
        self._corrected(life, page, sent, fields)
        assert (self.site.bookings(), letters(self.site.context)) == ([], [])
        return life.refused

    def check(self, life: Life) -> None:
        """Compare each letter with the one for harmless words; see ``check_twins``."""
        twins = self._twins_of(life.accepted)
        for letter, twin in zip(life.letters, twins, strict=True):
            check_twins(letter, twin, life.accepted)

    def _twins_of(self, typed: Typed) -> list[Arrived]:
        """The letters of a harmless life in which the same is filled in, and nothing else."""
        harmless = HARMLESS.as_dict()
        same = {name: getattr(typed, name) for name in ("zone", "angebot", "zufrieden", "start")}
        filled = {
            name: harmless[name] if getattr(typed, name) else ""
            for name in ("telefon", "anliegen", "grund", "worte")
        }
        twin = replace(HARMLESS, **same, **filled)
        if twin not in self.twins:
            self.twins[twin] = self.live(twin).letters
        return self.twins[twin]

    def _book(self, life: Life, typed: Typed, path: str, **more: str) -> str:
        page = self._fill_in(life, typed, path, {name: name for name in _BOOKING}, **more)
        booking = self.site.bookings()[-1]
        life.accepted = replace(
            life.accepted, zone=booking.visitor.zone, angebot=booking.interest.service
        )
        shown = self._ask("GET", page.location)
        assert shown.status == 200
        assert shown.root.tag == "html"
        read_by_all(self._ask("GET", f"{page.location}/termin.ics").body)
        return page.location

    def _move(self, life: Life, typed: Typed, path: str) -> None:
        """The start stands in a hidden field, where no word about it could be shown."""
        for start in (typed.start, HARMLESS.start):
            page = self._ask("POST", path, {"start": start})
            if page.status == 303:
                life.accepted = replace(life.accepted, start=start)
                return
            assert page.status in {409, 422}
            assert page.root.tag == "html"
        raise AssertionError("cannot be moved at all")

    def _fill_in(
        self, life: Life, typed: Typed, path: str, fields: Mapping[str, str], **more: str
    ) -> Page:
        """Send a form; ``fields`` gives for each of its names the field of ``Typed``."""
        values = typed.as_dict()
        sent = {name: values[ours] for name, ours in fields.items()}
        page = self._ask("POST", path, sent | more)
        if page.status != 303:
            assert page.status == 422
            sent = self._corrected(life, page, sent, fields)
            page = self._ask("POST", path, dict(page.form(next(iter(fields))).fields) | sent)
        assert page.status == 303
        changes = {ours: _as_stored(ours, sent[name]) for name, ours in fields.items()}
        life.accepted = replace(life.accepted, **changes)
        return page

    def _corrected(
        self, life: Life, page: Page, sent: dict[str, str], fields: Mapping[str, str]
    ) -> dict[str, str]:
        """What the refused form shows, with something harmless where it complains."""
        shown = dict(page.form(next(iter(fields))).fields)
        said = {name: said for name in fields if (said := _mistake(page, name))}
        assert said, "refused without a word at any field"
        for name in fields:
            if name in shown and name != "zufrieden":
                # A choice or a zone that is none leaves nothing to be shown.
                assert seen_of(shown[name]) == seen_of(sent[name]) or name in {"zone", "angebot"}
        life.refused |= {fields[name]: sentence for name, sentence in said.items()}
        harmless = HARMLESS.as_dict()
        return {
            name: harmless[ours] if name in said else shown.get(name, "")
            for name, ours in fields.items()
        }

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> Page:
        body = urlencode(fields, errors="surrogatepass").encode() if fields else None
        page = self.site.guest.ask(method, path, body=body, headers=_FORM)
        assert page.status < 500
        return page

    def _deliver(self, life: Life) -> None:
        """One round, over one connection."""
        self.handler.accepted.clear()
        self.handler.connections.clear()
        assert deliver_due(
            self.site.context, self.mailer, compose=compose, clock=self.site.clock
        ).sent
        assert len(self.handler.connections) == 1
        life.letters += map(arrived, self.handler.accepted)

    def _empty_the_house(self) -> None:
        self.site.clock.now = NOW
        with self.site.context.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))


@contextmanager
def street(site: Site) -> Iterator[Street]:
    """The site with a mail server of its own."""
    handler = Handler()
    with serving(handler) as port:
        yield Street(site=site, handler=handler, mailer=plain(port))


def _as_stored(name: str, value: str) -> str:
    if name in LINES and not seen_of(value):
        return ""
    return plain_text(value).strip()


def _mistake(page: Page, name: str) -> str:
    """What is said about a field; empty where nothing is wrong with it."""
    of_this = {f"{name}-fehler"}
    for one in page.all("input", "textarea", "fieldset"):
        if of_this & {*one.get("aria-describedby", "").split()}:
            return (
                words(page.by_id(f"{name}-fehler"))
                if one.tag == "fieldset"
                else (page.mistake(name))
            )
    return ""
