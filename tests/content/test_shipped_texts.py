"""The shipped German texts: their typography, and that they say *du*."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stadtfuehrer.content.catalogue import Catalogue, load_catalogue
from stadtfuehrer.pages.model import Article, Page

FORMAL = re.compile(r"\b(Sie|Ihnen|Ihr|Ihre|Ihren|Ihrem|Ihrer|Ihres)\b")
WORDS_A_MINUTE = 200
"""Slow silent reading, with time left to choose; 238 is the average in English (Brysbaert 2019)."""
JARGON = re.compile(
    r"zielgruppe|strateg|content|kampagne|conver|\blead|position|reichweite|funnel|kanal|kanäl"
    r"|community|touchpoint|branding|kommunikation|konzept|\bperforman|\bfeedback|\bkpi|\busp",
    re.IGNORECASE,
)
WRONG = {
    "a straight quote": re.compile("[\"']"),
    "a hyphen for a dash": re.compile(r"\s-\s|—"),
    "three dots": re.compile(r"\.\.\."),
    "an exclamation mark": re.compile("!"),
    "a spelt-out umlaut": re.compile(r"\b(fuer|ueber|koenn\w+|moecht\w+|waehl\w+|duerf\w+)\b"),
    "formal address": FORMAL,
    "what is only meant for machines": re.compile(r"\{\{|\{%|\+\+\+"),
}


class Running(HTMLParser):
    """The text of a page without its markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data


