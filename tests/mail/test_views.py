"""The postfach in the browser: the pile, each letter, its invitation and files, nothing else."""

import re
from base64 import b64encode
from hashlib import sha256

import html5lib

from stadtfuehrer.mail.postfach import kind_in_words
from tests.support.neighbour import KINDS, TOKEN, Demonstration, Neighbour
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page, words
from tests.support.sites import Site
from tests.support.statements import statements

CONSULTANT = "Vera Beispiel <vera@stadtfuehrer.example>"
GUEST = "Änne Müller <aenne@gast.example>"
SITE = "Vera Beispiel – Stadtführer <termine@stadtfuehrer.example>"
HOSTILE = '<script>alert(1)</script> "O\'Hara", {{ 7*7 }} & Söhne'


def facts(page: Page) -> dict[str, str]:
    """What the lists of facts on a letter's page say."""
    terms = [words(one) for one in page.all("dt")]
    return dict(zip(terms, [words(one) for one in page.all("dd")], strict=True))


def pile(page: Page) -> list[list[str]]:
    """The lines of each letter in the list."""
    return [words(one).split("\n") for one in page.by_id("briefe")]


def allowed_hashes(page: Page) -> set[str]:
    return set(re.findall(r"'sha256-([^']+)'", page.headers["content-security-policy"]))


def styles_in(page: Page) -> set[str]:
    """Hashes of the styles as a browser's parser finds them."""
    root = html5lib.parse(page.body.decode(), namespaceHTMLElements=False)
    styles = [one.attrib["style"] for one in root.iter() if "style" in one.attrib]
    styles += [one.text or "" for one in root.iter("style")]
    assert styles
    return {b64encode(sha256(style.encode()).digest()).decode() for style in styles}


def test_an_empty_postfach_says_how_a_letter_gets_there(demonstration: Demonstration) -> None:
    page = demonstration.look()
    assert page.heading == "Postfach der Vorführung"
    hint = page.by_id("leer")
    assert words(hint) == (
        "Noch keine Briefe. Buche einen Termin, dann liegt hier gleich die Bestätigung."
    )
    assert hint.get("hidden") is None
    assert pile(page) == []
    assert page.link("Einen Termin buchen") == "/termin"
    assert page.link("Neu laden") == "/postfach"


def test_the_pile_is_newest_first_and_needs_no_database(lived: Demonstration) -> None:
    with statements(lived) as sent:
        page = lived.look()
        for letter_id in lived.letter_ids().values():
            lived.look(f"/{letter_id}")
    assert sent == []
    assert page.by_id("leer").get("hidden") is not None
    letters = pile(page)
    assert [(lines[0], lines[3]) for lines in letters] == [
        ("Gast", "Testergebnis"),
        ("Gast", "Absage, nimmt die Einladung zurück"),
        ("Beratung", "Absage, nimmt die Einladung zurück"),
        ("Gast", "Verschoben, mit geänderter Einladung"),
        ("Beratung", "Verschoben, mit geänderter Einladung"),
        ("Beratung", "Neuer Termin, mit Einladung"),
        ("Gast", "Bestätigung, mit Einladung"),
    ]
    assert "Kennenlerngespräch" in letters[-1][1]
    assert letters[-1][2:] == [
        "An Änne Müller",
        "Bestätigung, mit Einladung",
        "Montag, 2. März 2026, 09:00 Uhr",
    ]


def test_a_letter_of_each_kind_as_its_reader_gets_it(lived: Demonstration) -> None:
    for kind in KINDS:
        letter_id = lived.letter_ids()[kind]
        page = lived.look(f"/{letter_id}")
        to_consultant = kind.endswith("beratung") or kind == "einladung"
        reader = "die Beratung" if to_consultant else "den Gast"
        assert f"{kind_in_words(kind)} für {reader}" in page.text
        found = facts(page)
        assert found["Von"].endswith("Stadtführer <termine@stadtfuehrer.example>")
        sides = (CONSULTANT, SITE) if to_consultant else (GUEST, CONSULTANT)
        if kind != "ergebnis":
            assert (found["An"], found["Antwort an"]) == sides
        assert found["Datum"] == "Montag, 2. März 2026, 09:00 Uhr"
        (frame,) = page.all("iframe")
        assert frame.get("title") == f"Der Brief: {page.heading}"
        shown = lived.look(f"/{letter_id}/brief.html")
        assert b'<base target="_top">' in shown.body
        assert allowed_hashes(shown) == styles_in(shown)
        as_text = lived.look(f"/{letter_id}?form=text")
        assert (as_text.all("iframe"), as_text.heading) == ([], page.heading)
        assert as_text.text.startswith(page.text[: page.text.index("Nur Text")])
        has_invitation = kind != "ergebnis"
        assert ("Die Einladung" in page.text.split("\n")) is has_invitation
        assert ("Einladung als .ics" in page.text) is has_invitation
        lived.look(f"/{letter_id}/einladung.ics", status=200 if has_invitation else 404)


