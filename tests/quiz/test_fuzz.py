"""Random and hostile queries: no error of ours, nothing that is unknown comes back, and quickly.

`QUIZ_QUERIES=100000` in the environment tries so many, other ones each time; what went wrong is
told with the seed that draws it again: `QUIZ_SEED=…`.
"""

import os
import random
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote_from_bytes

import pytest

from tests.support.page_rules import ORIGIN
from tests.support.pages import Page
from tests.support.quiz_ways import questions
from tests.support.sites import Site

QUERIES = int(os.environ.get("QUIZ_QUERIES", "0"))
SEED = int(os.environ.get("QUIZ_SEED", "0")) or (random.SystemRandom().getrandbits(32))
FEW = 200
PATHS = ("/quiz", "/quiz/ergebnis", "/quiz/woche", "/termin")
LEADS_ON = ("/quiz/ergebnis", "/quiz/woche")
"""Where a query may be answered by leading elsewhere."""
LOOKED_AT = 50
"""Of so many pages one goes through all the rules that hold for pages, which takes long."""
LONGEST = 65_000
"""Bytes in a query; servers take no longer addresses."""
SLOWEST = 0.05
"""Seconds of the processor for one page."""
OWN = (
    *("frage", "weiter", "tasten", "angebot", "ab", "zone", "brief", "gezaehlt", "alt", "name"),
    *("gekuerzt", "wie.dialog", "wie.ziel"),
)
"""Parameters of our own pages."""
MARK = "zq7kw"
"""In everything that the quiz does not know; so it must not stand in any answer."""
REFLECTED = (b"zq7kw", b"1343433", b"<svg onload", b"\x00")
"""What no answer may have; the number is what ``{{7*191919}}`` would become in a template."""

HOSTILE = (
    *(f"<script>{MARK}</script>", f"\"'><svg onload={MARK}>", f"javascript:{MARK}", f"{MARK}&amp;"),
    *(f"{MARK}{{{{7*191919}}}}", f"${{7*191919}}{MARK}", f"{{% raise {MARK} %}}", f"%({MARK})s"),
    *(f"' OR 1=1 --{MARK}", f"1; DROP TABLE bookings; --{MARK}", f"../../{MARK}", f"//{MARK}.eu"),
    *(f"{MARK}\r\nSet-Cookie: {MARK}=1", f"{MARK}\r\n\r\n<h1>{MARK}</h1>", f"https://{MARK}.eu"),
    *(f"{MARK}\x00", f"\x1b[31m{MARK}", f"\u202e{MARK}\ufeff", f"\U0001f9ed{MARK}"),
    *(f"{MARK}\u2028", MARK, f"{MARK}[]", f"{MARK}.gap", f"__class__{MARK}", f"{MARK}=ja"),
    *(f"-{MARK}", f"0x{MARK}"),
)