def strings(value: object) -> Iterator[str]:
    """Every text within content, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)


def texts(catalogue: Catalogue) -> list[str]:
    read: tuple[Page | Article, ...] = (*catalogue.pages.values(), *catalogue.articles)
    html = [text for one in read for text in (one.title, one.description, one.html)]
    html += [*strings(catalogue.faq), *strings(catalogue.course)]
    return [
        *strings(catalogue.offers),
        *strings(catalogue.quiz),
        *(Running(text).text for text in html),
    ]


def asked(catalogue: Catalogue) -> list[str]:
    """What is read on the way through the quiz."""
    return [
        text
        for one in catalogue.quiz.questions
        for text in (one.text, one.why, *(option.text for option in one.options))
    ]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_no_text_has(shipped: Catalogue, wrong: re.Pattern[str]) -> None:
    assert [text for text in texts(shipped) if wrong.search(text)] == []


def test_all_texts_are_looked_at(shipped: Catalogue) -> None:
    found = texts(shipped)

    assert shipped.quiz.no_need.next_step in found
    assert shipped.quiz.questions[9].options[3].text in found
    assert shipped.offers.services[2].steps[2].text in found
    assert any("Art. 21 DSGVO" in text for text in found)
    assert shipped.course.stages[2].title in found
    assert shipped.faq.groups[3].entries[2].question in found
    assert any("Provision nehme ich von niemandem." in text for text in found)
    assert any("bekommt das erste Stück" in text for text in found)


def test_the_quiz_takes_three_minutes(shipped: Catalogue) -> None:
    read = [word for text in asked(shipped) for word in re.findall(r"\w[\w-]*", text)]

    assert len(read) <= 3 * WORDS_A_MINUTE


def test_questions_are_asked_in_words_that_owners_use(shipped: Catalogue) -> None:
    assert [text for text in asked(shipped) if JARGON.search(text)] == []


def test_quotes_are_opened_and_closed(shipped: Catalogue) -> None:
    assert [text for text in texts(shipped) if text.count("„") != text.count("“")] == []


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("impressum", ["§ 5 DDG", "Vera Beispiel", "Marktplatz 1", "80331 München", "DE123456789"]),
        (
            "datenschutz",
            [
                *("Vera Beispiel", "vera@stadtfuehrer.example", "Rechenhaus GmbH"),
                *("6 Monate nach", "nach höchstens 7 Tagen", "nach 14 Tagen"),
                # What was said: answered or put away, never answered, held; a consent not used.
                *("17 Tage nachdem ich geantwortet", "6 Monate nachdem du es geschrieben hast"),
                *("lösche es nach 17 Tagen", "Frage ich dich 23 Monate lang nicht"),
                *("bis du es zurücknimmst", "welchem Satz in welcher Fassung du wann"),
                "Art. 6 Abs. 1 Buchst. a",
                *("Art. 6 Abs. 1 Buchst. b", "Art. 6 Abs. 1 Buchst. f"),
                *(f"Art. {number} DSGVO" for number in (15, 16, 17, 18, 20, 21, 22, 28, 77)),
                "Bayerisches Landesamt für Datenschutzaufsicht",
            ],
        ),
        ("barrierefreiheit", ["WCAG 2.2", "vera@stadtfuehrer.example"]),
        ("ueber", ["Vera Beispiel", "+49 89 1234567"]),
    ],
)
def test_what_a_page_must_say(shipped: Catalogue, slug: str, said: list[str]) -> None:
    text = Running(shipped.get_page(slug).html).text

    assert [one for one in said if one not in text] == []


GERMAN = ("§ 5 DDG", "§ 18 Abs. 2 MStV", "§ 27a UStG", "§ 7 UWG", "Bayerisches Landesamt")
AUSTRIAN = ("§ 5 ECG", "§ 14 UGB", "§ 25 MedienG", "§ 174 TKG", "Österreichische Datenschutz")
SWISS = ("Art. 3 Abs. 1 Bst. s UWG", "Datenschutzgesetz (DSG)", "EDÖB", "Art. 25 DSG")


@pytest.mark.parametrize(("country", "own"), [("DE", GERMAN), ("AT", AUSTRIAN), ("CH", SWISS)])
def test_the_law_is_that_of_the_country(
    tmp_path: Path, facts: dict[str, object], country: str, own: tuple[str, ...]
) -> None:
    catalogue = load_catalogue(tmp_path, facts | {"law": country})
    pages = ("impressum", "datenschutz", "barrierefreiheit")
    text = " ".join(
        f"{catalogue.get_page(slug).description} {Running(catalogue.get_page(slug).html).text}"
        for slug in pages
    )
    assert [one for one in own if one not in text] == []
    others = {*GERMAN, *AUSTRIAN, *SWISS, "Barrierefreiheitsstärkungsgesetz"} - {*own}
    if country == "DE":
        others.remove("Barrierefreiheitsstärkungsgesetz")
    assert [one for one in others if one in text] == []


@pytest.mark.parametrize("reads", [False, True])
def test_privacy_tells_of_the_mailbox_where_it_is_read(
    tmp_path: Path, facts: dict[str, object], *, reads: bool
) -> None:
    page = load_catalogue(tmp_path, facts | {"reads_mailbox": reads}).get_page("datenschutz")
    assert ("liest diese Seite selbst aus meinem Postfach" in Running(page.html).text) == reads


@pytest.mark.parametrize("behind", [False, True])
def test_privacy_tells_of_a_log_that_is_not_the_sites_own(
    tmp_path: Path, facts: dict[str, object], *, behind: bool
) -> None:
    page = load_catalogue(tmp_path, facts | {"behind_proxy": behind}).get_page("datenschutz")
    assert ("welche IP-Adresse wann welche Adresse" in Running(page.html).text) == behind


def test_privacy_names_everything_that_asks_for_an_address_first(shipped: Catalogue) -> None:
    first = Running(shipped.get_page("datenschutz").html.partition("<h2>Wer")[0]).text
    wanted = ("einen Termin buchst", "dein Ergebnis schicken lässt", "auf eine Warteliste setzt")
    assert [one for one in wanted if one not in first] == []


@pytest.mark.parametrize("hosts", ["", "crm.example und n8n.example"])
def test_privacy_tells_of_the_programs_that_are_told(
    tmp_path: Path, facts: dict[str, object], hosts: str
) -> None:
    page = load_catalogue(tmp_path, facts | {"hooks": hosts}).get_page("datenschutz")
    text = Running(page.html).text
    assert ("das Programm, in dem ich Anfragen und Kunden verwalte" in text) == bool(hosts)
    assert hosts in text
    without = load_catalogue(tmp_path, facts).get_page("datenschutz").html
    assert page.html.count("<ul>") == without.count("<ul>")  # one more of the same list


def test_articles_are_as_long_as_a_coffee(shipped: Catalogue) -> None:
    words = {one.slug: len(Running(one.html).text.split()) for one in shipped.articles}

    assert {slug: count for slug, count in words.items() if not 500 <= count <= 800} == {}


def test_no_answer_makes_one_scroll(shipped: Catalogue) -> None:
    entries = [entry for group in shipped.faq.groups for entry in group.entries]

    assert [one.id for one in entries if len(Running(one.answer).text.split()) > 90] == []


def test_no_law_or_platform_that_is_gone(shipped: Catalogue) -> None:
    everything = " ".join(texts(shipped))

    assert not re.search(r"TMG\b|TTDSG|ec\.europa\.eu/consumers/odr|https?://", everything)
