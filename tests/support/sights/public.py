"""The pages that are the same for everyone, and the errors."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from stadtfuehrer.pages import meta as machines
from stadtfuehrer.web import init_context
from stadtfuehrer.web.static import OWN_FOLDER
from tests.support.neighbour import Demonstration
from tests.support.page_rules import INDEXED
from tests.support.pages import Page
from tests.support.sights.sight import FORM, Sight, get
from tests.support.sites import TYPED


def from_another_site(site: Demonstration) -> Page:
    return site.guest.post(FORM, TYPED, status=403, headers={"Sec-Fetch-Site": "cross-site"})


def too_large(site: Demonstration) -> Page:
    return site.guest.post(FORM, {"anliegen": "x" * 70_000}, status=413)


def broken(site: Demonstration) -> Page:
    def fail(_context: object, **_now: object) -> None:
        raise ZeroDivisionError

    with pytest.MonkeyPatch.context() as patch, capture_logs():
        patch.setattr(machines, "examine", fail)
        return site.guest.ask("GET", "/healthz")


def with_face(path: str) -> Sight:
    """The page of a consultant who has given a photo, a logo and facts."""

    def shown(site: Demonstration) -> Page:
        settings = site.context.settings
        facts = ("Seit 2012 für Betriebe mit bis zu 20 Leuten", "Gelernte Buchhändlerin")
        own = replace(settings.consultant, photo="vera.png", logo="vera.png", facts=facts)
        context = replace(site.context, settings=replace(settings, consultant=own))
        folder = context.instance / OWN_FOLDER
        folder.mkdir(exist_ok=True)
        picture = Path(site.app.config["STATIC_FOLDER"], "img", "icon-192.png")
        shutil.copy(picture, folder / "vera.png")
        init_context(site.app, context, site.clock)
        try:
            # The bare address may have been rendered before.
            return site.guest.get(f"{path}?neu=1")
        finally:
            init_context(site.app, site.context, site.clock)

    return shown


def in_a_frame(path: str) -> Sight:
    """A page as it is sent for a frame of another site."""

    def show(site: Demonstration) -> Page:
        settings = site.context.settings
        embedding = replace(settings.site, embed_on=("https://www.firma.example",))
        context = replace(site.context, settings=replace(settings, site=embedding))
        init_context(site.app, context, site.clock)
        return site.guest.get(path, headers={"Sec-Fetch-Dest": "iframe"})

    return show


SIGHTS: dict[str, Sight] = {
    **{f"public {path}": get(path) for path in sorted(INDEXED)},
    "face on home": with_face("/"),
    "face on the guide's page": with_face("/ueber"),
    **{f"framed {path}": in_a_frame(path) for path in ("/termin/kennenlernen", "/quiz", "/fragen")},
    "error 403": from_another_site,
    "error 404": get("/gibt-es-nicht", status=404),
    "error 404 of a kind": get("/termin/kaffee", status=404),
    "error 404 of a booking": get(f"/buchung/{'x' * 43}", status=404),
    "error 405": lambda site: site.guest.post("/", {}, status=405),
    "error 413": too_large,
    "error 500": broken,
}