RAW = (
    *(b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf0\x28\x8c\x28", b"\xe2\x82", b"\x80"),
    *(b"%", b"%%", b"%zz", b"%u0041", b"%C3", b"%ED%A0%80", b"%F4%90%80%80", b"%00", b"%0d%0a"),
    *(b"&&", b"==", b";", b"#", b"?", b"+", b"[]", b"&=&", b"=ja", b"\x7f", b"\t", b" "),
)


def as_a_form(text: bytes) -> bytes:
    return quote_from_bytes(text).encode()


WAYS_TO_WRITE: tuple[Callable[[bytes], bytes], ...] = (
    as_a_form,
    lambda text: as_a_form(as_a_form(text)),
    lambda text: "".join(f"%{byte:02x}" for byte in text).encode(),
    lambda text: text,
)


class Query(NamedTuple):
    """Where to, and with what."""

    path: str
    query: bytes


class Hostile:
    """Draws queries from those that somebody might send who means harm."""

    def __init__(self, site: Site, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - it keeps no secrets
        self.answers = {
            question.id: [option.id for option in question.options] for question in questions(site)
        }

    def query(self) -> Query:
        """A few strange pairs among all, some or none of the answers."""
        # Often all questions are answered, or the result would never be seen.
        share = self.draw.choice([0, 0.5, 1, 1])
        known = [
            (name.encode(), self.draw.choice(options).encode())
            for name, options in self.answers.items()
            if self.draw.random() < share
        ]
        strange = [self.strange_pair() for _ in range(self.draw.choice([0, 1, 1, 2, 3, 8]))]
        pairs = [*known, *strange]
        if self.draw.random() < 0.3:
            self.draw.shuffle(pairs)
        if pairs and self.draw.random() < 0.1:
            pairs += [self.draw.choice(pairs)] * self.draw.choice([1, 2, 400])
        query = b"&".join(name + b"=" + value for name, value in pairs)
        if self.draw.random() < 0.2:
            at = self.draw.randrange(len(query) + 1)
            query = query[:at] + self.draw.choice(RAW) + query[at:]
        return Query(self.draw.choice(PATHS), query[:LONGEST])

    def strange_pair(self) -> tuple[bytes, bytes]:
        """A name or a value, or both, that the quiz does not know."""
        name = self.draw.choice([*self.answers, *OWN]).encode()
        value = self.draw.choice(self.draw.choice(list(self.answers.values()))).encode()
        return self.draw.choice(
            [
                *[(name, self.strange())] * 2,
                *[(self.strange(), value), (self.strange(), self.strange())],
                *[(name + b"[]", self.strange()), (name.upper(), self.strange())],
            ]
        )

    def strange(self) -> bytes:
        """Hostile, huge, or any bytes; in one of the ways to write them into an address."""
        bare = MARK.encode()
        text = self.draw.choice(
            [
                *[self.draw.choice(HOSTILE).encode()] * 2,
                bare * self.draw.choice([2, 50, 800]),
                bare + self.draw.randbytes(self.draw.randrange(20)),
                self.draw.randbytes(self.draw.randrange(20)) + bare,
            ]
        )
        return self.draw.choice(WAYS_TO_WRITE)(text)


def fetched(site: Site, asked: Query) -> tuple[Page, float]:
    """The answer to these very bytes, and how many seconds of the processor it took."""
    client = site.app.test_client(use_cookies=False)
    environment = {"PATH_INFO": asked.path, "QUERY_STRING": asked.query.decode("latin-1")}
    began = time.process_time()
    with client.get(base_url=ORIGIN, environ_overrides=environment) as response:
        took = time.process_time() - began
        headers = {name.lower(): value for name, value in response.headers}
        return Page(
            method="GET",
            path=f"{asked.path}?{quote_from_bytes(asked.query)}" if asked.query else asked.path,
            status=response.status_code,
            headers=headers,
            body=response.data,
        ), took


def wrong_with(asked: Query, page: Page) -> list[str]:
    """What must not be in an answer, whatever was asked."""
    sent = b"\n".join([page.body.lower(), *(one.lower().encode() for one in page.headers.values())])
    found = [f"reflects {mark!r}" for mark in REFLECTED if mark in sent]
    if page.status not in ({200, 303} if asked.path in LEADS_ON else {200}):
        found.append(f"status {page.status}")
    if page.status == 303 and not page.location.startswith("/quiz"):
        found.append(f"leads to {page.location}")
    if any("\r" in value or "\n" in value for value in page.headers.values()):
        found.append("a header with more than a line")
    return found


def test_hostile_queries_do_no_harm(site: Site) -> None:
    hostile = Hostile(site, SEED)
    statuses = set()
    for _ in range(10):
        fetched(site, Query("/quiz/ergebnis", hostile.query().query))  # Compiles the templates.
    for number in range(QUERIES or FEW):
        asked = hostile.query()
        page, took = fetched(site, asked)
        where = f"QUIZ_SEED={SEED}, query {number}: {asked}"
        assert not wrong_with(asked, page), f"{where}: {wrong_with(asked, page)}"
        if took > SLOWEST:
            # Once may be the machine's fault, or the garbage collector's.
            took = min(fetched(site, asked)[1] for _ in range(3))
        assert took < SLOWEST, f"{where}: {took} s"
        if number % LOOKED_AT == 0:
            site.guest.check(page)
        statuses.add((asked.path, page.status))
    assert statuses == {
        *(("/quiz", 200), ("/termin", 200)),
        *((path, status) for path in LEADS_ON for status in (200, 303)),
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((path, 303 if path in LEADS_ON else 200) for path in PATHS),
        *(("/", 200), ("/angebot", 200), ("/termin/kennenlernen", 200), ("/nirgends", 404)),
    ],
)
def test_bytes_that_are_no_text_are_no_error_of_ours(site: Site, path: str, status: int) -> None:
    for raw in RAW:
        page, _ = fetched(site, Query(path, b"frage=" + raw + b"&" + raw + b"=ja"))
        assert (raw, page.status) == (raw, status)
        if raw in {RAW[0], RAW[-1]}:
            site.guest.check(page)
