"""Signing in, as somebody in front of a browser does it."""

from tests.support.office import OfficeGuest, signed_in
from tests.support.sites import Site


def test_somebody_signs_in_and_out(site: Site) -> None:
    guest = signed_in(site)
    page = guest.get("/buero")
    assert page.heading == "Büro"
    page = guest.get("/buero/geraete")
    guest.press(guest.get("/buero"), "Abmelden")
    assert guest.get("/buero").heading == "Anmelden"
    guest.get("/buero/protokoll", status=403)


def test_asked(site: Site) -> None:
    guest = OfficeGuest(app=site.app)
    page = guest.press(guest.get("/buero"), "Link schicken", {"email": "vera@stadtfuehrer.example"})
    assert guest.get(page.location).heading == "Schau in deine Mail"
