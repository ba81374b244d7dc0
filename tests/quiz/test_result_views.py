"""The result page: what it says about the answers, and what others see when it is shared."""

import struct
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

from stadtfuehrer.quiz.findings import Findings, findings
from stadtfuehrer.quiz.plan_wording import in_words
from tests.support.contexts import full_answers
from tests.support.other_content import content_of, site_with
from tests.support.pages import Page, words
from tests.support.quiz_ways import questions, result
from tests.support.sites import Site

SVG = "{http://www.w3.org/2000/svg}"


def gaps(site: Site, digits: str) -> dict[str, str]:
    """Answers to the shipped quiz, one digit each; 4 is „weiß ich nicht“."""
    return {
        question.id: question.options[int(digit)].id
        for question, digit in zip(questions(site), digits, strict=True)
    }


CLEAR, CLOSE, WELL, NEARLY_WELL, UNKNOWN = (
    *("3102401321", "2321322122", "0000000000", "1010111011"),
    "4444444444",
)


def page_and_findings(site: Site, digits: str) -> tuple[Page, Findings]:
    answers = gaps(site, digits)
    return site.guest.get(result(answers)), findings(site.context.catalogue, answers)


def classes(page: Page, name: str) -> list[Element]:
    return [one for one in page.root.iter() if name in one.get("class", "").split()]


def drawn_texts(page: Page, name: str) -> list[str]:
    """What stands on the plan's signs of this class."""
    (drawing,) = (one for one in classes(page, "plan") if "sample" not in one.get("class", ""))
    return [
        " ".join("".join(text.itertext()) for text in one.iter(f"{SVG}text"))
        for one in drawing.iter(f"{SVG}g")
        if name in one.get("class", "").split()
    ]


def section(page: Page, heading_id: str) -> Element:
    (found,) = (one for one in page.all("section") if one.get("aria-labelledby") == heading_id)
    return found


@pytest.mark.parametrize("digits", [CLEAR, CLOSE, WELL, NEARLY_WELL, UNKNOWN])
def test_the_plan_has_a_number_for_each_question_and_a_sign_for_each_service(
    site: Site, digits: str
) -> None:
    page, found = page_and_findings(site, digits)
    numbers = [int(text) for text in drawn_texts(page, "p-number")]
    assert sorted(numbers) == list(range(1, len(questions(site)) + 1))
    assert sorted(drawn_texts(page, "p-name")) == ["Beratung", "Konzeption", "Umsetzung"]
    chosen = drawn_texts(page, "p-goal")
    assert [f"Marketing{one.lower()}" for one in chosen] == (
        [found.service.title] if found.service else []
    )
    assert len(classes(page, "p-route")) == len(chosen)


@pytest.mark.parametrize("digits", [CLEAR, CLOSE, WELL, UNKNOWN])
def test_the_plan_is_told_in_words_where_it_is_drawn(site: Site, digits: str) -> None:
    page, found = page_and_findings(site, digits)
    told = in_words(found.plan)
    (drawing,) = (one for one in page.root.iter() if one.get("role") == "img")
    assert drawing.get("aria-label") == "Dein Stadtplan"
    described = drawing.get("aria-describedby", "").split()
    text = "\n".join(words(page.by_id(name)) for name in described)
    sentences = [told.standing, told.way]
    for district in told.districts:
        sentences += [district.sentence, *district.streets]
    for sentence in sentences:
        assert sentence in text


def test_the_table_names_the_street_of_every_answer(site: Site) -> None:
    page, found = page_and_findings(site, CLEAR)
    (table,) = classes(page, "streets")
    rows = [words(row).split("\n") for row in table.iter() if row.tag == "tr"][1:]
    states = {1: "gut ausgebaut", 2: "schmal", 3: "holprig", 4: "Baustelle", None: "unbekannt"}
    two_way, one_way = " in beide Richtungen", " Einbahnstraße"
    traffic = ["", two_way, two_way, one_way, "", two_way, two_way, "", "", ""]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        (str(number), f"{item.theme} {item.answer_text}", states[item.step] + traffic[number - 1])
        for number, item in enumerate(found.themes, 1)
    ]


