"""How letters look to everybody: legible in any colours, light, whole without a style sheet."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.support.browsers import OpenPage
from tests.support.colours import Pair, pairs, partly_turned_over, turned_over
from tests.support.mailbag import Read
from tools.letters.life import SITE

LEGIBLE = 4.5  # WCAG 2.2, 1.4.3
ROOM = "https://video.stadtfuehrer.example/vera"


def bodies(opened: dict[str, Read]) -> list[tuple[str, Element]]:
    """Each letter's page, read by a parser that forgives no mistake."""
    strict = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return [(name, strict.parse(letter.html)) for name, letter in opened.items()]


@pytest.mark.parametrize(
    ("colour", "ground", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0b4a9e", "#0b4a9e", 1)],
)
def test_contrast_is_reckoned_as_wcag_does(colour: str, ground: str, ratio: float) -> None:
    assert Pair("", colour, ground).contrast == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("night", [False, True])
def test_every_word_is_legible_by_day_and_at_night(opened: dict[str, Read], *, night: bool) -> None:
    grounds = set()
    for letter in opened.values():
        for pair in pairs(letter.html, night=night):
            grounds.add(pair.ground)
            assert pair.contrast >= LEGIBLE, pair
    assert len(grounds) == 2  # the paper and the sign


def test_every_word_is_legible_when_a_program_turns_the_colours_over(
    opened: dict[str, Read],
) -> None:
    for letter in opened.values():
        for pair in pairs(letter.html):
            assert pair.seen(turned_over).contrast >= LEGIBLE, pair
            assert partly_turned_over(pair).contrast >= LEGIBLE, pair


def test_night_changes_every_colour(opened: dict[str, Read]) -> None:
    for letter in opened.values():
        for day, night in zip(pairs(letter.html), pairs(letter.html, night=True), strict=True):
            assert day.words == night.words
            assert day.ground != night.ground


def test_every_letter_is_whole_without_the_style_sheet(opened: dict[str, Read]) -> None:
    """Some programs throw it away; every class has to be a refinement only."""
    for letter in opened.values():
        sheet = letter.html.partition("<style>")[2].partition("</style>")[0]
        outside = re.sub(r"(?s)@media .*?\n\}", "", sheet.replace("\r\n", "\n"))
        assert re.findall(r"^\.", outside, re.MULTILINE) == []
        used = set(" ".join(re.findall(r'class="([^"]*)"', letter.html)).split())
        assert used <= set(re.findall(r"^\.([a-z]+) ", sheet, re.MULTILINE))


def test_headings_languages_and_tables_are_clear_to_a_screen_reader(
    opened: dict[str, Read],
) -> None:
    for name, page in bodies(opened):
        levels = [one.tag for one in page.iter() if one.tag in {"h1", "h2", "h3"}]
        assert levels[0] == "h1", name
        assert set(levels[1:]) <= {"h2"}, name
        assert page.get("lang") == "de"
        assert [one.get("lang") for one in page.iter("div") if one.get("role")] == ["de"]
        for table in page.iter("table"):
            is_data = any(cell.get("scope") for cell in table.iter("th"))
            inner = [one for one in table.iter("table") if one is not table]
            assert (table.get("role") == "presentation") != (is_data and not inner), name


def test_links_lead_to_the_site_or_to_a_person_and_say_so(opened: dict[str, Read]) -> None:
    for name, page in bodies(opened):
        for link in page.iter("a"):
            href, text = link.get("href", ""), "".join(link.itertext()).strip()
            assert href.startswith((f"{SITE}/", "mailto:", "tel:")) or href in {SITE, ROOM}, name
            assert len(text) > 3, (name, href)
            assert text.lower() not in {"hier", "link", "klick"}, (name, href)


def test_nothing_is_fetched_and_no_html_form_weighs_30_kb(opened: dict[str, Read]) -> None:
    for letter in opened.values():
        assert not re.search(r"<(img|link|script|iframe|object|svg|form)\b", letter.html)
        assert not re.search(r"src=|srcset|url\(|@import|background=", letter.html)
        assert len(letter.html.encode()) < 30_000


def test_nothing_sticks_out_at_320_pixels_and_fingers_hit_the_buttons(
    opened: dict[str, Read], open_page: OpenPage, tmp_path: Path
) -> None:
    sizes = """() => [...document.querySelectorAll('a')]
        .filter((one) => getComputedStyle(one).display === 'block')
        .map((one) => one.getBoundingClientRect().height)"""
    pressed = 0
    with open_page(viewport={"width": 320, "height": 600}) as page:
        for letter in opened.values():
            # Once as it is, once as in a program that throws the style sheet away.
            for html in (letter.html, re.sub(r"(?s)<style>.*?</style>", "", letter.html)):
                page.set_content(html)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 320, letter.subject
                heights = page.evaluate(sizes)
                pressed += len(heights)
                assert all(height >= 44 for height in heights), letter.subject
    assert pressed > 40