DAY, MOVED = "Donnerstag, 5. März 2026", "Dienstag, 31. März 2026"


def test_the_invitation_in_words(lived: Demonstration) -> None:
    in_file = "08:00–08:30 Uhr (UTC)"
    booked = f"{DAY}, 09:00–09:30 Uhr (Zeit in Berlin, UTC+1)\nin der Datei: {DAY}, {in_file}"
    moved = f"{MOVED}, 10:00–10:30 Uhr (Zeit in Berlin, UTC+2)\nin der Datei: {MOVED}, {in_file}"
    for kind, effect, version, when in (
        ("bestaetigung", "Trägt den Termin in den Kalender ein.", "REQUEST, SEQUENCE 0", booked),
        (
            "verschoben-beratung",
            "Ersetzt den Eintrag, der schon im Kalender steht.",
            "REQUEST, SEQUENCE 1",
            moved,
        ),
        ("absage-gast", "Nimmt den Eintrag aus dem Kalender.", "CANCEL, SEQUENCE 2", moved),
    ):
        page = lived.look(f"/{lived.letter_ids()[kind]}")
        assert effect in page.text.split("\n")
        expected = {
            "Titel": "Kennenlerngespräch: Änne Müller und Vera Beispiel",
            "Wann": when,
            "Wo": "Telefon: +49 30 5550 77",
            "Lädt ein": "Vera Beispiel – Stadtführer <termine@stadtfuehrer.example>",
            "Eingeladen": f"{GUEST}\n{CONSULTANT}",
            "Kennung": lived.bookings()[0].uid,
            "Fassung": version,
        }
        assert facts(page).items() >= expected.items()


def test_files_are_those_that_were_sent_and_links_lead_on(lived: Demonstration) -> None:
    letter_id = lived.letter_ids()["verschoben-gast"]
    page = lived.look(f"/{letter_id}")
    message = lived.neighbour.get(page.link("Brief als .eml"))
    assert message.body == (lived.folder / f"{letter_id}.eml").read_bytes()
    assert message.headers["content-disposition"] == 'attachment; filename="verschoben-gast.eml"'
    calendar = lived.neighbour.get(page.link("Einladung als .ics"))
    assert b"METHOD:REQUEST\r\n" in calendar.body
    assert b"SEQUENCE:1\r\n" in calendar.body
    assert calendar.headers["content-disposition"] == 'attachment; filename="einladung.ics"'
    page = lived.look(f"/{lived.letter_ids()['bestaetigung']}?form=text")
    (booking,) = {href for _, href in page.links() if re.search(r"/buchung/[^/]+$", href)}
    assert booking.startswith(f"{ORIGIN}/buchung/")
    ways = {href.removeprefix(booking) for _, href in page.links() if href.startswith(booking)}
    assert ways == {"", "/verschieben", "/absagen"}


def test_what_others_wrote_is_shown_and_not_run(demonstration: Demonstration) -> None:
    demonstration.neighbour.typed |= {HOSTILE, " ".join(HOSTILE.split())}
    letter_id = demonstration.lay(HOSTILE, name=HOSTILE)
    listed = demonstration.look()
    assert HOSTILE in listed.text
    page = demonstration.look(f"/{letter_id}")
    assert page.heading == HOSTILE
    assert facts(page)["An"] == f"{HOSTILE} <gast@gast.example>"
    assert {one.get("src", "").partition("/js/")[2] for one in page.all("script")} == {"site.js"}


def test_a_file_that_is_no_letter_is_shown_as_far_as_it_goes(demonstration: Demonstration) -> None:
    demonstration.folder.mkdir()
    name = "20260302T080000.000000Z-unbekannt-1"
    (demonstration.folder / f"{name}.eml").write_bytes(b"\xff\x00 kein Brief")
    assert pile(demonstration.look())[0][1] == "Ohne Betreff"
    page = demonstration.look(f"/{name}")
    assert page.heading == "Ohne Betreff"
    assert "Brief für den Gast" in page.text
    assert page.all("iframe") == []
    demonstration.look(f"/{name}/brief.html", status=404)


