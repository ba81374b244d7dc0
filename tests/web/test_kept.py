"""Pages that are the same for everyone: kept, packed, and known again by their ETag."""

from __future__ import annotations

import gzip
import json
import re
import tracemalloc
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stadtfuehrer.web.frame.kept import TERMS, Terms
from stadtfuehrer.web.frame.kept_pages import KeptPages
from stadtfuehrer.web.frame.packing import Care, coding_for, is_packable, pack

from stadtfuehrer.app.folders import shipped_folders
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.web.booking.timetable import DAYS_ON_A_PAGE
from stadtfuehrer.web.key import find_key
from tests.support.offices import full_answers, in_berlin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from tests.support.pages import Page
    from tests.support.sites import Site

SAME = ("/", "/angebot", "/ueber", "/termin", "/impressum", "/robots.txt", "/sitemap.xml")


def ask(site: Site, path: str, method: str = "GET", **headers: str) -> Page:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.guest.ask(method, path, headers=sent)


def unpacked(page: Page) -> bytes:
    match page.headers.get("content-encoding"):
        case "br":
            return bytes(brotli.decompress(page.body))
        case "gzip":
            return gzip.decompress(page.body)
        case _:
            return page.body


@pytest.mark.parametrize("path", SAME)
@pytest.mark.parametrize("accepted", ["", "gzip", "br", "gzip, deflate, br, zstd", "*", "br;q=0"])
def test_every_coding_says_the_same(site: Site, path: str, accepted: str) -> None:
    plain = ask(site, path)
    page = ask(site, path, Accept_Encoding=accepted)
    assert unpacked(page) == plain.body
    if len(plain.body) >= 1000 and accepted not in {"", "br;q=0"}:
        assert len(page.body) < len(plain.body) / 2
        assert page.headers["etag"] != plain.headers["etag"]
        assert page.headers["vary"] == "Accept-Encoding"
    same = {"content-length", "content-encoding", "etag"}
    assert {k: v for k, v in page.headers.items() if k not in same} == {
        k: v for k, v in plain.headers.items() if k not in same
    }


@pytest.mark.parametrize("path", SAME)
def test_who_has_a_page_already_is_told_so(site: Site, path: str) -> None:
    for accepted in ("", "gzip", "br"):
        page = ask(site, path, Accept_Encoding=accepted)
        etag = page.headers["etag"]
        for known in (etag, f"W/{etag}", f'"anders", {etag}', "*"):
            again = ask(site, path, Accept_Encoding=accepted, If_None_Match=known)
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == etag
            # What protects visitors holds for the page they have, too.
            for name in ("content-security-policy", "cache-control", "vary"):
                assert again.headers.get(name) == page.headers.get(name)
        assert ask(site, path, Accept_Encoding=accepted, If_None_Match='"anders"').status == 200


def test_a_head_has_the_headers_and_no_body(site: Site) -> None:
    page = ask(site, "/")
    head = ask(site, "/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


def test_nothing_of_a_request_stays_in_what_is_kept(site: Site) -> None:
    ask(site, "/angebot/marketingberatung", Referer="https://geheim.example/", Cookie="a=geheim")
    page = ask(site, "/angebot/marketingberatung")
    assert b"geheim" not in page.body
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize(
    "path", ["/?x=1", "/termin?angebot=marketingberatung", "/quiz", "/termin/kennenlernen"]
)
def test_what_does_not_stay_for_long_has_no_etag(site: Site, path: str) -> None:
    for _ in range(2):
        assert "etag" not in ask(site, path).headers


def test_a_page_with_a_secret_is_not_packed(site: Site) -> None:
    token = site.book(in_berlin("2026-03-05 09:00"))
    page = ask(site, f"/buchung/{token}", Accept_Encoding="br, gzip")
    assert "content-encoding" not in page.headers
    assert token in page.body.decode()


def test_static_files_are_packed_and_fonts_are_not(site: Site) -> None:
    home = ask(site, "/").body.decode()
    css = next(part for part in home.split('"') if part.endswith("site.css"))
    font = next(part for part in home.split('"') if part.endswith(".woff2"))
    sheet = ask(site, css, Accept_Encoding="br")
    assert sheet.headers["content-encoding"] == "br"
    assert unpacked(sheet) == ask(site, css).body
    # Without what is for those who read the source.
    source = (shipped_folders().static / "css" / "site.css").read_text("utf-8").splitlines()
    rules = [line for line in source if "{" in line and "/*" not in line]
    assert len(rules) > 100
    assert set(rules) <= set(unpacked(sheet).decode().splitlines())
    assert b"/*" not in unpacked(sheet)
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in ask(site, font, Accept_Encoding="br").headers


@dataclass(kw_only=True)
class Within:
    """An application whose answers are numbered, in front of it what keeps them."""

    terms: Terms | None = field(default_factory=Terms)
    size: int = 1
    asked: int = 0
    seconds: float = 0
    kept: KeptPages = field(init=False)

    def __post_init__(self) -> None:
        self.kept = KeptPages(self, seconds=lambda: self.seconds)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        if self.terms is not None:
            environ[TERMS] = self.terms
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(self.asked).encode().ljust(self.size)]

    def body(self, path: str = "/", **environ: Any) -> int:
        asking = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **environ}
        return int(b"".join(self.kept(asking, lambda *_: lambda _: None)) or 0)


def test_an_answer_is_kept_for_a_while_only() -> None:
    within = Within()
    assert [within.body(), within.body(), within.body("/b")] == [1, 1, 2]
    assert within.body(REQUEST_METHOD="POST") == 3
    within.seconds = 599.9
    assert within.body() == 1
    within.seconds = 600
    assert [within.body(), within.body()] == [4, 4]


