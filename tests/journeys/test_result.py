"""The result in a browser: on one sheet of paper, at rest for whoever wants rest, and read out."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.journeys import steps
from tests.journeys.town import Town
from tests.support.browsers import OpenPage

QUESTIONS = [name for name, _ in parse_qsl(steps.KEPT_ANSWERS)]
OPTIONS = ("ja", "eher-ja", "eher-nein", "nein", "unklar")
DRAWN = "getComputedStyle(document.querySelector('.p-route')).strokeDashoffset"


def result(town: Town, digits: str) -> str:
    """The address of a result with one option for each question, 0 to 4."""
    answers = zip(QUESTIONS, (OPTIONS[int(one)] for one in digits), strict=True)
    return f"{town.address}/quiz/ergebnis?{urlencode(list(answers))}"


@pytest.mark.parametrize("digits", ["2321322122", "3333333333", "0000000000", "4444444444"])
def test_the_result_fits_one_sheet_of_paper(town: Town, open_page: OpenPage, digits: str) -> None:
    with open_page() as page:
        page.goto(result(town, digits))
        steps.look(page)
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
        assert len(sheets) == 1


def test_the_route_draws_itself_once(town: Town, open_page: OpenPage) -> None:
    with open_page() as page:
        page.goto(result(town, "3333333333"))
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        assert page.evaluate(f"parseFloat({DRAWN})") == 0
        name, times = page.evaluate(
            "(one => [one.animationName, one.animationIterationCount])"
            "(getComputedStyle(document.querySelector('.p-route')))"
        )
        assert (name, times) == ("walk", "1")


def test_who_wants_no_motion_sees_the_whole_route_at_once(town: Town, open_page: OpenPage) -> None:
    with open_page(reduced_motion="reduce") as page:
        page.goto(result(town, "3333333333"))
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate(f"parseFloat({DRAWN})") == 0


def test_a_screen_reader_hears_where_one_stands_and_where_to_go(
    town: Town, open_page: OpenPage
) -> None:
    with open_page() as page:
        page.goto(result(town, "3333333333"))
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
        (picture,) = (
            node for node in tree["nodes"] if node.get("role", {}).get("value") == "image"
        )
        assert picture["name"]["value"] == "Dein Stadtplan"
        told = picture["description"]["value"]
        assert told.startswith("Du stehst auf der Uferstraße")
        assert "Der Weg führt" in told
        page.get_by_text("Der ganze Plan in Worten").click()
        assert page.locator("figcaption li").filter(has_text="Nummer").count() == len(QUESTIONS)
