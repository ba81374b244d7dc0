"""Random addresses, forms and headers: answered without an error of ours, nothing echoed raw.

`INJECTION_EXAMPLES=10000` tries about so many with each test.
"""

import os
from collections.abc import Callable
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.contexts import full_answers, in_berlin
from tests.support.pages import Page
from tests.support.sites import TYPED, Site

START, FORM_PATH = in_berlin("2026-03-05 09:00"), "/termin/kennenlernen/20260305T080000Z"
EXAMPLES = int(os.environ.get("INJECTION_EXAMPLES", "0"))
PROBE = "\"'><svg onload=x>&{{7*7}}"
"""What must never stand in a page as it was sent."""

OURS = (
    "frage weiter ab von bis zone angebot start grund brief schluessel website orientierung tun "
    "zu oeffentlich vorname geholfen"
)
NAMES = st.sampled_from([*TYPED, *OURS.split()]) | st.text(max_size=8)
VALUES = (
    st.sampled_from(["ja", "nein", "unklar", "2026-03-05", "20260305T080000Z", "Asia/Tokyo", PROBE])
    | st.text(st.characters(codec="utf-8"), max_size=40)
    | st.text(max_size=12).map(lambda text: text + PROBE)
)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
PARTS = (
    "termin kennenlernen frei.json buchung verschieben absagen quiz ergebnis angebot static frage"
)
SEGMENTS = st.sampled_from(
    [*PARTS.split(), "termin.ics", "..", ".", "", "20260305T080000Z", "%00", "%ED%A0%80"]
) | st.text(max_size=20).map(lambda text: quote(text, safe="", errors="replace"))
HEADER_NAMES = (
    "Accept Accept-Language Authorization Content-Encoding Content-Type Cookie Host "
    "If-Modified-Since If-None-Match Origin Range Referer Sec-Fetch-Site User-Agent "
    "X-Forwarded-For X-Forwarded-Host"
)
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES.split()),
    st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30),
    max_size=4,
)
PATHS = [
    *("/", "/quiz", "/quiz/ergebnis", "/termin", "/termin/kennenlernen"),
    *("/termin/kennenlernen/warten", "/termin/kennenlernen/frei.json", FORM_PATH, "/frage"),
]
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}

quick: Callable[..., Callable[..., None]] = settings(
    max_examples=EXAMPLES or 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def harmless(page: Page) -> None:
    assert page.status < 500
    assert PROBE.encode() not in page.body
    assert b"<svg onload" not in page.body
    assert not any(PROBE in value or {*value} & {*"\r\n"} for value in page.headers.values())
    if page.is_html and page.body:
        assert page.root.tag == "html"


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="replace")


@quick
@given(path=st.sampled_from(PATHS), pairs=PAIRS)
def test_queries(site: Site, path: str, pairs: list[tuple[str, str]]) -> None:
    harmless(site.guest.ask("GET", f"{path}?{encoded(pairs)}"))


@quick
@given(segments=st.lists(SEGMENTS, max_size=5), pairs=PAIRS)
def test_paths(site: Site, segments: list[str], pairs: list[tuple[str, str]]) -> None:
    harmless(site.guest.ask("GET", f"/{'/'.join(segments)}?{encoded(pairs)}"))


@quick
@given(pairs=PAIRS, complete=st.booleans())
def test_booking_forms(site: Site, pairs: list[tuple[str, str]], complete: bool) -> None:  # noqa: FBT001
    fields = [*TYPED.items(), *pairs] if complete else pairs
    body = encoded(fields).encode()
    page = site.guest.ask("POST", site.form_path(START), body=body, headers=FORM)
    harmless(page)
    if page.status == 303:
        harmless(site.guest.ask("GET", page.location))
        harmless(site.guest.ask("GET", f"{page.location}/termin.ics"))
        harmless(site.guest.ask("POST", f"{page.location}/verschieben", body=body, headers=FORM))
        # The next round finds the time free again.
        harmless(site.guest.ask("POST", f"{page.location}/absagen", body=body, headers=FORM))


@quick
@given(pairs=PAIRS)
def test_result_forms(site: Site, pairs: list[tuple[str, str]]) -> None:
    fields = [("antworten", urlencode(full_answers(site.context))), *pairs]
    page = site.guest.ask("POST", "/quiz/ergebnis", body=encoded(fields).encode(), headers=FORM)
    harmless(page)


@quick
@given(pairs=PAIRS, complete=st.booleans())
def test_questions(site: Site, pairs: list[tuple[str, str]], complete: bool) -> None:  # noqa: FBT001
    fields = [*pairs, *TYPED.items(), ("frage", "Was kostet das?")] if complete else pairs
    body = encoded(fields).encode()
    page = site.guest.ask("POST", "/frage", body=body, headers=FORM)
    harmless(page)
    if page.status == 303:
        harmless(site.guest.ask("GET", page.location))
        for step in ("geholfen", "zurueckziehen"):
            harmless(site.guest.ask("POST", f"{page.location}/{step}", body=body, headers=FORM))
        assert site.guest.ask("GET", page.location).status == 410


@quick
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]),
    path=st.sampled_from(["/", FORM_PATH, "/static/x/css/site.css"]),
    headers=HEADERS,
    body=st.binary(max_size=60),
)
def test_headers_and_bodies(
    site: Site, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    harmless(site.guest.ask(method, path, body=body, headers=headers))
