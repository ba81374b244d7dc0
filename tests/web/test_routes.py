"""The public surface: a route that appears or vanishes has to be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.sites import Site

ROUTES = {
    ("/", "GET"),
    ("/angebot", "GET"),
    ("/angebot/<slug>", "GET"),
    ("/ueber", "GET"),
    ("/quiz", "GET"),
    ("/quiz/ergebnis", "GET"),
    ("/quiz/ergebnis", "POST"),
    ("/termin", "GET"),
    ("/termin/<kind>", "GET"),
    ("/termin/<kind>/frei.json", "GET"),
    ("/termin/<kind>/<start>", "GET"),
    ("/termin/<kind>/<start>", "POST"),
    ("/termin/<kind>/warten", "GET"),
    ("/termin/<kind>/warten", "POST"),
    ("/buchung/<token>", "GET"),
    ("/buchung/<token>/termin.ics", "GET"),
    ("/buchung/<token>/verschieben", "GET"),
    ("/buchung/<token>/verschieben", "POST"),
    ("/buchung/<token>/absagen", "GET"),
    ("/buchung/<token>/absagen", "POST"),
    ("/impressum", "GET"),
    ("/datenschutz", "GET"),
    ("/barrierefreiheit", "GET"),
    ("/robots.txt", "GET"),
    ("/sitemap.xml", "GET"),
    ("/.well-known/security.txt", "GET"),
    ("/healthz", "GET"),
    ("/static/<digest>/<path:name>", "GET"),
}


def test_the_routes_are_those_of_the_contract(site: Site) -> None:
    found = [
        (rule.rule, method)
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(found) == len(set(found))
    assert set(found) == ROUTES
