"""What `make letters` writes, the same each time: how it reads, and how it looks to everybody."""

import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from stadtfuehrer.mail.message import LetterKind
from tests.support.browsers import OpenPage
from tests.support.colours import Pair, pairs, partly_turned_over, turned_over
from tests.support.mailbag import Read, read
from tools.letters.files import write_letters, write_list
from tools.letters.life import SITE, Sample, sample_letters
from tools.letters.pictures import picture_names, take_pictures


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Give every letter of the life, in its order."""
    return sample_letters(tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="session")
def opened(samples: list[Sample]) -> dict[str, Read]:
    """Give the same letters as their readers see them, by the samples' names."""
    return {one.name: read(one.letter) for one in samples}


def test_the_life_has_every_kind_of_letter(samples: list[Sample]) -> None:
    assert {one.letter.kind for one in samples} == set(LetterKind)
    assert len({one.name for one in samples}) == len(samples)


def test_the_life_has_each_change_by_either_side(samples: list[Sample]) -> None:
    names = " ".join(one.name for one in samples)
    for kind, acts in (("verschoben", "verschoben"), ("absage", "abgesagt")):
        for reader in ("gast", "beratung"):
            assert f"{kind}-{reader}-beratung-hat-{acts}" in names
    assert "verschoben-gast-aenne-hat-verschoben" in names
    assert "absage-gast-kofi-hat-abgesagt" in names


def test_two_lives_give_the_same_bytes(samples: list[Sample], tmp_path: Path) -> None:
    again = sample_letters(tmp_path)
    assert [(one.name, one.letter.message) for one in again] == [
        (one.name, one.letter.message) for one in samples
    ]


def test_each_letter_becomes_three_files_and_an_entry(
    samples: list[Sample], opened: dict[str, Read], tmp_path: Path
) -> None:
    (tmp_path / "99-an-earlier-run.txt").touch()
    write_letters(tmp_path, samples)
    write_list(tmp_path, samples)
    listed = (tmp_path / "index.html").read_text("utf-8")
    for sample in samples:
        letter = opened[sample.name]
        assert (tmp_path / f"{sample.name}.eml").read_bytes() == sample.letter.message
        assert (tmp_path / f"{sample.name}.txt").read_text("utf-8") == letter.text
        html = (tmp_path / f"{sample.name}.html").read_text("utf-8")
        assert html == letter.html.replace("\r\n", "\n")
        assert f'href="{sample.name}.eml"' in listed
    assert len(list(tmp_path.iterdir())) == 3 * len(samples) + 1


def test_pictures_are_taken_in_both_widths_by_day_and_at_night(
    samples: list[Sample], tmp_path: Path
) -> None:
    write_letters(tmp_path, samples[-1:])
    # In a thread: another test's browser may have left its event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(take_pictures, tmp_path, [samples[-1].name]).result()
    pictures = [(tmp_path / one).read_bytes() for one in picture_names(samples[-1].name)]
    write_list(tmp_path, samples[-1:])
    assert len(set(pictures)) == 4
    assert {int.from_bytes(picture[16:20]) for picture in pictures} == {360, 800}
    assert (tmp_path / "index.html").read_text("utf-8").count("<img ") == 4


def test_each_message_can_be_opened_by_itself(samples: list[Sample]) -> None:
    for sample in samples:
        message = message_from_bytes(sample.letter.message)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.defects == []


GUESTS_OWN = "Entschuldige!"  # Kofi wrote that himself


def words(text: str) -> set[str]:
    """The words of a text, addresses of pages left out."""
    return set(re.findall(r"[\w’]+", re.sub(r"https?://\S+", "", text).casefold()))


def test_both_forms_say_the_same_words(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", letter.html)
        assert words(letter.text) <= words(letter.shown), name
        # The heading says in other words what the subject and the first sentence say.
        assert words(letter.shown) - words(letter.text) <= words(f"Stadtführer {heading}"), name


def test_both_forms_lead_to_the_same_pages(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        pages = {link for link in letter.links if link.startswith("https:")}
        # One that the consultant typed into an answer stands in angle brackets.
        lines = re.findall(r"^<?(https://[^\s>]+)>?$", letter.text, re.MULTILINE)
        assert pages == set(lines), name


def test_no_line_of_the_text_form_is_too_long(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        for line in letter.text.splitlines():
            assert len(line) <= 72 or line.strip().startswith("https://"), (name, line)
            assert line == line.rstrip(), (name, line)
        assert "\n\n\n" not in letter.text, name
        assert letter.text == f"{letter.text.strip()}\n", name


def test_letters_are_written_in_good_german(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        for form in (letter.subject, letter.preview, letter.text, letter.shown):
            said = form.replace(GUESTS_OWN, "Entschuldige.")
            assert not re.search(r"\b(Sie|Ihnen|Ihre[mnrs]?)\b", said), name
            assert not re.search(r"[\"!]|\.\.\.|  [^ -]", said.replace("\n  ", "\n")), name
            assert not re.search(r"\{[{%]|None|Undefined|&amp;|\[\]", said), name
            assert said.count("„") == said.count("“"), name
            assert not re.search(r"\S - |[^\n] ([.,;?])|,,|\.\.|\?\.", said), name


def test_a_list_of_letters_shows_what_and_when_and_then_something_new(
    opened: dict[str, Read],
) -> None:
    for name, letter in opened.items():
        assert len(letter.preview) > 25, name
        assert not words(letter.preview) <= words(letter.subject), name
        assert "http" not in letter.preview, name
        if "ergebnis" not in name:
            assert re.search(r"\b\d{1,2}\. (März|April|Juli) 2026\b", letter.subject), name


def test_each_letter_has_a_way_back(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        ours = letter.to == ["vera@stadtfuehrer.example"]
        # What the consultant answers quotes the consultant's own link, so it must not go further.
        address = "termine@stadtfuehrer.example" if ours else "vera@stadtfuehrer.example"
        assert letter.reply_to == [address], name
        assert not letter.subject.endswith("?"), name
        if letter.kind in {
            *(LetterKind.CROWD, LetterKind.CALENDAR, LetterKind.WRITE_CALENDAR),
            LetterKind.SIGN_IN,
        }:
            continue  # nobody has written it
        if ours and "ohne-adresse" not in name:
            way = "tel:" if "ruth" in name else "mailto:"  # she gave a number only
            assert any(link.startswith(way) for link in letter.links), name
        if letter.kind == LetterKind.UNDELIVERABLE or "ohne-adresse" in name:
            continue  # there is no way
        way_back = "erreichst du unter" if ours else "Antworte einfach auf diese Mail"
        for form in (" ".join(letter.text.split()), letter.shown):
            assert way_back in form, name


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
