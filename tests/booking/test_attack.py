"""One attacker against the whole site with its shipped limits, counted as its victims would.

They have one IPv4 address, an IPv6 /48 and as many invented addresses as they like, send every form
whatever is answered, and move and call off what they get.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count, islice
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.model import HOLD
from stadtfuehrer.booking.pending import let_lapse
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.mailer import Envelope
from stadtfuehrer.quiz.blueprint import answers_field
from stadtfuehrer.settings import EXAMPLE, load_settings
from stadtfuehrer.text.formatting import in_address
from tests.support.contexts import a_visitor, full_answers
from tests.support.guest import Guest
from tests.support.sites import OpenSite, Site

TWO_WEEKS, DAY = timedelta(days=14), timedelta(days=1)
VICTIM = "opfer@web.de"
SPELLINGS = (VICTIM, "Opfer@Web.de", "opfer+1@web.de", "opfer+2@web.de")
LURE = "Gewonnen"
"""What the attacker would like to have said in the consultant's name."""
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}


class Mail:
    """Takes every letter, and notes when whose came."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.came: dict[str, list[datetime]] = defaultdict(list)

    @contextmanager
    def round(self) -> Iterator[Callable[[Envelope], None]]:
        yield self.take

    def take(self, envelope: Envelope) -> None:
        self.came[mailbox_of(envelope.recipient)].append(self.clock())

    def probe(self, sender: str) -> tuple[str, ...]:
        return () if sender else ("",)

    def most_within_a_day(self, mailbox: str) -> int:
        came = self.came[mailbox]
        return max((sum(one <= at < one + DAY for at in came) for one in came), default=0)


class Attack:
    """Sends forms from any address of the attacker's networks, and keeps the links they lead to."""

    def __init__(self, site: Site) -> None:
        self.site, self.mail, self.number = site, Mail(site.clock), count(1)
        self.links: list[str] = []

    def send(self, path: str, fields: dict[str, str]) -> None:
        number = next(self.number)
        address = "198.51.100.7" if number % 2 else f"2001:db8:7:{number % 65536:x}::{number:x}"
        guest = Guest(app=self.site.app, address=address)
        page = guest.ask("POST", path, body=urlencode(fields).encode(), headers=FROM_HERE)
        assert page.status < 500
        if page.status == 303 and "/buchung/" in page.location:
            self.links.append(page.location)

    def book(self, start: datetime, kind: str, email: str) -> None:
        typed = a_visitor(email=email, name=LURE, firma="", anliegen="").asked
        self.send(self.site.form_path(start, kind), typed)

    def plague(self, email: str) -> None:
        """Everything that makes the site write to an address."""
        self.ask_for_result(email)
        for kind in self.site.context.kinds:
            self.send(f"/termin/{kind.id}/warten", {"email": email})
            if free := self.site.free(kind.id):
                self.book(free[0], kind.id, email)
        for link in self.links[-2:]:
            for start in islice(self.site.free(), 5, 9):
                self.send(f"{link}/verschieben", {"start": in_address(start)})
            self.send(f"{link}/absagen", {"grund": LURE})

    def ask_for_result(self, email: str) -> None:
        answers = dict(answers_field(full_answers(self.site.context)))
        self.send("/quiz/ergebnis", {**answers, "email": email, "name": LURE})

    def pass_time(self, **by: float) -> None:
        """The letter worker goes on meanwhile."""
        self.site.clock.turn(**by)
        let_lapse(self.site.context, now=self.site.clock())
        deliver_due(self.site.context, self.mail, compose=compose, clock=self.site.clock)

    def taken(self) -> int:
        """Bookings of the next two weeks whose times are kept from others."""
        until = self.site.clock() + TWO_WEEKS
        return sum(one.status.occupies and one.start < until for one in self.site.bookings())


@pytest.fixture
def attack(open_site: OpenSite) -> Attack:
    limits = load_settings(EXAMPLE.parent, {}).limits
    shipped = {name: str(getattr(limits, name)) for name in type(limits).__dataclass_fields__}
    shipped |= {"minimum_seconds": "0", "per_day": "4", "confirm": '"when-crowded"'}
    return Attack(open_site(shipped))


def test_nobody_fills_the_calendar(attack: Attack) -> None:
    """At most a tenth of the next two weeks, and what is held only for half an hour."""
    site = attack.site
    zone, until = site.context.rules.zone, site.clock() + TWO_WEEKS
    today, opening = site.clock().date(), site.context.rules.opening
    places = 4 * sum(bool(opening.hours_on(today + day * DAY)) for day in range(14))
    days = {one.astimezone(zone).date() for one in site.free() if one < until}
    most = 0
    for number in range(60):
        kind = site.context.kinds[number % 3].id
        free = site.free(kind)
        attack.book(free[number % len(free)], kind, f"{number}@erfunden-{number}.example")
        most = max(most, attack.taken())
    assert 0 < most <= places / 10, (most, places)
    kept_at_once = sum(one.status.value == "confirmed" for one in site.bookings())
    attack.pass_time(seconds=HOLD.total_seconds())
    assert attack.taken() == kept_at_once <= 4
    # Somebody honest gets a time in the middle of it, and every day has free ones.
    assert {one.astimezone(zone).date() for one in site.free() if one < until} == days
    honest = Guest(app=site.app, address="203.0.113.9")
    typed = a_visitor(email="erna@web.de").asked
    location = honest.post(site.form_path(site.free()[0]), typed).location
    assert honest.get(location).heading == "Wir sind verabredet"


def test_nobody_is_plagued(attack: Attack) -> None:
    """Not by letters of the consultant's, however their address is spelt, for two days."""
    for _ in range(8):
        for spelling in SPELLINGS:
            attack.plague(spelling)
            attack.pass_time(minutes=1)
        attack.pass_time(hours=6)
    assert 1 <= attack.mail.most_within_a_day(VICTIM) <= 3
    # Neither is anybody else.
    strangers = attack.mail.came.keys() - {"vera@stadtfuehrer.example"}
    assert strangers == {VICTIM}


def test_a_thousand_strangers_get_few_letters_in_a_day(attack: Attack) -> None:
    for number in range(48):
        attack.ask_for_result(f"{number}@erfunden-{number}.example")
        attack.pass_time(minutes=25)
    # Ten from each of the two networks within any day.
    assert sum(map(len, attack.mail.came.values())) == 20
