from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.sites import Site
import pytest
from tests.offices import full_answers
from urllib.parse import urlencode
from tests.web.sites import TYPED

@pytest.mark.parametrize("path", ["/","/angebot","/angebot/marketingberatung","/ueber","/impressum","/datenschutz","/barrierefreiheit","/quiz","/termin","/termin/kennenlernen","/termin/kennenlernen?zone=America/New_York","/robots.txt","/sitemap.xml","/.well-known/security.txt","/healthz","/termin/kennenlernen/frei.json"])
def test_page(site: Site, path: str) -> None:
    site.guest.get(path)

def test_book(site):
    g = site.guest
    g.get("/quiz/ergebnis?"+urlencode(full_answers(site.office)))
    g.get("/quiz?"+urlencode(full_answers(site.office)))
    p = g.get(site.form_path(site.free()[0]))
    p = g.press(p, "Termin buchen", TYPED)
    p = g.get(p.location)
    g.get(p.link("In den Kalender"))
    g.get("/nix", status=404)
