"""Signing in and out as somebody in front of a browser does it, and what others try."""

import re
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from stadtfuehrer.app import create_app
from stadtfuehrer.office.sign_in import print_link
from tests.support.neighbour import Demonstration
from tests.support.office import OfficeGuest, signed_in
from tests.support.page_rules import INDEXED
from tests.support.pages import Page
from tests.support.sites import OpenSite, Site

VERA = "vera@stadtfuehrer.example"
ASK, ENTER, AGAIN = "Link schicken", "Hier anmelden", "Noch einmal senden"
TYPED = [("satz", "Mein Kind ist krank.\nEs tut mir leid."), ("satz", "Noch einer."), ("x", "")]


def link(site: Site) -> str:
    return print_link(site.context, VERA, now=site.clock())


def link_in_letter(site: Demonstration) -> str:
    site.deliver()
    (file,) = site.folder.glob("*-anmelden-*.eml")
    text = file.read_text().replace("=\n", "").replace("=3D", "=")
    (path,) = set(re.findall(r"https://stadtfuehrer\.example(/buero/anmelden/\S+?)[\"\s]", text))
    return str(path)


def stranger(site: Site) -> OfficeGuest:
    return OfficeGuest(app=site.app)


def test_from_a_page_that_is_closed_through_the_letter_to_that_page(
    demonstration: Demonstration,
) -> None:
    guest = stranger(demonstration)
    closed = guest.get("/buero/briefe?nur=wartend", status=403)
    assert closed.heading == "Anmelden"
    asked = guest.press(closed, ASK, {"email": VERA})
    assert guest.get(asked.location).heading == "Schau in deine Mail"
    path = link_in_letter(demonstration)
    on_phone = stranger(demonstration)
    on_phone.get(path)
    entered = on_phone.press(on_phone.get(path), ENTER)  # a scanner had opened it before
    assert entered.location == "/buero/briefe?nur=wartend"
    assert on_phone.get(entered.location).heading == "Briefe"
    assert guest.get("/buero").heading == "Anmelden"  # the phone alone is signed in


def test_the_page_says_the_same_to_everybody(site: Site) -> None:
    answers = []
    for address in (VERA, "fremd@gast.example"):
        guest = stranger(site)
        answer = guest.press(guest.get("/buero"), ASK, {"email": address})
        answers.append((answer.status, answer.location, guest.get(answer.location).body))
    assert answers[0] == answers[1]


def test_a_form_without_an_address_comes_back(site: Site) -> None:
    guest = stranger(site)
    page = guest.press(guest.get("/buero/geraete", status=403), ASK, {"email": "vera@"}, status=422)
    assert (page.value("email"), page.value("weiter")) == ("vera@", "/buero/geraete")
    assert page.mistake("email").startswith("Diese E-Mail-Adresse ist nicht vollständig.")


