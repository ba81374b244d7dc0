"""What a visitor's line carries: little, once, from one host, and nothing that stays behind."""

from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from bench.weight import AS_A_BROWSER, weigh
from tests.support.browsers import OpenPage
from tests.support.office import signed_in
from tests.support.page_rules import INDEXED
from tests.support.sights.agenda import a_day
from tests.support.sights.exhibition import SIGHTS, Exhibition
from tests.support.sights.quiz import MIXED
from tests.support.sights.shown import many
from tests.support.sights.sight import answered
from tools.provision.visitor import Visitor

KB = 1000
FIRST_TRIP, EVERYTHING, SCRIPTS = 13 * KB, 50 * KB, 5 * KB
"""HTML and styles of a page fit into the first round trip of a connection (RFC 6928)."""
OF_THE_OFFICE = 16 * KB
WAYS = [pytest.param(AS_A_BROWSER, id="br"), pytest.param({"Accept-Encoding": "gzip"}, id="gzip")]
A_YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def visitor(exhibition: Exhibition) -> Visitor:
    parts = urlsplit(exhibition.address)
    return Visitor(parts.hostname or "", parts.port or 0)


def quiz(exhibition: Exhibition, path: str, gaps: str) -> str:
    exhibition.empty()
    return f"{path}?{urlencode(answered(exhibition.site, gaps))}"


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("path", sorted(INDEXED))
def test_public_pages_are_light(visitor: Visitor, path: str, headers: dict[str, str]) -> None:
    weight = weigh(visitor, path, headers)
    assert weight.html > KB
    assert weight.first_trip <= FIRST_TRIP
    assert weight.everything <= EVERYTHING
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/angebot", "/angebot/marketingberatung", "/ablauf", "/ueber", "/stadtgespraech"),
        *("/stadtgespraech/marketing-als-gespraech", "/fragen", "/gehoert", "/termin"),
    ],
)
def test_pages_on_which_people_said_a_lot_are_light(
    exhibition: Exhibition, visitor: Visitor, path: str
) -> None:
    exhibition.empty()
    many(path)(exhibition.site)
    weight = weigh(visitor, path)
    assert weight.first_trip <= FIRST_TRIP
    # As of the result.
    assert weigh(visitor, path, {"Accept-Encoding": "gzip"}).first_trip <= 14 * KB
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("answers", [0, 4, 9])
def test_questions_are_light(
    exhibition: Exhibition, visitor: Visitor, answers: int, headers: dict[str, str]
) -> None:
    weight = weigh(visitor, quiz(exhibition, "/quiz", MIXED[:answers]), headers)
    assert weight.first_trip <= FIRST_TRIP
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("path", ["/frage", "/frage?zu=/stadtgespraech/marketing-als-gespraech"])
def test_asking_is_light(visitor: Visitor, path: str, headers: dict[str, str]) -> None:
    weight = weigh(visitor, path, headers)
    assert weight.first_trip <= FIRST_TRIP
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize("gaps", [MIXED, 10 * "0", 10 * "4"])
def test_the_result_is_light(exhibition: Exhibition, visitor: Visitor, gaps: str) -> None:
    path = quiz(exhibition, "/quiz/ergebnis", gaps)
    weight = weigh(visitor, path)
    assert weight.first_trip <= FIRST_TRIP
    assert weight.everything <= EVERYTHING
    # Its plan makes it the heaviest page; gzip is for where there is no https.
    assert weigh(visitor, path, {"Accept-Encoding": "gzip"}).first_trip <= 14 * KB
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("sight", ["week to be told", "week that went well"])
def test_the_week_is_light_with_two_plans(
    exhibition: Exhibition, visitor: Visitor, sight: str, headers: dict[str, str]
) -> None:
    weight = weigh(visitor, exhibition.page(sight).path, headers)
    assert weight.first_trip <= FIRST_TRIP
    assert weight.everything <= EVERYTHING


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize(
    "path",
    [
        *("/buero", "/buero/briefe", "/buero/geraete", "/buero/protokoll"),
        *("/buero/leads", "/buero/zahlen?wochen=26"),
    ],
)
def test_the_office_is_light(
    exhibition: Exhibition, visitor: Visitor, path: str, headers: dict[str, str]
) -> None:
    exhibition.empty()
    site = exhibition.site
    for start in site.free()[:30:2]:  # a page of letters
        site.book(start)
    guest = signed_in(site)
    weight = weigh(visitor, path, headers | {"Cookie": guest.cookie})
    assert weight.html > KB
    assert weight.first_trip <= OF_THE_OFFICE
    assert weight.js <= SCRIPTS


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("sight", ["office voices", "office voice long", "office voice shown"])
def test_the_room_of_voices_is_light(
    exhibition: Exhibition, visitor: Visitor, sight: str, headers: dict[str, str]
) -> None:
    exhibition.empty()
    path = SIGHTS[sight](exhibition.site).path
    cookie = signed_in(exhibition.site).cookie
    weight = weigh(visitor, path, headers | {"Cookie": cookie})
    assert weight.html > KB
    assert weight.first_trip <= OF_THE_OFFICE


@pytest.mark.parametrize("path", sorted(INDEXED))
def test_a_page_that_is_known_is_not_sent_again(visitor: Visitor, path: str) -> None:
    first = visitor.get(path, AS_A_BROWSER)
    again = visitor.get(path, AS_A_BROWSER | {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("headers", WAYS)
@pytest.mark.parametrize("path", ["/buero", "/buero/buchung/1", "/buero/buchung/5/verschieben"])
def test_a_full_day_is_light(
    exhibition: Exhibition, visitor: Visitor, path: str, headers: dict[str, str]
) -> None:
    exhibition.empty()
    guest = a_day(exhibition.site)
    weight = weigh(visitor, path, headers | {"Cookie": guest.cookie})
    assert weight.first_trip <= OF_THE_OFFICE
    assert weight.js <= SCRIPTS


def forgetful(page: Page) -> None:
    """Let a page keep nothing that it fetched, so that the next address is the first again."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})


def test_all_that_a_page_fetches_is_ours_is_weighed_and_may_be_kept_a_year(
    exhibition: Exhibition, visitor: Visitor, open_page: OpenPage
) -> None:
    fetched: dict[str, list[str]] = {}
    heard: list[str] = []
    with open_page() as page:
        page.on("response", lambda answer: heard.append(answer.url))
        forgetful(page)
        for path in sorted(INDEXED):
            heard.clear()
            page.goto(exhibition.address + path)
            page.evaluate("document.fonts.ready")
            fetched[path] = heard[:]
            assert page.context.cookies() == []
            assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    for path, urls in fetched.items():
        parts = [urlsplit(url) for url in urls]
        assert {one.netloc for one in parts} == {urlsplit(exhibition.address).netloc}
        others = [one.path for one in parts if one.path != path]
        assert len(others) >= 4  # Styles, fonts and the script.
        bodies = [visitor.get(one, AS_A_BROWSER) for one in others]
        assert {one.headers["cache-control"] for one in bodies} == {A_YEAR}
        weight = weigh(visitor, path)
        assert sum(len(one.body) for one in bodies) <= weight.everything - weight.html
