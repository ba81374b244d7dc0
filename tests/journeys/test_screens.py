"""The smallest screen, at night: nothing has to be scrolled sideways, and the page is dark."""

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.town import Town
from tests.support.browsers import OpenPage

PAGES = (
    "/",
    "/angebot",
    "/angebot/marketingkonzeption",
    "/ueber",
    "/quiz",
    f"/quiz?{steps.KEPT_ANSWERS}",
    f"/quiz/ergebnis?{steps.KEPT_ANSWERS}",
    "/termin",
    "/termin/kennenlernen?zone=America/Argentina/Buenos_Aires",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/gibt-es-nicht",
)


def lightness(page: Page, what: str) -> float:
    """Return how light a colour of the body is, 0 to 255."""
    colour: str = page.evaluate(f"getComputedStyle(document.body).{what}")
    parts = [float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    return sum(parts) / len(parts)


def test_at_night_on_320_pixels(town: Town, open_page: OpenPage) -> None:
    small = {"width": 320, "height": 568}
    with open_page(viewport=small, color_scheme="dark") as page:
        for path in PAGES:
            page.goto(town.address + path)
            steps.look(page)
            assert lightness(page, "backgroundColor") < 60, path
            assert lightness(page, "color") > 180, path

        page.goto(f"{town.address}/termin/kennenlernen")
        steps.choose_time(page)
        steps.fill_in(page, name="Donaudampfschifffahrtsgesellschaftskapitän" * 2)
        page.get_by_role("button", name="Termin buchen").click()
        expect(page.get_by_role("alert")).to_be_focused()
        steps.look(page)
        steps.leaves_no_trace(page)


def test_by_day_the_page_is_light(town: Town, open_page: OpenPage) -> None:
    with open_page(color_scheme="light") as page:
        page.goto(town.address)

        assert lightness(page, "backgroundColor") > 180
        assert lightness(page, "color") < 100
