"""Texts, pictures and the accent colour, changed in the browser by two who do not know of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from stadtfuehrer.app import create_app
from stadtfuehrer.audit_log import newest_lines
from stadtfuehrer.office.blueprint import LONGEST_UPLOAD
from stadtfuehrer.server import channel
from stadtfuehrer.web import init_context
from tests.support.contexts import opened_context
from tests.support.guest import Guest
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sites import SETTINGS, OpenSite, Site

OFFERS, ABOUT = "/buero/texte/datei/offers.toml", "/buero/texte/datei/pages/ueber.md"
CHEAP, DEAR = "low = 600", "low = 650"
RESTART = ["Gespeichert. Es gilt, sobald die Seite neu gestartet ist."]


@pytest.fixture
def own(site: Site, tmp_path: Path) -> Path:
    """The site's instance, empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    site.context = replace(site.context, instance=folder)
    init_context(site.app, site.context, site.clock)
    return folder


@pytest.fixture
def vera(site: Site, own: Path) -> OfficeGuest:
    return signed_in(site)


def saved(guest: OfficeGuest, path: str, old: str, new: str, *, status: int = 303) -> Page:
    """What comes of it when this is replaced and sent."""
    page = guest.get(path)
    text = page.value("text")
    assert old in text
    return guest.press(page, "Speichern", {"text": text.replace(old, new)}, status=status)


def done(site: Site) -> list[tuple[str, str]]:
    lines = newest_lines(site.context, most=9)
    return [(line.what, line.about) for line in lines if line.about]


def test_a_text_is_saved_and_earlier_ones_come_back(
    site: Site, vera: OfficeGuest, own: Path
) -> None:
    page = vera.get(saved(vera, OFFERS, CHEAP, DEAR).location)
    assert page.notices == RESTART
    assert DEAR in (own / "content/offers.toml").read_text("utf-8")
    assert "Frühere Fassungen" not in page.text  # what was before is what is shipped
    site.clock.turn(hours=1)
    page = vera.get(saved(vera, OFFERS, DEAR, "low = 700").location)
    earlier = vera.get(page.link("bis Montag, 2. März 2026, 10:00 Uhr"))
    assert DEAR in earlier.value("text")
    (said,) = earlier.notices
    assert said.startswith("So lautete er bis Montag, 2. März 2026, 10:00 Uhr. Er gilt erst wieder")
    assert "low = 700" in (own / "content/offers.toml").read_text("utf-8")
    site.clock.turn(hours=1)
    vera.press(earlier, "Speichern")
    assert DEAR in (own / "content/offers.toml").read_text("utf-8")
    assert done(site) == 3 * [("text-changed", "offers.toml")]


def test_back_to_what_is_shipped(vera: OfficeGuest, own: Path) -> None:
    page = vera.get(saved(vera, OFFERS, CHEAP, DEAR).location)
    page = vera.get(vera.press(page, "Zurück zum mitgelieferten Text").location)
    assert not (own / "content/offers.toml").exists()
    assert CHEAP in page.value("text")
    assert any(words.startswith("bis ") for words, _ in page.links())


def test_mistakes_are_named_and_nothing_that_was_typed_is_lost(
    site: Site, vera: OfficeGuest, own: Path
) -> None:
    page = saved(vera, ABOUT, "{{ consultant_name }}", "{{ nachname }}", status=422)
    assert page.mistake("text") == "↑ pages/ueber.md: Zeile 6: „nachname“ gibt es nicht".lstrip(
        "↑ "
    )
    assert "{{ nachname }}" in page.value("text")
    page = saved(vera, OFFERS, '"marketingberatung"', '"beratung"', status=422)
    assert "quiz.toml: services[0]: die Leistung" in page.alert
    page = vera.press(page, "Speichern", {"text": " \n"}, status=422)
    assert page.mistake("text") == "Ganz leer kann er nicht sein."
    assert not (own / "content/offers.toml").exists()
    assert done(site) == []


def test_what_is_shipped_is_checked_before_it_comes_back(vera: OfficeGuest, own: Path) -> None:
    """A quiz of one's own speaks of a service that only the own offers have."""
    for name in ("offers.toml", "quiz.toml"):
        text = vera.get(f"/buero/texte/datei/{name}").value("text")
        (own / "content").mkdir(exist_ok=True)
        (own / "content" / name).write_text(text.replace("marketingberatung", "beratung"))
    page = vera.press(vera.get(OFFERS), "Zurück zum mitgelieferten Text", status=422)
    assert "quiz.toml: services[0]" in page.alert
    assert 'slug = "beratung"' in page.value("text")
    assert (own / "content/offers.toml").exists()


