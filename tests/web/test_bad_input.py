"""What no person would send meets a clear answer as well: never an error of ours, never an echo."""

import json
from io import BytesIO
from urllib.parse import urlencode

import pytest

from stadtfuehrer.booking.visitor import Visitor
from tests.support.contexts import in_berlin
from tests.support.sites import TYPED, Site
from tests.support.voices import all_voices

START = in_berlin("2026-03-05 09:00")
BUTTON = "Termin buchen"
INVISIBLE = {
    "a line break": "Änne\nBcc: alle@gast.example",
    "a return": "Änne\r\nBcc: alle@gast.example",
    "NUL": "Än\x00ne",
    "an escape": "\x1b[31mÄnne",
    "a tab": "Änne\tMüller",
    "a C1 control": "Än\x85ne",
    "a line separator": "Änne\u2028Müller",
}
QUERIES = [
    *("%00", "a=%00", "%FF%FE", "a=%ED%A0%80", "%", "=", "&&&", "a=b=c", "a[]=1", "%F0%9F%91%A9"),
    *("frage=%ED%A0%80", "orientierung=%FF", "ab=%ff", "zone=%ff", "start=%ff", "von=%00"),
    *("frage[]=1", "frage=" + "x" * 100_000, "&".join(f"p{n}={n}" for n in range(20_000))),
    *("orientierung=ja&" * 5_000, "x" * 200_000, "zone=" + "Europe/" * 20_000, ";a=1;b=2"),
]
PLACES = ["/", "/angebot", "/quiz", "/quiz/ergebnis", "/termin", "/termin/kennenlernen", "/frage"]


FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
PATHS = ["/termin/kennenlernen/20260305T080000Z", "/quiz/ergebnis?x=1"]
ASK = {"frage": "Was kostet das?", "name": "Änne Müller", "email": "aenne@gast.example"}


@pytest.mark.parametrize("case", sorted(INVISIBLE))
def test_invisible_characters_in_a_line_are_refused_and_what_is_seen_stays(
    site: Site, case: str
) -> None:
    page = site.guest.get(site.form_path(START))
    page = site.guest.press(page, BUTTON, TYPED | {"firma": INVISIBLE[case]}, status=422)
    assert "in einer Zeile und ohne unsichtbare Zeichen" in page.mistake("firma")
    stays = page.value("firma")
    assert stays.isprintable()
    assert set(INVISIBLE[case]) - set(stays) <= set("\n\r\t\0\x1b\x85\u2028")
    after = site.guest.press(page, BUTTON)
    (booking,) = site.bookings()
    assert booking.visitor == Visitor(**TYPED | {"firma": stays})
    site.guest.get(after.location)


@pytest.mark.parametrize("path", PLACES)
def test_a_strange_query_does_no_harm(site: Site, path: str) -> None:
    for query in QUERIES:
        page = site.guest.ask("GET", f"{path}?{query}")
        site.guest.check(page)
        assert page.status == (303 if path == "/quiz/ergebnis" else 200), query[:40]
        assert len(page.body) + len(page.headers.get("location", "")) < 60_000


def test_a_strange_form_is_an_empty_one(site: Site) -> None:
    for query in QUERIES:
        status = 413 if len(query) > 64 * 1024 else 422
        page = site.guest.post_body(site.form_path(START), query.encode(), status=status)
        if status == 422:
            assert page.mistake("name") == "Wie heißt du? Dein Name fehlt noch."


def test_a_strange_question_is_none(site: Site) -> None:
    for query in QUERIES:
        if query.startswith("frage="):
            continue  # That is one.
        status = 413 if len(query) > 64 * 1024 else 422
        page = site.guest.post_body("/frage", query.encode(), status=status)
        if status == 422:
            assert page.mistake("frage").startswith("Hier steht noch nichts.")
    assert all_voices(site) == []


@pytest.mark.parametrize("field", [*ASK, "zu", "oeffentlich"])
def test_bytes_that_are_no_text_are_never_an_error_of_ours_in_a_question(
    site: Site, field: str
) -> None:
    site.guest.typed.add("\ufffd")
    for raw in (b"\xff\xfe", b"%ED%A0%80", b"%F0%28%8C%28", b"%00"):
        others = urlencode({name: value for name, value in ASK.items() if name != field})
        body = field.encode() + b"=" + raw + b"&" + others.encode()
        page = site.guest.ask("POST", "/frage", body=body, headers=FORM)
        site.guest.check(page)
        assert page.status in {303, 422}


