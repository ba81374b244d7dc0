"""The consultant's own pictures, and nothing else of the instance folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from stadtfuehrer.web import init_context
from tests.support.sites import Site

PICTURES = {
    "vera.jpg": "image/jpeg",
    "vera.jpeg": "image/jpeg",
    "Vera-2.png": "image/png",
    "vera.avif": "image/avif",
    "vera.gif": "image/gif",
    "vera.webp": "image/webp",
    "logo.svg": "image/svg+xml; charset=utf-8",
}
UNSERVED = [
    "notes.txt",
    "seite.html",
    "skript.js",
    ".png",
    ".versteckt.png",
    "vera.jpg.html",
    "JPG",
]


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    init_context(site.app, replace(site.context, instance=tmp_path / "own"), site.clock)
    folder = tmp_path / "own" / "static"
    (folder / "alt").mkdir(parents=True)
    for name in (*PICTURES, *UNSERVED, "alt/vera.jpg", "../draussen.png"):
        (folder / name).write_bytes(b"<svg/>")
    return folder


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_served_as_what_it_is(site: Site, folder: Path, name: str) -> None:
    got = site.guest.ask("GET", f"/eigenes/{name}")
    assert (got.status, got.body) == (200, b"<svg/>")
    assert got.headers["content-type"] == PICTURES[name]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_picture_is_asked_for_again_and_not_sent_again(site: Site, folder: Path) -> None:
    first = site.guest.ask("GET", "/eigenes/vera.jpg")
    known = {"If-None-Match": first.headers["etag"]}
    again = site.guest.ask("GET", "/eigenes/vera.jpg", headers=known)
    assert (again.status, again.body, first.headers["cache-control"]) == (304, b"", "no-cache")
    (folder / "vera.jpg").write_bytes(b"another one")
    assert site.guest.ask("GET", "/eigenes/vera.jpg", headers=known).body == b"another one"


@pytest.mark.parametrize(
    "name",
    [
        *(*UNSERVED, "fehlt.png", "", "alt", "alt/vera.jpg", "alt%2fvera.jpg", "alt%5cvera.jpg"),
        *("../draussen.png", "..%2fdraussen.png", "%2e%2e%2fdraussen.png", "../secret.key"),
        *("..%2fsecret.key", "%00.png", "vera.jpg%00", "vera.jpg%0a", "//draussen.png"),
    ],
)
def test_whatever_else_lies_there_is_not_found(site: Site, folder: Path, name: str) -> None:
    site.guest.get(f"/eigenes/{name}", status=404)


def test_no_folder_is_no_error(site: Site) -> None:
    assert not (site.context.instance / "static").exists()
    site.guest.get("/eigenes/vera.jpg", status=404)