def test_whoever_asks_too_often_waits(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    guest = stranger(site)
    guest.press(guest.get("/buero"), ASK, {"email": VERA})
    page = guest.press(guest.get("/buero"), ASK, {"email": VERA}, status=429)
    assert "Das waren sehr viele Formulare auf einmal." in page.alert


@pytest.mark.parametrize("onward", ["https://fremd.example/", "//fremd.example", "/termin"])
def test_a_link_leads_nowhere_else(site: Site, onward: str) -> None:
    guest = stranger(site)
    page = guest.get(f"{link(site)}?weiter={onward}")
    assert guest.press(page, ENTER).location == "/buero"


def test_a_used_an_old_and_a_forged_link_say_so_and_offer_a_new_one(site: Site) -> None:
    guest, used, old = stranger(site), link(site), link(site)
    shown = guest.get(used)
    stale = guest.get(old)
    guest.press(shown, ENTER)
    thief = stranger(site)
    site.clock.turn(minutes=15)
    for path in (used, old, f"/buero/anmelden/{'x' * 43}"):
        page = thief.get(path, status=410)
        assert page.heading == "Dieser Link gilt nicht mehr"
        assert ASK in page.form("email").buttons
    guest.press(guest.press(stale, ENTER, status=403), AGAIN, status=410)
    assert guest.get("/buero/geraete").heading == "Geräte"


def test_two_who_press_with_the_same_link_are_not_both_let_in(site: Site) -> None:
    path, first, second = link(site), stranger(site), stranger(site)
    shown = second.get(path)
    first.press(first.get(path), ENTER)
    assert second.press(shown, ENTER, status=410).heading == "Dieser Link gilt nicht mehr"
    assert second.get("/buero").heading == "Anmelden"


def test_the_session_before_signing_in_is_worth_nothing_after_it(site: Site) -> None:
    guest = stranger(site)
    page = guest.get(link(site))
    planted = guest.cookie
    guest.press(page, ENTER)
    assert guest.cookie != planted
    thief = stranger(site)
    thief.cookie = planted
    assert thief.get("/buero").heading == "Anmelden"


def test_the_list_of_devices_signs_out_another(site: Site) -> None:
    phone, laptop = signed_in(site), signed_in(site)
    page = laptop.get("/buero/geraete")
    assert page.text.count("Chrome, Linux") == 3  # both, and at the foot
    own, of_phone, _foot = (form.action for form in page.forms())
    token = page.value("csrf_token")
    laptop.post(of_phone, {"csrf_token": token})
    phone.get("/buero/geraete", status=403)
    again = laptop.post(of_phone, {"csrf_token": token}, status=404)
    assert again.heading == "Dieses Gerät ist schon abgemeldet"
    assert [form.action for form in laptop.get("/buero/geraete").forms()] == [own, own]


def test_whoever_signs_out_is_out_at_once(site: Site) -> None:
    guest, other = signed_in(site), signed_in(site)
    stolen = guest.cookie
    guest.press(guest.get("/buero"), "Abmelden")
    for cookie in (guest.cookie, stolen):
        guest.cookie = cookie
        guest.get("/buero/briefe", status=403)
    assert other.get("/buero/briefe").heading == "Briefe"


def fields(page: Page) -> list[tuple[str, str]]:
    (form,) = (form for form in page.forms() if AGAIN in form.buttons)
    return [pair for pair in form.fields if pair[0] != "csrf_token"]


def test_what_was_typed_outlives_the_session(site: Site) -> None:
    guest = signed_in(site)
    site.clock.turn(days=30)
    path = "/buero/briefe/1/nochmal?x=%C3%A4"
    page = guest.post(path, TYPED, status=403)
    assert page.heading == "Noch nicht gespeichert"
    assert "Mein Kind ist krank." in page.text
    assert fields(page) == TYPED
    # In another window of the same browser.
    guest.press(guest.get(link(site)), ENTER)
    page = guest.press(page, AGAIN, status=403)
    assert fields(page) == TYPED
    assert guest.press(page, AGAIN, status=409).path == path


@pytest.mark.parametrize("token", ["", "x", "foreign"])
def test_a_form_needs_the_token_of_its_session(site: Site, token: str) -> None:
    guest = signed_in(site)
    sent = signed_in(site).get("/buero").value("csrf_token") if token == "foreign" else token
    ours = guest.get("/buero/geraete")
    action = ours.forms()[-1].action
    page = guest.post(action, {"csrf_token": sent}, status=403)
    assert page.heading == "Noch nicht gespeichert"
    assert guest.get("/buero/geraete").heading == "Geräte"
    guest.press(page, AGAIN)
    guest.get("/buero/geraete", status=403)


@pytest.mark.parametrize(
    "foreign", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_what_another_site_sends_is_refused_in_the_offices_face(
    site: Site, foreign: dict[str, str]
) -> None:
    guest = signed_in(site)
    page = guest.get("/buero/geraete")
    form = page.forms()[0]
    refused = guest.post(form.action, form.fields, status=403, headers=foreign)
    assert refused.heading == "Dieses Formular kam von einer anderen Seite"
    assert refused.link("Ins Büro") == "/buero"
    assert guest.get("/buero/geraete").heading == "Geräte"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("cookie", ["__Host-buero=x", "__Host-buero=e30.aaaaaa.bbbb", "buero=x"])
def test_a_forged_cookie_opens_nothing(site: Site, cookie: str, method: str) -> None:
    guest = stranger(site)
    guest.cookie = cookie
    if method == "GET":
        guest.get("/buero/briefe", status=403)
    else:
        guest.post("/buero/briefe/1/nochmal", {}, status=403)


def test_every_page_of_the_office_is_closed_to_strangers(site: Site) -> None:
    open_to_all = {"/buero/anmelden", "/buero/anmelden/<token>"}
    for rule in site.app.url_map.iter_rules():
        if not rule.rule.startswith("/buero") or rule.rule in open_to_all:
            continue
        path = re.sub("<[^>]*>", "1", rule.rule)
        guest = stranger(site)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            if method == "POST":
                assert guest.post(path, {}, status=403).heading == "Noch nicht gespeichert"
            else:
                assert (
                    guest.get(path, status=200 if path == "/buero" else 403).heading == "Anmelden"
                )


def test_public_pages_neither_set_a_cookie_nor_look_at_it(site: Site) -> None:
    guest = signed_in(site)
    for path in (*sorted(INDEXED), "/quiz", "/termin/kennenlernen", "/frei-erfunden", "/healthz"):
        # Its headers are exactly those that anybody gets, „Vary“ too.
        page = guest.ask("GET", path)
        site.guest.check(page)
        assert page.body == site.guest.ask("GET", path).body


def test_a_new_key_signs_nobody_out_and_loses_no_form(site: Site) -> None:
    guest = signed_in(site)
    form = guest.get("/buero")
    renewed = replace(site.context, secret=b"another", old_secrets=(site.context.secret,))
    guest.app = create_app(renewed, clock=site.clock)
    assert guest.get("/buero/geraete").heading == "Geräte"
    guest.press(guest.press(form, "Abmelden", status=403), AGAIN)
    guest.get("/buero/geraete", status=403)


def test_without_encryption_the_cookie_has_no_prefix(open_site: OpenSite) -> None:
    site = open_site({"site.url": '"http://127.0.0.1:8000"'})
    page = stranger(site)
    answer = super(OfficeGuest, page).ask("GET", "/buero")
    assert re.fullmatch(r"buero=\S+; HttpOnly; Path=/; SameSite=Lax", answer.headers["set-cookie"])


def test_neither_link_nor_key_is_logged(site: Site) -> None:
    path = link(site)
    with capture_logs() as logs:
        guest = stranger(site)
        guest.press(guest.get(path), ENTER)
        guest.get(path, status=410)
    assert {one["view"] for one in logs} == {"office.enter", "office.entered"}
    assert path.rpartition("/")[2] not in str(logs)


def test_errors_have_the_offices_face(site: Site) -> None:
    guest = signed_in(site)
    for path in ("/buero/gibt-es-nicht", "/buero/buchung/1", f"/buero/buchung/{2**31}"):
        assert guest.get(path, status=404).link("Ins Büro") == "/buero"
    assert guest.post("/buero/briefe", {}, status=405).link("Ins Büro") == "/buero"
    site.lose_database()
    with capture_logs():
        page = guest.get("/buero/briefe", status=503)
    assert (page.heading, page.link("Ins Büro")) == (
        "Gerade kann ich nichts aufschreiben",
        "/buero",
    )


def test_a_booking_by_its_number(site: Site) -> None:
    guest = signed_in(site)
    site.book(site.free()[0])
    assert guest.get("/buero/buchung/1").heading == "Änne Müller"