def test_the_list_is_sent_again_only_when_it_changed(demonstration: Demonstration) -> None:
    empty = demonstration.look()
    known = {"If-None-Match": empty.headers["etag"]}
    unchanged = demonstration.neighbour.ask("GET", "/postfach", headers=known)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert empty.by_id("briefe").get("data-stand") == empty.headers["etag"].strip('"')
    demonstration.lay("Neu")
    changed = demonstration.neighbour.get("/postfach", headers=known)
    assert [lines[1] for lines in pile(changed)] == ["Neu"]
    assert changed.headers["etag"] != empty.headers["etag"]


def test_older_letters_are_only_counted(demonstration: Demonstration) -> None:
    demonstration.lay("Der älteste")
    message = (demonstration.folder / "20260302T080000.000000Z-bestaetigung-1.eml").read_bytes()
    for number in range(51):
        name = f"20260302T080001.{number:06d}Z-bestaetigung-1.eml"
        (demonstration.folder / name).write_bytes(message)
    page = demonstration.look()
    assert len(pile(page)) == 50
    assert "2 ältere Briefe liegen im Ordner „postfach“" in page.text


STRANGE = [
    *("..", "../secret.key", "%2e%2e/secret.key", "..%2fsecret.key", "..%2Fsecret"),
    *("/etc/passwd", "secret", "nix.eml", "%00", "*", "a" * 5000),
    *(f"{one}0260302T080000.000000Z-bestaetigung-1.eml" for one in ("2", ".2")),
    "20260302T080000.000000Z-bestaetigung-2",
]


def test_an_address_reaches_no_other_file_and_changes_nothing(demonstration: Demonstration) -> None:
    letter_id = demonstration.lay("Hallo")
    (demonstration.folder.parent / "secret.key").write_text("geheim")
    (demonstration.folder / "secret.eml").write_text("geheim")
    for strange in STRANGE:
        for page in ("", "/brief.html", "/brief.eml", "/einladung.ics"):
            assert b"geheim" not in demonstration.look(f"/{strange}{page}", status=404).body
    for method in ("POST", "PUT", "DELETE"):
        for path in ("/postfach", f"/postfach/{letter_id}", f"/postfach/{letter_id}/brief.eml"):
            assert demonstration.neighbour.ask(method, path).status == 405
    assert len(list(demonstration.folder.iterdir())) == 2


def test_the_token_is_exchanged_for_a_cookie(demonstration: Demonstration) -> None:
    client = demonstration.app.test_client()
    for scheme, secure in (("http", ""), ("https", "Secure; ")):
        opened = client.get(f"/postfach?token={TOKEN}", base_url=f"{scheme}://stadt.example")
        assert (opened.status_code, opened.location) == (303, "/postfach")
        assert opened.headers.getlist("Set-Cookie") == [
            f"postfach={TOKEN}; {secure}HttpOnly; Path=/postfach; SameSite=Strict"
        ]
        assert opened.headers["Cache-Control"] == "no-store"
        assert opened.headers["Referrer-Policy"] == "no-referrer"
        shown = client.get("/postfach", base_url=f"{scheme}://stadt.example")
        assert "Postfach der Vorführung" in shown.text
        # The public pages neither get the cookie nor set one.
        assert client.get_cookie("postfach", "stadt.example", "/") is None
        assert "Set-Cookie" not in client.get("/", base_url=f"{scheme}://stadt.example").headers


WRONG = ["", "x", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "ä", "%ff", "%00"]


def test_strangers_find_the_ordinary_page_for_wrong_addresses(demonstration: Demonstration) -> None:
    letter_id = demonstration.lay("Hallo")
    guest = demonstration.guest
    plain = guest.get("/postfach-nix", status=404)
    for path in ("/postfach", f"/postfach/{letter_id}", f"/postfach/{letter_id}/brief.eml"):
        for page in (
            guest.get(path, status=404),
            *(guest.get(f"{path}?token={wrong}", status=404) for wrong in WRONG),
            *(guest.get(path, status=404, headers={"Cookie": f"postfach={it}"}) for it in WRONG),
        ):
            assert (page.body, page.headers) == (plain.body, plain.headers)
        assert guest.ask("POST", path).body == plain.body
    # The token opens the list, and no letter by itself.
    guest.get(f"/postfach/{letter_id}?token={TOKEN}", status=404)


def test_no_page_leads_there(lived: Demonstration) -> None:
    """Who may look is told its address; everybody else would find nothing."""
    for path in ("/", "/termin", "/quiz", "/postfach-nix"):
        assert "postfach" not in lived.guest.ask("GET", path).body.decode().lower()


def test_there_is_no_postfach_while_letters_are_sent(site: Site) -> None:
    page = Neighbour(app=site.app).get("/postfach", status=404)
    assert page.body == site.guest.get("/nix", status=404).body
