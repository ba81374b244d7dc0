"""Former guests: how it was, with and without others reading it; and months later, how it is."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from stadtfuehrer.booking.feedback import find_feedback
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.dialogue.answering import Step, take_step
from stadtfuehrer.dialogue.model import CheckIn, Kind
from stadtfuehrer.web.links import sign
from tests.journeys import steps
from tests.journeys.steps import PATIENCE_SECONDS, Town
from tests.support.contexts import a_visitor, a_wish
from tests.support.mailbag import read_message
from tests.support.voices import all_voices
from tools.until import until


@pytest.fixture
def context(town: Town) -> Iterator[AppContext]:
    """What the site itself works with."""
    context = open_context(town.postfach.parent, {})
    with closing(context.database):
        yield context


@pytest.fixture
def email() -> str:
    return f"gast-{uuid.uuid4().hex[:8]}@gast.example"


def test_feedback_that_may_be_read_is_shown_and_taken_back(
    town: Town, page: Page, context: AppContext, email: str
) -> None:
    then = utc_now() - timedelta(days=14)
    start = free_times(context, context.get_kind("kennenlernen"), now=then)[0]
    token = book(context, a_wish(context, start, visitor=a_visitor(email=email)), now=then)
    words = f"Kurz und klar. {uuid.uuid4().hex}"
    page.goto(f"{town.address}/buchung/{token}")
    page.get_by_role("link", name="Sagen, wie es war").click()
    steps.heading(page, "Wie war das Gespräch?")
    page.get_by_text("Eher zufrieden").click()
    steps.fill_in(page, worte=words)
    page.get_by_label("Das darf hier stehen.").check()
    page.get_by_label("Mit meinem Vornamen").check()
    page.get_by_role("button", name="Antwort schicken").click()
    steps.heading(page, "Danke für deine Antwort")
    expect(page.get_by_role("main")).to_contain_text("mit deinem Vornamen (Änne)")
    until(lambda: told(town, words), within=PATIENCE_SECONDS, what="the consultant's letter")

    page.get_by_role("link", name="Ansehen oder zurücknehmen").click()
    steps.heading(page, "Danke für deine Rückmeldung")
    expect(page.get_by_role("blockquote")).to_have_text(words)
    voice = find_feedback(context, look_up(context, token).booking)
    assert voice is not None
    assert (voice.text, voice.choice, voice.published_at) == (words, "eher", None)
    take_step(
        context, voice.id, Step.PUBLISH, version=voice.version, who="vera@x.example", now=utc_now()
    )
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Es steht auf der Seite")
    page.get_by_text("Zurücknehmen", exact=True).click()
    page.get_by_role("button", name="Zurücknehmen und löschen").click()
    steps.heading(page, "Das ist gelöscht")
    assert find_feedback(context, look_up(context, token).booking) is None
    steps.leaves_no_trace(page)


def told(town: Town, words: str) -> bool:
    """Whether the consultant has got a letter with these words."""
    files = sorted(town.postfach.glob("*-rueckmeldung-*.eml"))
    return any(words in read_message(file.stem, file.read_bytes()).text for file in files)


def test_how_things_are_is_one_click_and_ends_with_another(
    town: Town, page: Page, context: AppContext, email: str
) -> None:
    with context.database.begin() as session:
        check_ins.allow(session, "Änne Müller", email, now=utc_now())
    (guest,) = guests(context, email)
    check_ins.ask_guest(context, guest.uid, who="vera@x.example", now=utc_now())
    letters_link = f"{town.address}/wie-laeufts/{sign(context, 'check-in', guest.uid)}"
    page.goto(f"{letters_link}?antwort=laeuft")
    steps.heading(page, "Läuft der Rückweg noch?")
    expect(page.get_by_label("Läuft", exact=True)).to_be_checked()
    page.get_by_role("button", name="Antwort schicken").click()
    steps.heading(page, "Danke für deine Antwort")
    (voice,) = (one for one in all_voices(context) if one.email == email)
    assert (voice.kind, voice.choice, voice.text) == (Kind.CHECK_IN, "laeuft", "")

    page.get_by_role("link", name="Lieber nicht mehr gefragt werden").click()
    steps.heading(page, "Nicht mehr gefragt werden?")
    page.get_by_role("button", name="Nicht mehr fragen").click()
    steps.heading(page, "Ich frage dich nicht mehr")
    assert guests(context, email) == []
    steps.leaves_no_trace(page)


def guests(context: AppContext, email: str) -> list[CheckIn]:
    return [one for one in check_ins.guests(context) if one.email == email]
