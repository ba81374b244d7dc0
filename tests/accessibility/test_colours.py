"""Every line of text can be read, by day, at night and in forced colours, as it is drawn."""

from typing import Any

import pytest

from tests.accessibility.pixels import interval, measure
from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import Exhibition

# One of each kind of page: colours come from style sheets, not from what is said.
NAMES = [
    *("public /", "public /angebot/marketingberatung", "quiz question without an answer"),
    *("result wrong address", "times elsewhere", "form just gone", "booked", "postfach"),
]
MEDIA: list[dict[str, Any]] = [
    {"color_scheme": scheme, "forced_colors": forced}
    for forced in ("none", "active")
    for scheme in ("light", "dark")
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}


@pytest.mark.parametrize("name", NAMES)
def test_text_stands_out(exhibition: Exhibition, open_page: OpenPage, name: str) -> None:
    with open_page(**PHONE) as page, open_page() as paper:
        page.goto(exhibition.show(name))
        interval(page)
        for media in MEDIA:
            page.emulate_media(**media)
            lines = measure(page, paper)
            assert len(lines) > 10
            assert [line for line in lines if not line.is_legible] == [], media


def test_what_cannot_be_read_is_found(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page(**PHONE) as page, open_page() as paper:
        page.goto(exhibition.show("error 404"))
        interval(page)
        page.evaluate("document.querySelector('.lead').style.color = '#8a8f96'")
        faint = [line for line in measure(page, paper) if not line.is_legible]
    assert faint
    assert all(line.contrast == pytest.approx(3, abs=0.2) for line in faint)
    assert " ".join(faint[0].text.split()).startswith("Unter dieser Adresse")
