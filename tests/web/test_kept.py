"""Pages that are the same for everyone: kept, packed, and known again by their ETag."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.web.frame.kept import KeptPages
from stadtfuehrer.web.frame.packing import coding_for, is_packable, pack
from tests.offices import in_berlin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from tests.web.pages import Page
    from tests.web.sites import Site

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


@pytest.mark.parametrize("path", ["/?x=geheim", "/termin?angebot=marketingberatung", "/quiz"])
def test_what_depends_on_a_query_or_a_visitor_is_not_kept(site: Site, path: str) -> None:
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
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in ask(site, font, Accept_Encoding="br").headers


def test_an_answer_is_kept_for_a_while_only() -> None:
    asked: list[str] = []
    seconds = 0.0

    def within(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        environ["stadtfuehrer.keep"] = True
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(asked)).encode()]

    kept = KeptPages(within, seconds=lambda: seconds)

    def body(path: str = "/", **environ: Any) -> bytes:
        asking = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **environ}
        return b"".join(kept(asking, lambda *_: lambda _: None))

    assert [body(), body(), body("/b"), body(QUERY_STRING="a=b")] == [b"1", b"1", b"2", b"3"]
    assert body(REQUEST_METHOD="POST") == b"4"
    seconds = 600
    assert body() == b"1"
    seconds = 600.1
    assert [body(), body()] == [b"5", b"5"]


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


@given(st.binary(max_size=5000), st.booleans())
def test_what_is_packed_can_be_unpacked(body: bytes, carefully: bool) -> None:  # noqa: FBT001
    assert brotli.decompress(pack(body, "br", carefully=carefully)) == body
    assert gzip.decompress(pack(body, "gzip", carefully=carefully)) == body
    assert pack(body, "identity", carefully=carefully) == body


def test_what_is_worth_packing() -> None:
    assert is_packable("text/html", 1000)
    assert not is_packable("text/html", 999)
    assert not is_packable("font/woff2", 40_000)
