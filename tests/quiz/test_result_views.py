"""The result page: what it says about the answers, what others see of it, and its letter."""

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

from stadtfuehrer.mail.service import all_letters
from stadtfuehrer.quiz.findings import Findings, findings
from stadtfuehrer.quiz.plan_wording import in_words
from tests.support.contexts import full_answers
from tests.support.mailbag import read
from tests.support.other_content import content_of, site_with
from tests.support.pages import Page, words
from tests.support.quiz_ways import query, questions, result
from tests.support.sites import OpenSite, Site
from tests.support.stored import letters

SVG = "{http://www.w3.org/2000/svg}"
BUTTON = "Ergebnis schicken"


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


DIGITS = pytest.mark.parametrize("digits", [CLEAR, CLOSE, WELL, NEARLY_WELL, UNKNOWN])


@DIGITS
def test_the_plan_has_all_questions_and_is_told_in_words(site: Site, digits: str) -> None:
    page, found = page_and_findings(site, digits)
    numbers = [int(text) for text in drawn_texts(page, "p-number")]
    assert sorted(numbers) == list(range(1, len(questions(site)) + 1))
    assert sorted(drawn_texts(page, "p-name")) == ["Beratung", "Konzeption", "Umsetzung"]
    chosen = drawn_texts(page, "p-goal")
    assert [f"Marketing{one.lower()}" for one in chosen] == (
        [found.service.title] if found.service else []
    )
    assert len(classes(page, "p-route")) == len(chosen)
    (drawing,) = (one for one in page.root.iter() if one.get("role") == "img")
    assert drawing.get("aria-label") == "Dein Stadtplan"
    described = drawing.get("aria-describedby", "").split()
    text, described_plan = (
        "\n".join(words(page.by_id(name)) for name in described),
        in_words(found.plan),
    )
    streets = [
        one
        for district in described_plan.districts
        for one in (district.sentence, *district.streets)
    ]
    for sentence in (described_plan.standing, *streets):
        assert sentence in text


# Among them every single answer.
@pytest.mark.parametrize(
    "digits", [CLEAR, CLOSE, NEARLY_WELL, *(str(option) * 10 for option in range(5))]
)
def test_the_page_says_what_the_quiz_reckons(site: Site, digits: str) -> None:
    page, found = page_and_findings(site, digits)
    reckoned = found.result
    assert page.heading == found.outcome.headline
    for need in found.needs:
        assert f"{need.title}\n{need.points}\n" in page.text
    for reason in reckoned.reasons:
        quoted = reason.option.text.replace("„", "‚").replace("“", "‘")
        assert f"{reason.question.text}\n„{quoted}“" in page.text
        assert reason.option.id == gaps(site, digits)[reason.question.id]
    service = {"angebot": reckoned.recommended} if reckoned.recommended else {}
    label = "Darüber sprechen" if service else "Trotzdem miteinander sprechen"
    assert query(page.link(label)) == gaps(site, digits) | service
    turned = dict(reversed(gaps(site, digits).items()))
    assert site.guest.get(result(turned)).text == page.text


def test_the_table_names_the_street_of_every_answer(site: Site) -> None:
    page, found = page_and_findings(site, CLEAR)
    (table,) = classes(page, "streets")
    rows = [words(row).split("\n") for row in table.iter() if row.tag == "tr"][1:]
    states = {1: "läuft gut", 2: "läuft meistens", 3: "holprig", 4: "Baustelle", None: "unbekannt"}
    two_way, one_way = " in beide Richtungen", " Einbahnstraße"
    traffic = ["", two_way, two_way, one_way, "", two_way, two_way, "", "", ""]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        (str(number), f"{item.theme} {item.answer_text}", states[item.step] + traffic[number - 1])
        for number, item in enumerate(found.themes, 1)
    ]


def test_reasons_and_margin_can_be_checked_by_hand(site: Site) -> None:
    page, _ = page_and_findings(site, CLEAR)
    assert "Daher kommen 12 der 38 Punkte für Marketingberatung." in words(section(page, "gruende"))
    assert words(section(page, "bedarf")).endswith(
        "höchstens sind es 48. Der Abstand zum Nächsten: 19. Unter 3 nenne ich es knapp."
    )
    assert "Fast gleichauf" not in page.text
    promise = "kein Newsletter, eine Nachfrage nur, wenn du sie ankreuzt. Danach wird sie gelöscht."
    assert promise in page.text
    assert "Wem du die Adresse schickst, sieht deinen Plan." in page.text
    assert "Fast gleichauf: Marketingumsetzung." in page_and_findings(site, CLOSE)[0].text
    page, _ = page_and_findings(site, NEARLY_WELL)
    assert "Alle Themen laufen gut oder meistens." in page.text
    # Without anything to do nobody can be asked what came of it.
    page, _ = page_and_findings(site, WELL)
    assert "kein Newsletter, keine Nachfrage. Danach wird sie gelöscht." in page.text
    assert "nachfrage" not in page.form("email").names
    assert "Eine Empfehlung gibt es ab 20 Punkten." in page.text


