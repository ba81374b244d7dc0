"""From the result to the question a week later, to the plan before and after; or to none at all."""

import pytest
from playwright.sync_api import Page, expect

from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.worker import work_once
from tests.journeys import steps
from tests.support.browsers import OpenPage
from tests.support.mailbag import Read, read_message
from tests.support.page_rules import ORIGIN
from tests.support.sights.exhibition import Exhibition

GUEST = "aenne@gast.example"
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def ask_to_be_asked(page: Page, exhibition: Exhibition) -> None:
    page.goto(f"{exhibition.address}/quiz/ergebnis?{steps.KEPT_ANSWERS}")
    box = page.get_by_label("Frag mich in sieben Tagen einmal per E-Mail")
    expect(box).not_to_be_checked()
    steps.fill_in(page, email=GUEST)
    box.check()
    page.get_by_role("button", name="Ergebnis schicken").click()
    expect(page.get_by_role("status")).to_contain_text("Ist unterwegs.")
    steps.look(page)


def after_a_week(exhibition: Exhibition) -> dict[str, Read]:
    """The letters that a worker lays down then, by their kind."""
    site = exhibition.site
    site.clock.turn(days=7)
    work_once(site.context, FolderMailer(folder=site.folder, clock=site.clock), clock=site.clock)
    files = sorted(site.folder.glob("*.eml"))
    return {file.stem.split("-")[1]: read_message(file.stem, file.read_bytes()) for file in files}


def here(exhibition: Exhibition, letter: Read, part: str) -> str:
    """The one link of a letter with this in it, where the site is served."""
    (link,) = (one for one in letter.links if part in one)
    return link.replace(ORIGIN, exhibition.address)


@pytest.mark.parametrize(("javascript", "screen"), [(True, NARROW), (False, WIDE)])
def test_from_the_result_to_the_plan_before_and_after(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, int], *, javascript: bool
) -> None:
    exhibition.empty()
    with open_page(javascript=javascript, viewport=screen) as page:
        ask_to_be_asked(page, exhibition)
        letter = after_a_week(exhibition)["nachgefragt"]
        assert letter.to == [GUEST]

        page.goto(here(exhibition, letter, "&wie.ziel=zum-teil"))
        steps.heading(page, "Was hat geklappt?")
        expect(page.locator("input:checked")).to_have_count(1)
        page.get_by_role("group", name="Orientierung").get_by_text("Geklappt").click()
        page.get_by_role("group", name="Zufriedene Kunden").get_by_label("Nein").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Antworten").click()

        steps.heading(page, "Zwei Straßen sind besser geworden")
        went = page.locator(".tips h2").all_inner_texts()
        assert went == [
            "Orientierung: geklappt",
            "Zufriedene Kunden: noch nicht",
            "Ziel: zum Teil geklappt",
        ]
        before, after = (
            page.get_by_label(f"Dein Stadtplan {one}") for one in ("vorher", "nachher")
        )
        expect(before).to_be_visible()
        expect(after).to_be_visible()
        left, right = before.bounding_box(), after.bounding_box()
        assert left is not None
        assert right is not None
        assert (left["y"] == right["y"]) is (screen is WIDE)
        assert before.locator(".p-site").count() - after.locator(".p-site").count() == 2

        page.get_by_role("link", name="Neues Ergebnis ansehen").click()
        steps.look(page)
        expect(page.locator(".streets tr", has_text="Orientierung")).to_contain_text("läuft gut")
        steps.leaves_no_trace(page)
    assert after_a_week(exhibition).keys() == {"ergebnis", "nachgefragt"}


def test_whoever_does_not_want_it_any_more_hears_nothing(
    exhibition: Exhibition, page: Page
) -> None:
    exhibition.empty()
    ask_to_be_asked(page, exhibition)
    exhibition.site.deliver()
    (file,) = exhibition.site.folder.glob("*.eml")
    result = read_message(file.stem, file.read_bytes())
    page.goto(here(exhibition, result, "/nachfrage/"))
    steps.heading(page, "Doch nicht nachfragen?")
    page.get_by_role("button", name="Nicht nachfragen").click()
    steps.heading(page, "Es wird nicht nachgefragt")
    assert after_a_week(exhibition).keys() == {"ergebnis"}