def test_two_at_once_lose_nothing(site: Site, vera: OfficeGuest, own: Path) -> None:
    hers = vera.get(OFFERS)
    saved(signed_in(site), OFFERS, CHEAP, "low = 700")
    mine = hers.value("text").replace(CHEAP, DEAR)
    both = vera.press(hers, "Speichern", {"text": mine}, status=409)
    assert both.alert.startswith("Hier hakt es noch\nInzwischen hat jemand diesen Text geändert")
    assert "low = 700" in "".join(both.by_id("jetzt").itertext())
    assert DEAR in both.value("text")
    assert "low = 700" in (own / "content/offers.toml").read_text("utf-8")
    site.clock.turn(minutes=1)
    vera.press(both, "Speichern")
    assert DEAR in (own / "content/offers.toml").read_text("utf-8")
    # Nobody takes back what they have not seen, either.
    gone = vera.post(
        "/buero/texte/zurueck/offers.toml",
        [
            ("stand", hers.value("stand")),
            ("csrf_token", hers.form("text").filled("Speichern", {})[1][0][1]),
        ],
        status=409,
    )
    assert DEAR in gone.value("text")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("offers.toml", 'title = "Marketingberatung"', 'title = "Ganz neue Beratung"'),
        ("ablauf.toml", 'lead = "', 'lead = "Ganz neue Beratung. '),
        ("fragen.toml", 'lead = "', 'lead = "Ganz neue Beratung. '),
        ("quiz.toml", "[[questions]]", "[[questions]]"),
        ("pages/ueber.md", "Ich bin", "Ganz neue Beratung. Ich bin"),
        ("pages/impressum.md", "\n## ", "\nGanz neue Beratung.\n\n## "),
        ("articles/marketing-als-gespraech.md", "\n\n", "\n\nGanz neue Beratung.\n\n"),
    ],
)
def test_a_preview_is_the_page_and_changes_nothing(
    site: Site, vera: OfficeGuest, own: Path, name: str, old: str, new: str
) -> None:
    page = vera.get(f"/buero/texte/datei/{name}")
    vera.typed.add("Ganz neue Beratung.")
    text = page.value("text").replace(old, new, 1)
    preview = vera.press(page, "Vorschau", {"text": text}, status=200)
    assert ("Ganz neue Beratung" in preview.text) == (old != new)
    assert [one.get("content") for one in preview.all("meta") if one.get("name") == "robots"] == [
        "noindex"
    ]
    assert not (own / "content" / name).exists()
    assert "Ganz neue Beratung" not in site.guest.get("/angebot").text
    assert done(site) == []


def test_a_new_article_is_seen_before_anybody_else_sees_it(vera: OfficeGuest, own: Path) -> None:
    page = vera.get("/buero/texte")
    page = vera.press(page, "Anfangen", {"name": "Was ein Rückruf wert ist"}, status=303)
    page = vera.get(page.location)
    assert page.route == "/buero/texte/datei/articles/was-ein-rueckruf-wert-ist.md"
    assert "title: hier fehlt der Text" in vera.press(page, "Speichern", status=422).alert
    text = page.value("text").replace('""', '"Rückruf"') + "Ruf zurück.\n"
    assert "Ruf zurück." in vera.press(page, "Vorschau", {"text": text}, status=200).text
    page = vera.get(vera.press(page, "Speichern", {"text": text}).location)
    assert "was-ein-rueckruf-wert-ist" in vera.get("/buero/texte").text
    gone = vera.press(page, "Artikel löschen")
    assert gone.location == "/buero/texte"
    assert not (own / "content/articles/was-ein-rueckruf-wert-ist.md").exists()


@pytest.mark.parametrize(
    "path",
    [
        *("/buero/texte/datei/agb.md", "/buero/texte/datei/../stadtfuehrer.toml"),
        *(f"{OFFERS}?stand=gestern", f"{OFFERS}?stand=20260302T080000.000000"),
    ],
)
def test_texts_that_are_not_there(vera: OfficeGuest, path: str) -> None:
    assert vera.get(path, status=404).heading in {
        "Diesen Text gibt es nicht",
        "Diese Seite gibt es nicht",
    }


def upload(guest: OfficeGuest, octets: bytes, *, field: str = "portraet", status: int) -> Page:
    """Send a file as a browser does."""
    token = guest.get("/buero/texte").value("csrf_token")
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="ich.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return guest.post_body(
        "/buero/texte/bild",
        parts.encode() + octets + b"\r\n--x--\r\n",
        status=status,
        content_type="multipart/form-data; boundary=x",
    )


