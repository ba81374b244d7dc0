"""Pages that are the same for everyone: cached, packed, and known again by their ETag."""

import gzip
import re
from math import inf
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import brotli
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.bootstrap import shipped_folders
from stadtfuehrer.web.compression import Coding, Level, coding_for, compressed, is_compressible
from stadtfuehrer.web.forms import find_form_token
from stadtfuehrer.web.page_cache import PageCache
from stadtfuehrer.web.page_cache import cache as cached
from stadtfuehrer.web.renewal import renew_pages
from tests.support.contexts import full_answers
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
def test_every_coding_says_the_same(site: Site, path: str) -> None:
    plain = ask(site, path)
    for accepted in ("", "gzip", "br", "gzip, deflate, br, zstd", "*", "br;q=0"):
        page = ask(site, path, Accept_Encoding=accepted)
        assert unpacked(page) == plain.body
        if len(plain.body) >= 1000 and accepted not in {"", "br;q=0"}:
            assert len(page.body) < len(plain.body) / 2
            assert page.headers["etag"] != plain.headers["etag"]
            assert page.headers["vary"] == "Accept-Encoding"
        differing = {name for name, _ in page.headers.items() ^ plain.headers.items()}
        assert differing <= {"content-length", "content-encoding", "etag"}


@pytest.mark.parametrize("path", SAME)
def test_who_has_a_page_already_is_not_sent_it(site: Site, path: str) -> None:
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


def test_nothing_of_a_request_stays_in_the_cache(site: Site) -> None:
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
    sent = unpacked(sheet).decode()
    without_blanks = "".join(sent.split())
    assert [line for line in rules if "".join(line.split()) not in without_blanks] == []
    assert ".foot h2{font-size:" in sent.replace(": ", ":")
    assert "/*" not in sent
    assert "\n" not in sent.strip()
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in ask(site, font, Accept_Encoding="br").headers


def test_a_page_is_rendered_again_after_some_minutes_and_a_static_file_never(
    tmp_path: Path,
) -> None:
    seconds, rendered = 0.0, []
    app = Flask("numbered")
    cache = PageCache(app.wsgi_app, tmp_path, clock=lambda: seconds)
    app.wsgi_app = cache  # type: ignore[method-assign]
    app.after_request(cache.keep)

    @app.get("/<name>")
    def numbered(name: str) -> tuple[str, int]:
        rendered.append(name)
        if name != "other":
            cached(inf if name == "static" else 600)
        return str(len(rendered)), 404 if name == "gone" else 200

    client = app.test_client()

    def body(path: str, method: str = "GET") -> str:
        return client.open(path, method=method).text

    assert [body("/a"), body("/a"), body("/b"), body("/static")] == ["1", "1", "2", "3"]
    assert [body("/other"), body("/other"), body("/gone"), body("/gone")] == ["4", "5", "6", "7"]
    assert [body("/a?x=1"), body("/a?x=1"), body("/a")] == ["8", "9", "1"]
    seconds = 599.9
    assert body("/a") == "1"
    seconds = 600
    assert [body("/a"), body("/a"), body("/static")] == ["10", "10", "3"]
    assert body("/c", "HEAD") == ""
    assert body("/c") == "11"
    # What people said was published, or taken back.
    renew_pages(tmp_path)
    assert [body("/a"), body("/a"), body("/static")] == ["12", "12", "3"]
    renew_pages(tmp_path)
    assert body("/a") == "13"


def cached_in(site: Site) -> dict[tuple[str, str, bool], object]:
    cache = site.app.wsgi_app
    assert isinstance(cache, PageCache)
    return dict(cache._pages)


def test_a_question_mark_in_a_path_begins_no_query(site: Site) -> None:
    assert ask(site, "/quiz?x=1").status == 200
    assert ask(site, "/quiz%3Fx=1").status == 404


@pytest.mark.parametrize("path", ["//", "///ueber", "{css}/", "{folder}/./site.css"])
def test_other_names_of_a_page_are_not_cached(site: Site, path: str) -> None:
    home = ask(site, "/").body.decode()
    css = next(part for part in home.split('"') if part.endswith("site.css"))
    asked = path.format(css=css, folder=css.rpartition("/")[0])
    before = len(cached_in(site))
    for _ in range(2):
        ask(site, asked)
    assert len(cached_in(site)) == before


@pytest.mark.parametrize("path", ["/termin/kennenlernen/20260305T080000Z", "/quiz/ergebnis"])
def test_every_visitor_gets_a_key_of_their_own(site: Site, path: str) -> None:
    if path == "/quiz/ergebnis":
        path += f"?{urlencode(full_answers(site.context))}"
    pages = [unpacked(ask(site, path, Accept_Encoding="br")).decode() for _ in range(3)]
    keys = [re.findall(r'name="schluessel"[^>]* value="([^"]+)"', page)[0] for page in pages]
    assert len({key.id for one in keys if (key := find_form_token(site.context, one))}) == 3
    assert len({page.replace(key, "") for page, key in zip(pages, keys, strict=True)}) == 1


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


@given(st.binary(max_size=5000), st.sampled_from(get_args(Level)))
def test_what_is_packed_can_be_unpacked(body: bytes, level: Level) -> None:
    assert brotli.decompress(compressed(body, "br", level)) == body
    assert gzip.decompress(compressed(body, "gzip", level)) == body
    assert compressed(body, "identity", level) == body


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_is_large_is_never_compressed_hard(coding: Coding) -> None:
    lines = [f"<loc>https://stadtfuehrer.example/fragen/{number}</loc>" for number in range(9_000)]
    large = "".join(lines).encode()
    small = large[:200_000]
    assert compressed(large, coding, "best") == compressed(large, coding, "fast")
    assert compressed(small, coding, "best") != compressed(small, coding, "fast")


def test_what_is_worth_packing() -> None:
    assert is_compressible("text/html", 1000)
    assert not is_compressible("text/html", 999)
    assert not is_compressible("font/woff2", 40_000)
