"""The steps of a visitor's day, each from the page where the one before it ended."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.support.mailbag import Read, read_message
from tests.support.office import link_into
from tools.until import until

QUESTIONS = 10
PATIENCE_SECONDS = 10
KEPT_ANSWERS = (
    "orientierung=nein&dialog=nein&rueckkanal=unklar&zufriedenheit=nein&vertrauen=eher-nein"
    "&dank=eher-ja&zusammenspiel=nein&ziel=nein&plan=nein&tun=eher-nein"
)
"""A link as somebody may have kept it; it outlives every change of words."""
SERVICES = {"marketingberatung", "marketingkonzeption", "marketingumsetzung"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Where the site is, where its letters go, and the address that opens them."""

    address: str
    postfach: Path
    opens_postfach: str


def look(page: Page) -> None:
    """Check what holds on every page of the way: it fits the screen, and has one headline."""
    page.wait_for_load_state("domcontentloaded")  # Between two pages there is nothing to measure.
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room, f"{page.url} is {width} wide on a screen of {room}"
    expect(page.locator("h1")).to_have_count(1)


def leaves_no_trace(page: Page) -> None:
    """Check that nothing was stored in the browser."""
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def heading(page: Page, text: str) -> None:
    """Check the page's headline, and look."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    look(page)


def question(page: Page, number: int) -> str:
    """Check that this question is shown; return its text."""
    expect(page.locator(".where")).to_contain_text(f"Frage {number} von {QUESTIONS}")
    look(page)
    return page.get_by_role("heading", level=1).inner_text()


def answer(page: Page, option: int) -> str:
    """Choose the option and go on, with a finger by that alone; return its text."""
    label = page.locator(".options label").nth(option)
    text = label.inner_text()
    label.click()
    if page.locator(".tap").is_hidden():
        page.locator(".bar button").click()
    return text


def chosen(page: Page) -> str:
    """Return the text of the answer that is selected."""
    radio = page.locator(".options input:checked")
    return page.locator(f"label[for='{radio.get_attribute('id')}']").inner_text()


def take_quiz(page: Page, *, first: int = 1, option: int = 2) -> dict[str, str]:
    """Answer the questions from this one on, up to the result; return them with their answers."""
    given = {}
    for number in range(first, QUESTIONS + 1):
        asked = question(page, number)
        given[asked] = answer(page, option)
    return given


def answers_behind_result(page: Page) -> dict[str, str]:
    """Go from the result to all answers, and return them with their questions."""
    page.get_by_role("link", name="Antworten ansehen und ändern").click()
    return answers_on_check_page(page)


def answers_on_check_page(page: Page) -> dict[str, str]:
    """Return the questions with their answers as the page with all of them shows them."""
    heading(page, "Deine Antworten")
    texts = page.locator(".answers dt").all_inner_texts()
    options = page.locator(".answers dd:not(.change)").all_inner_texts()
    return dict(zip(texts, options, strict=True))


def to_free_times(page: Page, kind: str = "Kennenlerngespräch") -> None:
    """Go from the kinds of consultation to the free times of one."""
    page.locator(".kinds li", has_text=kind).get_by_role("link", name="Freie Zeiten").click()


def choose_time(page: Page, at: int = 0) -> str:
    """Choose a free time; return its start, ISO 8601 with the consultant's offset."""
    look(page)
    link = page.locator("#zeiten .times a").nth(at)
    start = link.locator("time").get_attribute("datetime")
    assert start is not None
    link.click()
    return start


def fill_in(page: Page, **typed: str) -> None:
    """Type into the fields of these names."""
    for name, text in typed.items():
        field = page.locator(f"[name='{name}']")
        if field.input_value():
            # Firefox, as it is driven, would write behind what stands in a field for addresses.
            field.press("Control+a")
            field.press("Delete")
        field.fill(text)


def typed_in(page: Page, *names: str) -> dict[str, str]:
    """Return what stands in the fields of these names."""
    return {name: page.locator(f"[name='{name}']").input_value() for name in names}


def booking_query(page: Page) -> dict[str, list[str]]:
    """Return what the address carries in its query."""
    return parse_qs(urlsplit(page.url).query)


def quoted(text: str) -> str:
    """The text in quotation marks; those inside it are single ones then (DIN 5008)."""
    inside = text.translate(str.maketrans("„“", "‚‘"))
    return f"„{inside}“"


def service_of_result(page: Page) -> str:
    """Return the slug of the service that the result page leads on with."""
    href = page.get_by_role("link", name="Darüber sprechen").get_attribute("href")
    assert href is not None
    found = re.search(r"angebot=(\w+)", href)
    assert found is not None
    assert found[1] in SERVICES
    return found[1]


def sign_in(page: Page, town: Town) -> None:
    """Sign in to the office, by a link from the command line."""
    page.goto(town.address + link_into(town.postfach.parent))
    page.get_by_role("button", name="Hier anmelden").click()
    heading(page, "Heute")


def letters_about(postfach: Path, guest: str, *, count: int) -> list[Read]:
    """Wait for so many letters of the guest's booking, oldest first: theirs and the consultant's.

    A booking is known by its UID, which stands in the guest's own letters; a guest without a
    booking has their own letters only.
    """
    about: list[Read] = []

    def are_there() -> bool:
        received = [_opened(file) for file in sorted(postfach.glob("*.eml"))]
        uids = {one.event["UID"] for one in received if one.to == [guest] and one.invitation}
        assert len(uids) < 2
        about[:] = [
            one
            for one in received
            if one.to == [guest] or (one.invitation and one.event["UID"] in uids)
        ]
        return len(about) >= count

    until(are_there, within=PATIENCE_SECONDS, what=lambda: f"{len(about)} of {count} letters")
    assert len(about) == count
    return about


@cache
def _opened(file: Path) -> Read:
    return read_message(file.stem, file.read_bytes())