def picture(side: int = 400) -> bytes:
    octets = BytesIO()
    Image.effect_noise((side, side), 90).save(octets, "PNG")
    return octets.getvalue()


def test_a_picture_from_the_telephone(site: Site, vera: OfficeGuest, own: Path) -> None:
    large = picture(1000)
    assert len(large) > 64 * 1024
    page = vera.get(upload(vera, large, status=303).location)
    assert page.notices == RESTART
    assert [path.name for path in (own / "static").iterdir()] == ["portraet.webp"]
    shown = site.guest.ask("GET", "/eigenes/portraet.webp")
    assert (shown.status, shown.headers["content-type"]) == (200, "image/webp")
    assert len(shown.body) <= 30_000
    assert ("/eigenes/portraet.webp", "") in [
        (one.get("src"), one.get("alt")) for one in page.all("img")
    ]
    vera.press(page, "Foto wegnehmen")
    assert [*(own / "static").iterdir()] == []
    assert done(site) == 2 * [("picture-changed", "portraet.webp")]


def test_pictures_that_are_refused(site: Site, vera: OfficeGuest, own: Path) -> None:
    page = upload(vera, b"<svg/>", field="logo", status=422)
    assert "Dein Logo: Das lässt sich nicht als Bild lesen." in page.mistake("logo")
    page = vera.press(vera.get("/buero/texte"), "Bilder speichern", status=422)
    assert page.mistake("portraet") == "Such erst ein Bild aus."
    upload(vera, bytes(LONGEST_UPLOAD), status=413)
    # Whoever has not signed in sends no more than any other form has.
    stranger = OfficeGuest(app=site.app)
    stranger.post_body("/buero/texte/bild", bytes(64 * 1024 + 1), status=413)
    assert not (own / "static").exists()


def test_only_this_address_takes_more_than_a_form(vera: OfficeGuest) -> None:
    vera.post_body(OFFERS, b"text=" + bytes(64 * 1024), status=413)
    assert LONGEST_UPLOAD == channel.LONGEST_UPLOAD
    form = vera.get("/buero/texte").form("portraet")
    assert form.action == channel.UPLOAD


def test_the_accent_colour(site: Site, vera: OfficeGuest, own: Path) -> None:
    page = vera.get("/buero/texte")
    refused = vera.press(page, "Farbe speichern", {"farbe": "#0B4A9E"}, status=422)
    assert refused.mistake("farbe") == (
        "Zu wenig Kontrast: gegen das Blau der Schilder bei Tag nur 1,0 zu 1, nötig sind 3,0 zu 1. "
        "Nimm eine hellere Farbe."
    )
    refused = vera.press(page, "Farbe speichern", {"farbe": "red"}, status=422)
    assert refused.mistake("farbe") == "Eine Farbe sieht so aus: #ffcc1f"
    page = vera.get(vera.press(page, "Farbe speichern", {"farbe": "#FFA94D"}).location)
    assert page.by_id("farbe").get("value") == "#ffa94d"
    assert (own / "static/farbe.css").read_text() == ":root { --yellow: #ffa94d; }\n"
    vera.press(page, "Wieder das Gelb")
    assert not (own / "static/farbe.css").exists()


def test_after_a_new_start_face_sign_and_colour_are_on_every_page(open_site: OpenSite) -> None:
    site = open_site()
    plain = site.app.config["STATIC_DIGEST"]
    vera = signed_in(site)
    for field in ("portraet", "logo"):
        upload(vera, picture(), field=field, status=303)
    vera.press(vera.get("/buero/texte"), "Farbe speichern", {"farbe": "#ffa94d"})
    with renewed(site) as (guest, digest):
        home = guest.get("/")
        shown = [one.get("src") for one in home.all("img")]
        assert shown == ["/eigenes/logo.webp", "/eigenes/portraet.webp"]
        assert digest != plain
        sheet = guest.ask("GET", f"/static/{digest}/css/site.css")
        assert sheet.body.endswith(b":root { --yellow: #ffa94d; }\n")
        assert f"/static/{digest}/css/site.css" in home.body.decode()


@contextmanager
def renewed(site: Site) -> Iterator[tuple[Guest, str]]:
    """A guest of the site after a new start."""
    url = f"sqlite:///{site.context.database.file}"
    with opened_context(site.context.instance, url, changes=SETTINGS) as context:
        app = create_app(context, clock=site.clock)
        yield Guest(app=app), app.config["STATIC_DIGEST"]