def test_reasons_and_margin_can_be_checked_by_hand(site: Site) -> None:
    page, found = page_and_findings(site, CLEAR)
    assert found.service is not None
    assert "Daher kommen 25 der 79 Punkte für Marketingberatung." in words(section(page, "gruende"))
    assert words(section(page, "bedarf")).endswith(
        "Der Abstand zwischen den ersten beiden ist 39,5. "
        "Unter 5 nenne ich das Ergebnis knapp, ab 15 klar."
    )


@pytest.mark.parametrize(
    ("digits", "heading", "number"),
    [
        (CLEAR, "Drei Dinge für diese Woche", 3),
        ("3000000300", "Zwei Dinge für diese Woche", 2),
        (NEARLY_WELL, "Was du noch tun kannst", 3),
        ("0000000010", "Was du noch tun kannst", 1),
    ],
)
def test_what_one_can_do_alone(site: Site, digits: str, heading: str, number: int) -> None:
    page, found = page_and_findings(site, digits)
    told = section(page, "selbst")
    assert words(told).startswith(heading)
    items = [words(one) for one in told.iter() if one.tag == "li"]
    assert items == [f"{tip.number}\n{tip.theme}\n{tip.text}" for tip in found.tips]
    assert len(items) == number


def test_who_knows_the_way_is_sold_nothing(site: Site) -> None:
    page, found = page_and_findings(site, WELL)
    assert page.heading == "Du kennst dich hier aus"
    assert found.tips == ()
    assert found.change is None or found.change in page.text
    assert classes(page, "way") == []
    labels = [label for label, href in page.links() if urlsplit(href).path.startswith("/termin")]
    assert sorted(labels) == ["Termin", "Trotzdem miteinander sprechen"]
    assert "für diese Woche" not in page.text


def test_a_close_call_on_the_way_to_a_recommendation_is_told(site: Site) -> None:
    page, _ = page_and_findings(site, NEARLY_WELL)
    assert "Es ist knapp: Bis zu einer Empfehlung für Marketingumsetzung" in page.text
    assert "Ab 30 Punkten gäbe es eine Empfehlung, dahin fehlen 0,8." in page.text


def test_the_second_is_named_where_it_is_close(site: Site) -> None:
    assert "Fast gleichauf: Marketingumsetzung." in page_and_findings(site, CLOSE)[0].text
    assert "Fast gleichauf" not in page_and_findings(site, CLEAR)[0].text


def test_the_address_is_for_one_letter_and_the_link_shows_the_answers(site: Site) -> None:
    page, _ = page_and_findings(site, CLEAR)
    assert "kein Newsletter, keine Nachfrage. Danach wird sie gelöscht." in page.text
    assert "Wem du die Adresse schickst, sieht deinen Plan." in page.text


def shared(page: Page) -> Mapping[str, str]:
    return {
        one.get("property", "").removeprefix("og:"): one.get("content", "")
        for one in page.all("meta")
        if one.get("property", "").startswith("og:")
    }


def card(site: Site, page: Page) -> str:
    """The name of the picture that others see, which must be there, and light."""
    address = urlsplit(shared(page)["image"])
    assert f"{address.scheme}://{address.netloc}" == site.context.settings.site.url
    picture = site.guest.ask("GET", address.path).body
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert len(picture) < 60 * 1024
    return Path(address.path).stem


@pytest.mark.parametrize(
    ("digits", "name"),
    [
        (CLEAR, "marketingberatung"),
        (CLOSE, "marketingkonzeption"),
        ("0130131013", "marketingumsetzung"),
        (WELL, "auskennen"),
    ],
)
def test_whoever_gets_the_link_sees_the_outcome_and_nothing_of_the_answers(
    site: Site, digits: str, name: str
) -> None:
    page, found = page_and_findings(site, digits)
    assert card(site, page) == name
    assert shared(page)["title"] == found.outcome.headline
    assert "url" not in shared(page)
    told = " ".join(shared(page).values())
    assert not [one.answer_text for one in found.themes if one.answer_text in told]


@pytest.mark.parametrize("name", ["laden", "fuenf", "eine"])
def test_other_services_share_a_picture_and_have_plans_of_their_own(
    tmp_path: Path, name: str
) -> None:
    with site_with(tmp_path, content_of(name)) as site:
        page = site.guest.get(result(full_answers(site.context)))
        assert card(site, page) == "stadtplan"
        assert len(drawn_texts(page, "p-name")) == len(site.context.catalogue.quiz.services)
        assert len(drawn_texts(page, "p-number")) == len(questions(site))
