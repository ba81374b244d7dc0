"""The public surface: a route that appears or vanishes has to be meant."""

import re
from pathlib import Path

from flask import Flask

from stadtfuehrer.app import create_app
from tests.support.sites import Site

ROUTES = """
GET /
GET /angebot
GET /angebot/<slug>
GET /ueber
GET /quiz
GET POST /quiz/ergebnis
POST /quiz/fertig
GET POST /quiz/woche
GET POST /quiz/nachfrage/<token>
GET /termin
GET /termin/<kind>
GET /termin/<kind>/frei.json
GET POST /termin/<kind>/<start>
GET POST /termin/<kind>/warten
GET POST /termin/bestaetigen/<token>
GET /buchung/<token>
GET /buchung/<token>/termin.ics
GET POST /buchung/<token>/verschieben
GET POST /buchung/<token>/absagen
GET POST /buchung/<token>/adresse
GET POST /buchung/<token>/rueckmeldung
GET POST /wie-laeufts/<token>
GET POST /wie-laeufts/<token>/ende
POST /buchung/<token>/einwilligung
POST /buchung/<token>/annehmen
GET POST /buchung/<token>/neu
GET POST /buchung/<token>/kalender
GET POST /frage
GET /frage/<token>
POST /frage/<token>/geholfen
POST /frage/<token>/zurueckziehen
GET /ablauf
GET /fragen
GET /fragen/<row:voice_id>
GET /gehoert
GET /stadtgespraech
GET /stadtgespraech/<slug>
GET /stadtgespraech/feed.xml
GET /impressum
GET /datenschutz
GET /barrierefreiheit
GET /robots.txt
GET /sitemap.xml
GET /.well-known/security.txt
GET /site.webmanifest
GET /favicon.ico
GET /kalender/<secret>.ics
GET /healthz
GET /buero
GET POST /buero/anmelden
GET POST /buero/anmelden/<token>
GET /buero/geraete
POST /buero/geraete/<row:device_id>/abmelden
GET /buero/protokoll
GET /buero/zu
POST /buero/zu/schliessen
POST /buero/zu/oeffnen
GET /buero/zu/<row:change_id>
POST /buero/zu/<row:change_id>/absagen
POST /buero/zu/<row:change_id>/aufheben
GET /buero/zahlen
GET /buero/leads
POST /buero/leads/liste.csv
POST /buero/leads/liste.vcf
GET POST /buero/lead
GET /buero/stimmen
POST /buero/stimmen/gast
GET POST /buero/stimmen/<row:voice_id>
POST /buero/stimmen/<row:voice_id>/gehoert
POST /buero/stimmen/<row:voice_id>/zeigen
POST /buero/stimmen/<row:voice_id>/verbergen
POST /buero/stimmen/<row:voice_id>/ablegen
POST /buero/stimmen/<row:voice_id>/freigeben
POST /buero/stimmen/<row:voice_id>/loeschen
GET /buero/texte
GET /buero/texte/neu
GET POST /buero/texte/datei/<path:name>
POST /buero/texte/vorschau/<path:name>
POST /buero/texte/zurueck/<path:name>
POST /buero/texte/bild
POST /buero/texte/bild/weg
POST /buero/texte/farbe
GET /buero/menschen
POST /buero/menschen/daten.json
POST /buero/menschen/daten.zip
POST /buero/menschen/loeschen
GET /buero/viele
POST /buero/viele/zeigen
POST /buero/viele/absagen
GET /buero/briefe
POST /buero/briefe/<row:letter_id>/nochmal
GET /buero/buchung/<row:booking_id>
GET /einbetten.js
GET POST /buero/buchung/<row:booking_id>/verschieben
GET POST /buero/buchung/<row:booking_id>/absagen
GET POST /buero/buchung/<row:booking_id>/nicht-gekommen
POST /buero/buchung/<row:booking_id>/annehmen
POST /buero/buchung/<row:booking_id>/da
GET POST /buero/buchung/neu
GET /static/<digest>/<path:name>
GET /eigenes/<name>
"""
POSTFACH_ROUTES = """
GET /postfach
GET /postfach/<letter_id>
GET /postfach/<letter_id>/brief.html
GET /postfach/<letter_id>/brief.eml
GET /postfach/<letter_id>/einladung.ics
"""


def listed(table: str) -> set[tuple[str, str]]:
    lines = [line.split() for line in table.splitlines() if line]
    return {(path, method) for *methods, path in lines for method in methods}


def routes(app: Flask) -> set[tuple[str, str]]:
    found = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(found) == len(set(found))
    return set(found)


def test_the_routes_are_those_of_the_contract(site: Site) -> None:
    assert routes(site.app) == listed(ROUTES)


def test_a_postfach_brings_its_own(site: Site, tmp_path: Path) -> None:
    with_postfach = routes(create_app(site.context, letters=tmp_path, postfach_token="x"))
    assert with_postfach - routes(site.app) == listed(POSTFACH_ROUTES)


def test_no_address_is_redirected_to_the_host_that_was_sent(site: Site) -> None:
    """Werkzeug writes it into the redirects that it makes of „//“ and of a missing last slash."""
    paths = {re.sub("<[^>]*>", "x", rule.rule) for rule in site.app.url_map.iter_rules()}
    changed = {
        change
        for path in paths
        for change in (
            *(path, f"{path}/", f"/{path}", f"//{path}", f"{path}//y", path.replace("/", "//")),
            *(path.replace("/x", "//x"), f"/.{path}", f"{path}/../x", f"/{path}%2F%2Fx"),
        )
    }
    led_away = []
    for path in sorted(changed):
        page = site.guest.ask("GET", path, headers={"Host": "fremd.example"})
        if "fremd.example" in page.headers.get("location", ""):
            led_away.append((path, page.headers["location"]))
    assert led_away == []
