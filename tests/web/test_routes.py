"""The public surface: a route that appears or vanishes has to be meant."""

from pathlib import Path

from flask import Flask

from stadtfuehrer.app import create_app
from tests.support.sites import Site

ROUTES = {
    ("/", "GET"),
    ("/angebot", "GET"),
    ("/angebot/<slug>", "GET"),
    ("/ueber", "GET"),
    ("/quiz", "GET"),
    ("/quiz/ergebnis", "GET"),
    ("/quiz/ergebnis", "POST"),
    ("/quiz/fertig", "POST"),
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
    ("/buchung/<token>/rueckmeldung", "GET"),
    ("/buchung/<token>/rueckmeldung", "POST"),
    ("/buchung/<token>/einwilligung", "POST"),
    ("/ablauf", "GET"),
    ("/fragen", "GET"),
    ("/stadtgespraech", "GET"),
    ("/stadtgespraech/<slug>", "GET"),
    ("/stadtgespraech/feed.xml", "GET"),
    ("/impressum", "GET"),
    ("/datenschutz", "GET"),
    ("/barrierefreiheit", "GET"),
    ("/robots.txt", "GET"),
    ("/sitemap.xml", "GET"),
    ("/.well-known/security.txt", "GET"),
    ("/site.webmanifest", "GET"),
    ("/favicon.ico", "GET"),
    ("/healthz", "GET"),
    ("/static/<digest>/<path:name>", "GET"),
}

POSTFACH_ROUTES = {
    ("/postfach", "GET"),
    ("/postfach/<letter_id>", "GET"),
    ("/postfach/<letter_id>/brief.html", "GET"),
    ("/postfach/<letter_id>/brief.eml", "GET"),
    ("/postfach/<letter_id>/einladung.ics", "GET"),
}


def routes(app: Flask) -> set[tuple[str, str]]:
    found = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(found) == len(set(found))
    return set(found)


def test_the_routes_are_those_of_the_contract(site: Site) -> None:
    assert routes(site.app) == ROUTES


def test_a_postfach_brings_its_own(site: Site, tmp_path: Path) -> None:
    with_postfach = routes(create_app(site.context, letters=tmp_path))
    assert with_postfach - routes(site.app) == POSTFACH_ROUTES
