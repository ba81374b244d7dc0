"""Without a mouse: the whole way to a booking, and every stop of every kind of page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.looks import focus, tab_to
from tests.support.browsers import OpenPage
from tests.support.sights.exhibition import Exhibition

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
ZOOMED = {"width": 320, "height": 256}
ENOUGH = 45
"""Stops: after so many of a calendar's times come more of the same."""
NAMES = [
    *("public /", "public /angebot", "public /angebot/marketingberatung", "error 404"),
    *("quiz question without an answer", "quiz all answers", "result wrong address", "result sent"),
    *("times elsewhere", "form just gone", "form refused", "booked", "feedback refused"),
    *("waiting refused", "postfach", "letter as text", "office letters"),
    *("ask as a letter", "letter refused", "asked, answered"),
]
SCREENS: list[dict[str, Any]] = [
    {"viewport": PHONE, "color_scheme": "light"},
    {"viewport": DESK, "color_scheme": "dark"},
    {"viewport": ZOOMED, "forced_colors": "active"},
]


def stops(page: Page) -> Iterator[str]:
    """Hold Tab to the page's end or long enough; yield what is wrong at each stop."""
    seen = set()
    for _ in range(ENOUGH):
        # A held key costs a quarter less than one that is let go each time.
        page.keyboard.down("Tab")
        at = focus(page)
        if at is None:
            break
        seen.add(at.what)
        yield from at.complaints
    assert len(seen) > 8


@pytest.mark.parametrize("screen", SCREENS, ids=["phone", "desk", "zoomed"])
def test_the_focus_is_seen_wherever_it_is(
    exhibition: Exhibition, open_page: OpenPage, screen: dict[str, Any]
) -> None:
    found = []
    with open_page(**screen, reduced_motion="reduce") as page:
        for name in NAMES:
            page.goto(exhibition.show(name))
            found += [(name, one) for one in stops(page)]
    assert found == []


def test_a_focus_that_is_not_seen_is_found(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page() as page:
        for broken, complaint in (
            ("one.style.outline = 'none'", "a ring of 0"),
            ("one.style.outlineColor = '#e9ece8'", "a ring in #e9ece8"),
            ("one.style.cssText = 'position: relative; z-index: -1'", "hidden"),
        ):
            page.goto(exhibition.show("error 404"))
            page.evaluate(f"for (const one of document.querySelectorAll('a')) {{ {broken} }}")
            assert [one for one in stops(page) if one.startswith(complaint)], complaint


def test_the_summary_of_mistakes_has_the_focus_and_leads_to_each_field(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    with open_page() as page:
        for name in ("form refused", "result wrong address", "waiting refused"):
            page.goto(exhibition.show(name))
            summary = page.get_by_role("alert")
            expect(summary).to_be_focused()
            for link in summary.get_by_role("link").all():
                said, field = link.inner_text(), page.locator(link.get_attribute("href") or "")
                link.focus()
                page.keyboard.press("Enter")
                expect(field).to_be_focused()
                expect(field).to_have_attribute("aria-invalid", "true")
                expect(field).to_have_accessible_description(re.compile(re.escape(said)))


def press(page: Page, words: str, *, then: str, key: str = "Enter") -> None:
    """Go by Tab to what begins with these words and press a key there; check the headline then."""
    assert tab_to(page, words) == []
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(then)


def test_from_home_by_the_quiz_to_a_booking_and_its_cancellation(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    exhibition.empty()
    quiz = exhibition.site.context.catalogue.quiz
    asked = [question.text for question in quiz.questions]
    with open_page(viewport=PHONE) as page:
        page.goto(exhibition.address)
        assert tab_to(page, "Zum Inhalt springen") == []
        page.keyboard.press("Enter")
        press(page, "Test starten: 10 Fragen, 3 Minuten", then=asked[0])
        result = quiz.result({question.id: question.options[-2].id for question in quiz.questions})
        for question, following in zip(
            quiz.questions, [*asked[1:], quiz.outcome(result).headline], strict=True
        ):
            press(page, question.options[0].text, key="ArrowUp", then=question.text)
            page.keyboard.press("ArrowUp")
            press(page, "Ergebnis" if question is quiz.questions[-1] else "Weiter", then=following)
        press(page, "Darüber sprechen", then="Wie wollen wir sprechen?")
        press(page, "Freie Zeiten", then="Wann passt es dir?")
        press(page, "Buchen: 10:00", then="Mit wem spreche ich?")

        # Nothing was filled in: the summary has the focus, and its first link leads to the name.
        press(page, "Termin buchen", then="Mit wem spreche ich?")
        expect(page.get_by_role("alert")).to_be_focused()
        press(page, "Wie heißt du?", then="Mit wem spreche ich?")
        page.keyboard.type("Änne Müller")
        assert tab_to(page, "Deine E-Mail-Adresse") == []
        page.keyboard.type("aenne@gast.example")
        assert tab_to(page, "Unter welcher Nummer rufe ich dich an?") == []
        page.keyboard.type("030 555077")
        press(page, "Termin buchen", then="Wir sind verabredet")
        press(page, "Absagen", then="Gespräch absagen?")
        press(page, "Absagen", then="Abgesagt")


def test_any_day_and_its_times_are_a_few_tabs_away(
    exhibition: Exhibition, open_page: OpenPage
) -> None:
    exhibition.empty()
    with open_page(javascript=False) as page:
        page.goto(f"{exhibition.address}/termin/kennenlernen")
        press(page, "April 2026", then="Wann passt es dir?")
        day = page.locator(".month td a").last
        iso = (day.get_attribute("href") or "").partition("ab=")[2].partition("#")[0]
        assert tab_to(page, day.inner_text(), most=40) == []
        page.keyboard.press("Enter")
        expect(page.locator("#zeiten h2")).to_have_id(f"tag-{iso}")
        # The address names the times, so the next Tab leads to the first of them.
        page.keyboard.press("Tab")
        expect(page.locator("#zeiten .times a").first).to_be_focused()


def test_fields_say_what_belongs_into_them(exhibition: Exhibition, open_page: OpenPage) -> None:
    """WCAG 2.2, 1.3.5: browsers fill them in."""
    wanted = {"name": "name", "email": "email", "telefon": "tel", "firma": "organization"}
    with open_page() as page:
        for name in ("form", "result mixed", "waiting"):
            page.goto(exhibition.show(name))
            said = page.evaluate(
                "Object.fromEntries([...document.querySelectorAll('input:not([type=hidden])')]"
                ".filter((one) => !one.closest('.aside-trap') && one.type !== 'checkbox')"
                ".map((one) => [one.name, one.autocomplete]))"
            )
            assert said
            assert said.items() <= wanted.items()


NEWS: list[tuple[str, Any, str]] = [
    ("quiz old link", "status", "gibt es so nicht mehr"),
    ("result sent", "status", "Ist unterwegs"),
    ("times misread", "status", "konnte ich nicht lesen"),
    ("waiting noted", "status", "Danke für deine Geduld"),
    ("form just gone", "alert", "Diese Zeit ist vergeben"),
    ("quiz question without an answer", "alert", "Wähle eine Antwort aus"),
]


def test_what_is_news_is_said(exhibition: Exhibition, open_page: OpenPage) -> None:
    with open_page() as page:
        for name, role, words in NEWS:
            page.goto(exhibition.show(name))
            expect(page.get_by_role(role).filter(has_text=words)).to_be_visible()