@pytest.mark.parametrize("field", list(TYPED))
def test_bytes_that_are_no_text_are_never_an_error_of_ours(site: Site, field: str) -> None:
    site.guest.typed.add("\ufffd")
    for raw in (b"\xff\xfe", b"%ED%A0%80", b"\xed\xa0\x80", b"%F0%28%8C%28"):
        body = b"&".join([field.encode() + b"=" + raw, b"name=B", b"email=b@gast.example"])
        page = site.guest.ask("POST", site.form_path(site.free()[40]), body=body, headers=FORM)
        site.guest.check(page)
        assert page.status in {303, 422}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(TYPED).encode(),
        *(b'{"name": 5, "email": [], "website": {}}', b"[1, 2]", b"5", b"null", b'"x"', b"{", b""),
        b'{"name": ["a"], "email": ["b@gast.example"], "anliegen": null}',
    ],
)
def test_json_is_no_form(site: Site, body: bytes) -> None:
    page = site.guest.post_body(PATHS[0], body, status=422, content_type="application/json")
    assert page.mistake("name") == "Wie heißt du? Dein Name fehlt noch."
    assert site.bookings() == []


@pytest.mark.parametrize("field", [*TYPED, "schluessel", "website", "angebot", "zone"])
def test_a_file_is_no_text(site: Site, field: str) -> None:
    others = {name: value for name, value in TYPED.items() if name != field}
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in others.items()]
    parts.append(f'name="{field}"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nx')
    lines = "".join(f"--grenze\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    page = site.guest.post_body(
        PATHS[0],
        f"{lines}--grenze--\r\n".encode(),
        status=422 if field in {"name", "email", "telefon"} else 303,
        content_type="multipart/form-data; boundary=grenze",
    )
    if page.status == 422:
        assert page.mistake(field)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "x"]
)
def test_a_body_of_another_sort_is_an_empty_form(site: Site, content_type: str) -> None:
    site.guest.post_body(PATHS[0], b"name=A&email=b@c.de", status=422, content_type=content_type)


@pytest.mark.parametrize("encoding", ["chunked", "gzip, chunked"])
def test_a_body_of_which_nobody_counts_the_bytes_is_refused(site: Site, encoding: str) -> None:
    headers = {"Transfer-Encoding": encoding}
    page = site.guest.ask("POST", PATHS[0], body=b"", headers=FORM | headers)
    site.guest.check(page)
    assert page.status == 400


@pytest.mark.parametrize("server_says", [{}, {"wsgi.input_terminated": True}])
def test_a_form_that_broke_off_on_its_way_is_refused_by_whatever_server(
    site: Site, server_says: dict[str, object]
) -> None:
    body = urlencode(TYPED).encode()
    with site.app.test_client() as client:
        for missing, status in ((1, 400), (len(body), 400), (0, 303)):
            answer = client.post(
                site.form_path(START),
                headers=FORM,
                input_stream=BytesIO(body[: len(body) - missing]),
                environ_overrides={"CONTENT_LENGTH": str(len(body)), **server_says},
            )
            assert (answer.status_code, len(site.bookings())) == (status, int(status == 303))


@pytest.mark.parametrize(
    ("field", "value"),
    [("angebot", "marketingzauber"), ("angebot", "\x00"), ("zone", "Mond"), ("zone", "../x")],
)
def test_an_unknown_companion_is_left_behind(site: Site, field: str, value: str) -> None:
    site.guest.post(site.form_path(START), TYPED | {field: value})
    (booking,) = site.bookings()
    assert (booking.interest.service, booking.visitor.zone) == ("", "")


def test_unknown_questions_and_options_are_left_behind(site: Site) -> None:
    answers = "orientierung=ja&dialog=von-frueher&mond=ja&%zz&=&antworten=ja"
    site.guest.post(site.form_path(START), TYPED | {"antworten": answers})
    assert site.bookings()[0].interest.answers == {"orientierung": "ja"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "boese.example"),
        ("Host", "a b"),
        ("X-Forwarded-Host", "boese.example"),
        ("X-Forwarded-Proto", "http"),
        ("Accept-Language", "\xff" * 1000),
        ("Cookie", "session=" + "x" * 5000),
        ("Range", "bytes=0-"),
        ("If-None-Match", '"' * 100),
        ("If-Modified-Since", "Tue, 99 Foo 99999 99:99:99 GMT"),
        ("Content-Length", "-1"),
        ("Content-Length", "abc"),
        ("X-HTTP-Method-Override", "DELETE"),
    ],
)
def test_a_strange_header_changes_nothing(site: Site, name: str, value: str) -> None:
    page = site.guest.get("/quiz", headers={name: value})
    assert page.body == site.guest.get("/quiz").body
