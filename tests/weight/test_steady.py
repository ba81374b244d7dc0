"""Nothing moves while a page comes: not for its fonts, and not for what a script adds."""

import pytest

from tests.support.browsers import OpenPage
from tests.support.page_rules import INDEXED
from tests.support.sights.exhibition import Exhibition

TIMES = "/termin/kennenlernen"
QUIZ = ("/quiz?orientierung=ja&weiter=dialog", "/quiz?orientierung=ja&frage=orientierung")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SHIFT = """async () => {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) sum += one.value;
  });
  observer.observe({ type: "layout-shift", buffered: true });
  await document.fonts.ready;
  // Two frames, and what they moved is handed over in the one after.
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  for (const one of observer.takeRecords()) sum += one.value;
  return sum;
}"""


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_steady(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, int]
) -> None:
    moved = {}
    with open_page(viewport=screen, timezone_id="Asia/Tokyo") as page:
        # A script adds to each of the times, and the first visit is the one that has to fetch it.
        for path in (TIMES, *sorted(INDEXED), *QUIZ):
            page.goto(exhibition.address + path)
            moved[path] = page.evaluate(SHIFT)
            assert path != TIMES or page.locator(".times small").count() > 10
    assert {path: shift for path, shift in moved.items() if shift} == {}
