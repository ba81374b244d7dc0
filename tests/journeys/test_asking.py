"""Somebody asks where they stand, is answered by a person, and can take it back."""

import re
import uuid
from contextlib import closing

from playwright.sync_api import Page, expect

from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.dialogue import answering
from stadtfuehrer.dialogue.answering import Answer
from stadtfuehrer.dialogue.asking import get_by_token
from tests.journeys import steps
from tests.journeys.steps import Town
from tests.support.browsers import CHROMIUM_ONLY, OpenPage

OFFER = "/angebot/marketingberatung"
ARTICLE = "/stadtgespraech/marketing-als-gespraech"
ANSWER = "Ja, und zwar **bald**."


def answer(town: Town, page: Page) -> None:
    """Answer what this page of whoever asked is about, as the consultant does in the office."""
    context = open_context(town.postfach.parent, {})
    with closing(context.database):
        voice = get_by_token(context, page.url.rpartition("/")[2])
        given, now = Answer(text=ANSWER), utc_now()
        answering.answer(context, voice.id, given, version=voice.version, who="vera", now=now)


def test_asked_on_an_offers_page_answered_and_taken_back(town: Town, page: Page) -> None:
    question = f"Lohnt sich das für mich ({uuid.uuid4().hex[:8]})?"
    page.goto(town.address + OFFER)
    page.get_by_role("link", name="Frag mich").click()
    page.get_by_label("Deine Frage").fill(question)
    page.get_by_label("Frage und Antwort dürfen hier stehen.").check()
    steps.look(page)
    page.get_by_role("button", name="Frage abschicken").click()
    steps.heading(page, "Danke für deine Frage")
    expect(page.get_by_text(question)).to_be_visible()
    own = page.url

    answer(town, page)
    page.goto(f"{own}?geholfen=nein")
    steps.heading(page, "Die Antwort auf deine Frage")
    expect(page.locator(".prose strong")).to_have_text("bald")
    expect(page.get_by_role("link", name="Marketingberatung")).to_have_attribute("href", OFFER)
    page.get_by_role("button", name="Ja, das hilft").click()
    expect(page.get_by_role("status")).to_have_text("Ja, sagst du. Danke, das freut mich.")
    steps.look(page)

    page.get_by_text("Zurücknehmen", exact=True).click()
    page.get_by_role("button", name="Zurücknehmen und löschen").click()
    steps.heading(page, "Das ist gelöscht")
    page.goto(own)
    steps.heading(page, "Das ist gelöscht")
    steps.leaves_no_trace(page)


def test_what_is_missing_is_said_on_a_page_of_its_own(town: Town, page: Page) -> None:
    page.goto(town.address + ARTICLE)
    page.locator(".ask").get_by_role("link", name="Leserbrief schreiben").click()
    page.get_by_label("Dein Name").fill("Änne")
    page.get_by_role("button", name="Brief abschicken").click()
    expect(page.get_by_role("alert")).to_contain_text("Hier steht noch nichts.")
    expect(page.get_by_label("Dein Name")).to_have_value("Änne")
    page.get_by_label("Dein Leserbrief").fill("Bei uns ist es umgekehrt.")
    page.get_by_role("button", name="Brief abschicken").click()
    steps.heading(page, "Danke für deinen Leserbrief")


def test_the_line_opens_and_closes_by_keyboard_and_keeps_what_was_typed(
    town: Town, open_page: OpenPage
) -> None:
    with open_page() as page:
        page.goto(town.address + OFFER)
        line = page.get_by_role("link", name="Frag mich")
        line.focus()
        page.keyboard.press("Enter")
        field = page.get_by_label("Deine Frage")
        expect(field).to_be_focused()
        expect(line).to_have_attribute("aria-expanded", "true")
        page.keyboard.type("Halb getippt")
        page.keyboard.press("Escape")
        expect(line).to_be_focused()
        expect(line).to_have_attribute("aria-expanded", "false")
        expect(field).to_be_hidden()
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        expect(field).to_have_value("Halb getippt")
        line.click()
        expect(field).to_be_hidden()
        assert page.url == town.address + OFFER


@CHROMIUM_ONLY
def test_beside_another_form_each_label_finds_its_own_field(
    town: Town, open_page: OpenPage
) -> None:
    with open_page() as page:
        page.goto(f"{town.address}/termin")
        steps.to_free_times(page)
        steps.choose_time(page)
        page.get_by_role("link", name="Frag mich").click()
        page.locator(".ask").get_by_label("Dein Name").fill("Unten")
        page.get_by_role("main").get_by_label("Dein Name").fill("Oben")
        assert page.locator("[name=name]").evaluate_all("all => all.map((one) => one.value)") == [
            "Oben",
            "Unten",
        ]
        ids = "[...document.querySelectorAll('[id]')].map((one) => one.id)"
        found = page.evaluate(ids)
        assert len(found) == len(set(found))


def test_where_the_form_does_not_come_the_line_leads_to_its_page(
    town: Town, open_page: OpenPage
) -> None:
    with open_page() as page:
        page.route(
            re.compile(r"/frage\?zu="),
            lambda route: (
                route.fulfill(body="<p>Umleitung</p>")
                if route.request.resource_type == "fetch"
                else route.continue_()
            ),
        )
        page.goto(town.address + OFFER)
        page.get_by_role("link", name="Frag mich").click()
        steps.heading(page, "Frag mich")
        assert page.url == f"{town.address}/frage?zu={OFFER}"
