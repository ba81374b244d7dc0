"""The whole dialogue: asked, answered by letter, helped, published, heard, taken back, gone."""

import sqlite3
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import PATIENCE_SECONDS, Town
from tests.support.browsers import CHROMIUM_ONLY, OpenPage
from tests.support.mailbag import Read, read_message
from tools.until import until

OFFER = "/angebot/marketingkonzeption"
WHERE = ("/", OFFER, "/fragen", "/gehoert", "/stadtgespraech/feed.xml", "/sitemap.xml")
PHONE = {"width": 360, "height": 740}


@CHROMIUM_ONLY
@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_question_to_what_came_of_it_and_back(
    town: Town, open_page: OpenPage, *, javascript: bool
) -> None:
    mark = uuid.uuid4().hex[:12]
    question, sentence = f"Lohnt sich ein Plan für {mark}?", f"Der Plan hat jetzt {mark[::-1]}."
    guest = f"{mark}@gast.example"
    with (
        open_page(javascript=javascript, viewport=PHONE) as asker,
        open_page(javascript=javascript, viewport=PHONE) as office,
    ):
        ask(asker, town, question, guest)
        thanks = letter(town, "gefragt", guest)
        assert mark not in thanks.text.replace(guest, "")
        told = letter(town, "stimme", mark)

        steps.sign_in(office, town)
        office.goto(link(told, "/buero/stimmen/"))
        steps.heading(office, "Frage von Änne Müller")
        steps.fill_in(office, antwort=f"Ja, wenn du *einen* Weg gehst, {mark}.")
        office.get_by_label("Frage und Antwort veröffentlichen").check()
        office.get_by_role("button", name="Vorschau").click()
        steps.heading(office, "Das liest Änne Müller")
        expect(office.get_by_role("article")).to_contain_text(question)
        office.get_by_role("button", name="Senden").click()
        expect(office.get_by_role("status")).to_have_text("Gesendet.")

        answer = letter(town, "antwort", guest)
        asker.goto(link(answer, "geholfen=ja"))
        steps.heading(asker, "Die Antwort auf deine Frage")
        own = asker.url.partition("?")[0]
        asker.get_by_role("button", name="Ja, das hilft").click()
        expect(asker.get_by_role("status")).to_have_text("Ja, sagst du. Danke, das freut mich.")

        office.reload()
        expect(office.get_by_role("main")).to_contain_text("hat geholfen")
        steps.fill_in(office, satz=sentence)
        office.get_by_text("Getan", exact=True).click()
        office.get_by_role("button", name="Speichern").click()
        expect(office.get_by_role("status")).to_contain_text("Gehört, getan")

        asker.goto(link(answer, "/fragen/"))
        steps.heading(asker, question)
        expect(asker.get_by_role("main")).to_contain_text(sentence)
        number = asker.url.rpartition("/")[2]
        seen = {path for path in WHERE if mark in source(asker, town, path)}
        assert seen == {OFFER, "/fragen", "/gehoert", "/stadtgespraech/feed.xml"}
        assert f"/fragen/{number}<" in source(asker, town, "/sitemap.xml")

        asker.goto(own)
        asker.get_by_text("Zurücknehmen", exact=True).click()
        asker.get_by_role("button", name="Zurücknehmen und löschen").click()
        steps.heading(asker, "Das ist gelöscht")
        steps.leaves_no_trace(asker)
        assert [path for path in WHERE if mark in source(asker, town, path)] == []
        assert f"/fragen/{number}<" not in source(asker, town, "/sitemap.xml")
        assert sentence in source(asker, town, "/gehoert")
        answered = asker.goto(f"{town.address}/fragen/{number}")
        assert answered is not None
        assert answered.status == 404
        assert traces(town, mark) == []


def ask(page: Page, town: Town, question: str, guest: str) -> None:
    page.goto(town.address + OFFER)
    page.get_by_role("link", name="Frag mich").click()
    page.get_by_label("Deine Frage").fill(question)
    page.locator(".ask, main").get_by_label("Dein Name").fill("Änne Müller")
    page.locator(".ask, main").get_by_label("Deine E-Mail-Adresse").fill(guest)
    page.get_by_label("Frage und Antwort dürfen hier stehen.").check()
    page.get_by_label("Mit meinem Vornamen; sonst ohne Namen.").check()
    page.get_by_role("button", name="Frage abschicken").click()
    steps.heading(page, "Danke für deine Frage")


def letter(town: Town, kind: str, says: str) -> Read:
    """Wait for the letter of this kind that is to somebody, or says something."""
    found: list[Read] = []

    def is_there() -> bool:
        files = sorted(town.postfach.glob(f"*-{kind}-*.eml"))
        letters = [read_message(file.stem, file.read_bytes()) for file in files]
        found[:] = [one for one in letters if [says] == one.to or says in one.text]
        return bool(found)

    until(is_there, within=PATIENCE_SECONDS, what=f"a letter {kind}")
    (one,) = found
    return one


def link(letter: Read, part: str) -> str:
    return next(one for one in letter.links if part in one)


def source(page: Page, town: Town, path: str) -> str:
    return page.request.get(town.address + path).text()


def traces(town: Town, mark: str) -> list[str]:
    """Where in the instance folder a mark is left; SQLite's log is emptied when nobody reads."""
    instance = town.postfach.parent

    def found() -> list[str]:
        with sqlite3.connect(instance / "stadtfuehrer.db") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files = [one for one in instance.rglob("*") if one.is_file()]
        return [one.name for one in files if mark.encode() in one.read_bytes()]

    until(lambda: not found(), within=PATIENCE_SECONDS, what=lambda: f"gone from {found()}")
    return found()