@pytest.mark.parametrize(
    ("digits", "heading", "number"),
    [
        (CLEAR, "Drei Dinge für diese Woche", 3),
        ("3000000300", "Zwei Dinge für diese Woche", 2),
        ("1111111131", "Eine Sache für diese Woche", 1),
        (UNKNOWN, "So findest du es heraus", 3),
        (NEARLY_WELL, "Was du noch tun kannst", 3),
        ("0000000010", "Was du noch tun kannst", 1),
    ],
)
def test_what_one_can_do_alone(site: Site, digits: str, heading: str, number: int) -> None:
    page, found = page_and_findings(site, digits)
    tips = section(page, "selbst")
    assert words(tips).startswith(heading)
    items = [words(one) for one in tips.iter() if one.tag == "li"]
    assert items == [f"{tip.number}\n{tip.theme}\n{tip.text}" for tip in found.tips]
    assert len(items) == number


@pytest.mark.parametrize(
    ("digits", "heading"),
    [
        (WELL, "Du kennst dich hier aus"),
        ("1" * 10, "Du kennst dich hier aus"),
        ("1111111131", "Nur diese eine Sache"),
        ("2000020010", "Vielleicht brauchst du mich gar nicht"),
        (UNKNOWN, "Erst einmal herausfinden"),
    ],
)
def test_who_needs_nobody_is_sold_nothing(site: Site, digits: str, heading: str) -> None:
    page, found = page_and_findings(site, digits)
    assert page.heading == heading
    assert found.change is None or found.change in page.text
    assert classes(page, "way") == []
    labels = [label for label, href in page.links() if urlsplit(href).path.startswith("/termin")]
    assert sorted(labels) == ["Termin", "Trotzdem miteinander sprechen"]


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
        *((digits, "stadtplan") for digits in (UNKNOWN, "1111111131", "2222222222")),
        ("0130131013", "marketingumsetzung"),
        (WELL, "auskennen"),
    ],
)
def test_the_link_shows_the_outcome_and_no_answers(site: Site, digits: str, name: str) -> None:
    page, found = page_and_findings(site, digits)
    assert card(site, page) == name
    assert shared(page)["title"] == found.outcome.headline
    assert "url" not in shared(page)
    preview = " ".join(shared(page).values())
    assert not [one.answer_text for one in found.themes if one.answer_text in preview]


@pytest.mark.parametrize("name", ["laden", "fuenf", "eine"])
def test_other_services_share_a_picture_and_have_own_plans(tmp_path: Path, name: str) -> None:
    with site_with(tmp_path, content_of(name)) as site:
        page = site.guest.get(result(full_answers(site.context)))
        assert card(site, page) == "stadtplan"
        assert len(drawn_texts(page, "p-name")) == len(site.context.catalogue.quiz.services)
        assert len(drawn_texts(page, "p-number")) == len(questions(site))


def recipients(site: Site) -> list[str]:
    return [letter["recipient"] for letter in all_letters(site.context)]


def test_the_result_is_sent_once_to_the_address_and_the_page_says_so(site: Site) -> None:
    shown = site.guest.get(result(full_answers(site.context)))
    for _ in range(2):
        page = site.guest.press(shown, BUTTON, {"email": "aenne@gast.example"})
        assert page.location.endswith("#brief")
        after = site.guest.get(page.location)
        assert after.notices[0].startswith("Ist unterwegs.")
        assert after.heading == shown.heading
    assert recipients(site) == ["aenne@gast.example"]


@pytest.mark.parametrize(
    ("digits", "label"), [(CLEAR, "Termin aussuchen"), (UNKNOWN, "Trotzdem miteinander sprechen")]
)
def test_the_letter_leads_to_a_date_and_to_the_plan_with_the_answers(
    site: Site, digits: str, label: str
) -> None:
    answers = gaps(site, digits)
    page = site.guest.get(result(answers))
    site.guest.press(page, BUTTON, {"email": "aenne@gast.example"})
    letter = read(letters(site.context)[-1])
    service = {"angebot": "marketingberatung"} if digits == CLEAR else {}
    for said, path, carried in (
        (label, "/termin", answers | service),
        ("Dein Stadtplan, gezeichnet", "/quiz/ergebnis", answers),
    ):
        address = re.search(rf"{said}:\s+(\S+)", letter.text)
        assert address is not None
        assert urlsplit(address[1]).path == path
        assert query(address[1]) == carried
        assert address[1].replace("&", "&amp;") in letter.html
        site.guest.get(address[1].removeprefix(site.context.settings.site.url))


@pytest.mark.parametrize("email", ["", "   ", "aenne", "a@b.example, c@d.example", "ä@b.example"])
def test_a_wrong_address_is_shown_again_with_the_result(site: Site, email: str) -> None:
    shown = site.guest.get(result(full_answers(site.context)))
    page = site.guest.press(shown, BUTTON, {"email": email, "name": "Änne"}, status=422)
    assert (page.value("email"), page.value("name")) == (email.strip(), "Änne")
    assert page.mistake("email") in page.alert
    assert page.heading == shown.heading
    again = site.guest.press(page, BUTTON, {"email": "aenne@gast.example"})
    assert (again.status, recipients(site)) == (303, ["aenne@gast.example"])


def test_too_many_forms_are_told_to_wait_and_keep_what_was_typed(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    shown = site.guest.get(result(full_answers(site.context)))
    site.guest.press(shown, BUTTON, {"email": "a@gast.example"})
    page = site.guest.press(shown, BUTTON, {"email": "b@gast.example"}, status=429)
    assert page.value("email") == "b@gast.example"
    assert recipients(site) == ["a@gast.example"]
