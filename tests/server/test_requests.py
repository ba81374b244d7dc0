"""What a client sends, byte by byte: what is answered, what is refused, what counts as sent."""

import time
from collections.abc import Callable

import pytest

from stadtfuehrer.server.channel import LONGEST_UPLOAD, UPLOAD
from stadtfuehrer.server.process import LONGEST_BODY, LONGEST_HEAD
from stadtfuehrer.web import middleware
from tests.support.served import FORM, Served, booking_form, head
from tests.support.wire import Wire

GET = head("GET", "/healthz")
SMUGGLED = head("GET", "/quiz/geschmuggelt")
BODY = b"name=A"


def post(*headers: str, body: bytes = BODY, version: str = "1.1") -> bytes:
    return head("POST", "/quiz/ergebnis", FORM, *headers, version=version) + body


CHUNKED = b"6\r\nname=A\r\n0\r\n\r\n"
REFUSED = {
    "a length and chunks": post("Content-Length: 6", "Transfer-Encoding: chunked", body=CHUNKED),
    "chunks and a length": post("Transfer-Encoding: chunked", "Content-Length: 6", body=CHUNKED),
    "two lengths": post("Content-Length: 6", "Content-Length: 60"),
    "the same length twice": post("Content-Length: 6", "Content-Length: 6"),
    "a list of lengths": post("Content-Length: 6, 6"),
    "a signed length": post("Content-Length: +6"),
    "a negative length": post("Content-Length: -6"),
    "a length in hex": post("Content-Length: 0x6"),
    "an empty length": post("Content-Length:"),
    "chunks in HTTP/1.0": post("Transfer-Encoding: chunked", body=CHUNKED, version="1.0"),
    "chunks twice": post("Transfer-Encoding: chunked, chunked", body=CHUNKED),
    "chunks in two headers": post(
        "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=CHUNKED
    ),
    "chunks and something": post(
        "Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=CHUNKED
    ),
    "a chunk without a size": post("Transfer-Encoding: chunked", body=b"x\r\nname=A\r\n0\r\n\r\n"),
    "a chunk that is longer": post("Transfer-Encoding: chunked", body=b"3\r\nname=A\r\n0\r\n\r\n"),
    "a folded header": head("GET", "/healthz", "X-Lang: eins", " zwei"),
    "a folded length": post("Content-Length:", " 6"),
    "a folded first header": b"GET /healthz HTTP/1.1\r\n Host: stadt.example\r\n\r\n",
    "two hosts": head("GET", "/healthz", "Host: fremd.example"),
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "a blank before the colon": head("GET", "/healthz", "Content-Length : 6"),
    "a header without a colon": head("GET", "/healthz", "Kopf"),
    "NUL in a header": head("GET", "/healthz", "X-Kopf: a\0b"),
    "a bare line feed": head("GET", "/healthz", "X-Kopf: a\nContent-Length: 6"),
    "a bare return": head("GET", "/healthz", "X-Kopf: a\rContent-Length: 6"),
    "HTTP/2.0": head("GET", "/healthz", version="2.0"),
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "no HTTP": b"Guten Tag\r\n\r\n",
    "a small method": head("get", "/healthz"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_message_that_can_be_read_in_two_ways_is_refused(site: Served, name: str) -> None:
    with site.wire() as wire:
        refusal = wire.send(REFUSED[name], SMUGGLED).reply()
        assert (refusal.status, refusal.headers["connection"]) == (400, "close")
        assert refusal.body.decode() == (
            "Diese Anfrage ist unvollständig oder nicht nach den Regeln von HTTP.\n"
        )
        assert refusal.headers["content-type"] == "text/plain; charset=utf-8"
        assert wire.is_closed()


def test_an_unknown_transfer_coding_is_refused(site: Served) -> None:
    with site.wire() as wire:
        wire.send(post("Transfer-Encoding: gzip, chunked", body=CHUNKED), SMUGGLED)
        assert wire.reply().status == 501
        assert wire.is_closed()


def chunked(body: bytes) -> bytes:
    """Two chunks, without the end."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:9], body[9:]))


ENDINGS: dict[str, Callable[[Wire], object]] = {
    "FIN": Wire.finish,
    "close": Wire.close,
    "RST": Wire.reset,
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("way", ["by length", "in chunks"])
def test_a_booking_that_breaks_off_is_none(site: Served, way: str, ending: str) -> None:
    path, body = booking_form(site.visitor)
    length = f"Content-Length: {len(body)}" if way == "by length" else "Transfer-Encoding: chunked"
    sent = body[:-1] if way == "by length" else chunked(body)
    wire = site.wire().send(head("POST", path, FORM, length), sent)
    ENDINGS[ending](wire)
    if ending == "FIN":
        assert wire.reply().status == 400
        wire.close()
    time.sleep(0.1)
    # Whatever it makes of it, it has made before the next one.
    assert site.visitor.get("/healthz").status == 200
    assert site.bookings() == 0


def test_a_head_that_breaks_off_is_refused(site: Served) -> None:
    with site.wire() as wire:
        assert wire.send(GET[:-2]).finish().reply().status == 400
        assert wire.is_closed()


def test_a_client_that_sends_no_more_is_still_answered(site: Served) -> None:
    with site.wire() as wire:
        assert wire.send(GET).finish().reply().status == 200
        assert wire.is_closed()


def test_whole_bookings_by_length_and_in_chunks(site: Served) -> None:
    before = site.bookings()
    for end in (b"", b"0\r\n\r\n", b"0\r\nX-Ende: ja\r\n\r\n"):
        path, body = booking_form(site.visitor)
        length = "Transfer-Encoding: chunked" if end else f"Content-Length: {len(body)}"
        with site.wire() as wire:
            wire.send(head("POST", path, FORM, length), chunked(body) + end if end else body, GET)
            assert (wire.reply().status, wire.reply().body) == (303, b"ok\n")
        before += 1
        assert site.bookings() == before


def test_heads_and_bodies_have_a_limit_and_who_sends_on_hears_of_it(site: Served) -> None:
    more = 1024 * 1024
    long_head = head("GET", "/healthz", f"X-Lang: {'a' * (LONGEST_HEAD + more)}")
    long_body = post(f"Content-Length: {more}", body=b"a" * more)
    in_chunks = post("Transfer-Encoding: chunked", body=b"%x\r\n" % more + b"a" * more)
    for sent, status, said in (
        (long_head, 431, "Der Kopf dieser Anfrage ist zu groß."),
        (long_body, 413, "Diese Anfrage ist zu groß."),
        (in_chunks, 413, "Diese Anfrage ist zu groß."),
    ):
        with site.wire() as wire:
            refusal = wire.send(sent).reply()
            assert (refusal.status, refusal.body.decode()) == (status, f"{said}\n")
            # And not for as long as one likes.
            assert wire.is_closed()


def test_what_just_fits_is_read_by_the_site(site: Served) -> None:
    assert LONGEST_BODY == middleware.LONGEST_BODY
    body = BODY.ljust(LONGEST_BODY, b"A")
    with site.wire() as wire:
        wire.send(post(f"Content-Length: {len(body)}", body=body))
        assert wire.reply().headers["content-type"] == "text/html; charset=utf-8"


def test_a_picture_may_be_longer_at_its_one_address(site: Served) -> None:
    for length, answer in ((LONGEST_UPLOAD, "text/html"), (LONGEST_UPLOAD + 1, "text/plain")):
        with site.wire() as wire:
            wire.send(head("POST", UPLOAD, FORM, f"Content-Length: {length}"))
            if answer == "text/html":  # the site's own answer: whoever sends it has not signed in
                wire.send(bytes(length))
            reply = wire.reply()
            assert reply.status == 413
            assert reply.headers["content-type"] == f"{answer}; charset=utf-8"


def test_a_client_that_waits_to_be_asked_for_its_body(site: Served) -> None:
    expects = "Expect: 100-continue"
    with site.wire() as wire:
        wire.send(post(expects, "Content-Length: 6", body=b""))
        assert wire.reply().status == 100
        assert wire.send(BODY).reply().status == 303
        # Without a body, or with one that is not wanted, nothing is to be waited for.
        assert wire.send(head("GET", "/healthz", expects)).reply().status == 200
        assert wire.send(post(expects, "Content-Length: 70000", body=b"")).reply().status == 413


def test_requests_in_one_packet_are_answered_in_order(site: Served) -> None:
    paths = ["/healthz", "/nix", "/robots.txt", "/", "/healthz"]
    with site.wire() as wire:
        wire.send(*(head("GET", path) for path in paths), b"\r\n", GET)
        statuses = [wire.reply().status for _ in range(len(paths) + 1)]
        assert statuses == [200, 404, 200, 200, 200, 200]
        assert wire.send(GET).reply().status == 200


@pytest.mark.parametrize(
    ("version", "connection", "stays"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close", False),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive", True),
    ],
)
def test_how_long_a_connection_lasts(
    site: Served, version: str, connection: str, *, stays: bool
) -> None:
    with site.wire() as wire:
        request = head("GET", "/", *filter(None, [connection]), version=version)
        reply = wire.send(request).reply()
        assert (reply.version, reply.status) == (f"HTTP/{version}", 200)
        if stays:
            assert wire.send(request).reply().body == reply.body
        else:
            assert reply.headers["connection"] == "close"
            assert wire.is_closed()


def test_a_head_has_the_headers_of_the_get(site: Served) -> None:
    home = site.visitor.get("/")
    static = [line for line in home.body.decode().split('"') if line.startswith("/static/")]
    fonts = [f"{static[0].rpartition('/css/')[0]}/fonts/vollkorn.woff2", "/static/alt/css/site.css"]
    paths = ["/ablauf", *static, *fonts, "/termin/kennenlernen/frei.json", "/quiz", "/nix"]
    for path in paths:
        with site.wire() as wire:
            # The HEAD first: it must not need that somebody has asked for the page.
            without, page = (
                wire.send(head(method, path, "Accept-Encoding: br")).reply(method=method)
                for method in ("HEAD", "GET")
            )
        assert without.status == page.status, path
        assert without.headers | {"date": ""} == page.headers | {"date": ""}, path
        assert (without.body, len(page.body)) == (b"", int(page.headers["content-length"]))


def test_no_header_names_the_server(site: Served) -> None:
    assert {"server", "via"} & site.visitor.get("/").headers.keys() == set()
