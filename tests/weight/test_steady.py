"""Nothing moves while a page comes: not for its fonts, and not for what a script adds."""

import pytest

from tests.support.browsers import OpenPage
from tests.support.page_rules import INDEXED
from tests.support.sights.exhibition import Exhibition

TIMES = "/termin/kennenlernen"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SHIFT = """async () => {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) sum += one.value;
  });
  observer.observe({ type: "layout-shift", buffered: true });
  await document.fonts.ready;
  await new Promise((resume) => setTimeout(resume, 150));
  return sum;
}"""


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_are_steady(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, int]
) -> None:
    moved = {}
    with open_page(viewport=screen) as page:
        for path in sorted(INDEXED):
            page.goto(exhibition.address + path)
            moved[path] = page.evaluate(SHIFT)
    assert {path: shift for path, shift in moved.items() if shift} == {}


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_free_times_are_steady_though_a_script_adds_to_each(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, int]
) -> None:
    with open_page(viewport=screen, timezone_id="Asia/Tokyo") as page:
        # The first visit is the one that has to fetch the script.
        page.goto(exhibition.address + TIMES)
        assert page.evaluate(SHIFT) == 0
        assert page.locator(".times small").count() > 20