def test_an_address_with_a_query_is_kept_for_a_minute() -> None:
    within = Within()
    assert [within.body(QUERY_STRING=query) for query in ("", "a=b", "a=c", "a=b")] == [1, 2, 3, 2]
    within.seconds = 59.9
    assert within.body(QUERY_STRING="a=b") == 2
    within.seconds = 60
    assert within.body(QUERY_STRING="a=b") == 4


def test_what_is_over_is_forgotten_when_anybody_asks_for_anything() -> None:
    within = Within(size=1024 * 1024)
    tracemalloc.start()
    try:
        for number in range(5):
            within.body(QUERY_STRING=f"a={number}")
        assert tracemalloc.get_traced_memory()[0] > 5 * 1024 * 1024
        within.seconds, within.terms = 60, None
        within.body("/healthz")
        assert tracemalloc.get_traced_memory()[0] < 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_question_mark_in_a_path_begins_no_query(site: Site) -> None:
    assert ask(site, "/quiz?x=1").status == 200
    assert ask(site, "/quiz%3Fx=1").status == 404


def test_what_nobody_said_is_kept_is_not() -> None:
    within = Within(terms=None)
    assert [within.body(), within.body()] == [1, 2]


def test_an_answer_is_kept_as_long_as_what_it_was_made_of_is_the_same() -> None:
    state = "a"
    within = Within(terms=Terms(look=lambda: state, seen="a"))
    assert [within.body(), within.body()] == [1, 1]
    state = "b"
    within.terms = Terms(look=lambda: state, seen="b")
    assert [within.body(), within.body()] == [2, 2]


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    within = Within(size=5 * 1024 * 1024)
    assert [within.body(path) for path in ("/a", "/b", "/c", "/a", "/d")] == [1, 2, 3, 1, 4]
    assert within.body("/a") == 1
    assert within.body("/b") == 5


def test_the_longest_addresses_and_the_largest_answers_are_not_kept() -> None:
    within = Within()
    address = "/" + 1999 * "a"
    assert [within.body(address), within.body(address)] == [1, 1]
    assert [within.body(f"{address}a"), within.body(f"{address}a")] == [2, 3]
    within.size = 17 * 1024 * 1024
    assert [within.body("/large"), within.body("/large")] == [4, 5]


def test_each_get_is_heard_of() -> None:
    heard: list[str] = []
    within = Within(terms=Terms(each_time=lambda environ: heard.append(environ["PATH_INFO"])))
    for path in ("/a", "/b", "/a"):
        within.body(path)
    assert within.body("/a", REQUEST_METHOD="HEAD") == 0
    assert heard == ["/a", "/b", "/a"]


@pytest.mark.parametrize("path", ["/termin/kennenlernen/20260305T080000Z", "/quiz/ergebnis"])
@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_every_visitor_gets_a_key_of_their_own(site: Site, path: str, accepted: str) -> None:
    if path == "/quiz/ergebnis":
        path += f"?{urlencode(full_answers(site.office))}"
    pages = [unpacked(ask(site, path, Accept_Encoding=accepted)).decode() for _ in range(3)]
    keys = [re.findall(r'name="schluessel"[^>]* value="([^"]+)"', page)[0] for page in pages]
    assert len({key.id for one in keys if (key := find_key(site.office, one))}) == 3
    assert len({page.replace(key, "") for page, key in zip(pages, keys, strict=True)}) == 1


def listed(site: Site) -> set[str]:
    free: list[str] = json.loads(ask(site, "/termin/kennenlernen/frei.json").body)["free"]
    page = ask(site, "/termin/kennenlernen").body.decode()
    days = sorted({one[:10] for one in free})[:DAYS_ON_A_PAGE]
    shown = {one for one in free if in_address(datetime.fromisoformat(one).astimezone(UTC)) in page}
    assert shown == {one for one in free if one[:10] in days}
    return set(free)


def test_a_page_of_free_times_shows_what_is_free_now(site: Site) -> None:
    first = listed(site)
    token = site.book(in_berlin("2026-03-05 09:00"))
    # 09:30 is too near: a quarter of an hour after a consultation is kept free.
    gone = {"2026-03-05T09:00:00+01:00", "2026-03-05T09:30:00+01:00"}
    assert listed(site) == first - gone
    site.guest.post(f"/buchung/{token}/absagen", {"grund": ""})
    assert listed(site) == first


def test_a_free_time_goes_right_after_its_minute(site: Site) -> None:
    day_before = "2026-03-03T09:00:00+01:00"
    assert day_before in listed(site)
    site.clock.turn(seconds=1)
    assert day_before not in listed(site)
    half_past = "2026-03-03T09:30:00+01:00"
    for seconds, is_listed in ((59, True), (28 * 60, True), (59, True), (1, True), (1, False)):
        site.clock.turn(seconds=seconds)
        assert (half_past in listed(site)) is is_listed


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity", "identity"),
        ("zstd, deflate", "identity"),
        ("GZIP", "gzip"),
        (";;;q=,,", "identity"),
        ("br;q=abc", "identity"),
    ],
)
def test_which_coding_is_chosen(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


@given(st.text(st.characters(codec="latin-1"), max_size=40))
def test_no_header_is_too_strange(accepted: str) -> None:
    assert coding_for(accepted) in {"br", "gzip", "identity"}


@given(st.binary(max_size=5000), st.sampled_from(get_args(Care)))
def test_what_is_packed_can_be_unpacked(body: bytes, care: Care) -> None:
    assert brotli.decompress(pack(body, "br", care)) == body
    assert gzip.decompress(pack(body, "gzip", care)) == body
    assert pack(body, "identity", care) == body


def test_what_is_worth_packing() -> None:
    assert is_packable("text/html", 1000)
    assert not is_packable("text/html", 999)
    assert not is_packable("font/woff2", 40_000)
