"""The consultant's day: a guest is moved with a word, does not come, and is entered by hand."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.context import AppContext
from tests.journeys import steps
from tests.journeys.steps import PATIENCE_SECONDS, Town
from tests.support.contexts import a_visitor, a_wish
from tests.support.mailbag import Read, read_message, straightened
from tests.support.rows import a_booking, add
from tools.until import until

SENTENCE = "Mein Kind ist krank, deshalb geht es erst später."


@pytest.fixture
def context(town: Town) -> Iterator[AppContext]:
    """What the site itself works with."""
    context = open_context(town.postfach.parent, {})
    with closing(context.database):
        yield context


def letter_to(town: Town, guest: str, kind: str) -> Read:
    """The one letter of this kind to a guest, as soon as it is there."""
    found: list[Read] = []

    def is_there() -> bool:
        files = sorted(town.postfach.glob(f"*-{kind}-*.eml"))
        read = (read_message(file.stem, file.read_bytes()) for file in files)
        found[:] = [one for one in read if one.to == [guest]]
        return bool(found)

    until(is_there, within=PATIENCE_SECONDS, what=f"a letter {kind} to {guest}")
    (letter,) = found
    return letter


def a_guest() -> str:
    return f"gast-{uuid.uuid4().hex[:8]}@gast.example"


def test_from_today_to_a_booking_that_is_moved_with_a_sentence(
    town: Town, page: Page, context: AppContext
) -> None:
    guest, name = a_guest(), f"Gast {uuid.uuid4().hex[:6]}"
    start = free_times(context, context.get_kind("kennenlernen"), now=utc_now())[0]
    wanted = a_wish(context, start, visitor=a_visitor(name=name, email=guest))
    book(context, wanted, now=utc_now())
    steps.sign_in(page, town)
    page.get_by_role("link", name=name).click()
    steps.heading(page, name)
    expect(page.get_by_role("link", name="Anrufen")).to_have_attribute("href", "tel:+4930555077")
    page.get_by_role("link", name="Verschieben").click()
    steps.heading(page, "Wohin verschieben?")
    page.locator(".options label").first.click()
    steps.fill_in(page, satz=SENTENCE)
    page.get_by_role("button", name="Weiter").click()
    steps.heading(page, "Das liest dein Gast")
    expect(page.get_by_role("article")).to_contain_text(SENTENCE)
    page.get_by_role("button", name="Verschieben und senden").click()
    expect(page.get_by_role("status")).to_have_text("Verschoben.")
    assert SENTENCE in straightened(letter_to(town, guest, "verschoben-gast").text)


def test_who_did_not_come_is_offered_a_new_time(
    town: Town, page: Page, context: AppContext
) -> None:
    guest, full_hour = a_guest(), utc_now().replace(minute=0, second=0, microsecond=0)
    begun = full_hour - timedelta(hours=uuid.uuid4().int % 1000)
    booking = replace(a_booking(begun), visitor=a_visitor(email=guest))
    with context.database.begin() as session:
        row_id = add(session, booking)
    steps.sign_in(page, town)
    page.goto(f"{town.address}/buero/buchung/{row_id}")
    page.get_by_role("link", name="Nicht gekommen").click()
    steps.heading(page, "Nicht gekommen?")
    page.get_by_label("Ich schreibe meinem Gast").check()
    page.get_by_role("button", name="Weiter").click()
    steps.heading(page, "Das liest dein Gast")
    page.get_by_role("button", name="Notieren und senden").click()
    expect(page.get_by_role("button", name="War doch da")).to_be_visible()
    assert "such dir eine neue Zeit aus" in straightened(letter_to(town, guest, "verpasst").text)


def test_somebody_on_the_telephone_is_entered_outside_of_all_hours(
    town: Town, page: Page, context: AppContext
) -> None:
    guest, name = a_guest(), f"Ruth {uuid.uuid4().hex[:6]}"
    steps.sign_in(page, town)
    page.get_by_role("link", name="Termin eintragen").click()
    steps.heading(page, "Termin eintragen")
    day = utc_now().date() + timedelta(days=400 + uuid.uuid4().int % 3000)
    page.get_by_text("Eine eigene Zeit", exact=True).click()
    steps.fill_in(page, tag=day.isoformat(), uhrzeit="22:35", name=name, email=guest)
    page.get_by_role("button", name="Eintragen").click()
    steps.heading(page, name)
    expect(page.get_by_role("status")).to_have_text("Eingetragen.")
    expect(page.get_by_role("main")).to_contain_text("22:35–23:05 Uhr")
    assert letter_to(town, guest, "bestaetigung").invitation
