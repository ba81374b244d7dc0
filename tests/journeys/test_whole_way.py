"""From the home page to an invitation in the mail, moved, and called off: the main job."""

import uuid
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import Town, letters_about
from tests.support.browsers import OpenPage
from tests.support.mailbag import Read, straightened

CONSULTANT = "vera@stadtfuehrer.example"
SCREENS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}
ANLIEGEN = "Unser Laden ist schön, aber leer.\nWoran liegt das – „Lage“ oder Werbung?"
VISITOR = {
    "name": "Änne Müller-Lüdenscheidt",
    "firma": "Müller & Töchter GbR",
    "telefon": "+49 30 5550 77",
    "anliegen": ANLIEGEN,
}


@pytest.mark.parametrize(
    ("javascript", "screen", "quiz"),
    [
        (True, "phone", "by clicking"),
        (False, "desk", "by clicking"),
        # The way after it is the same, so the other two screens come by a kept link.
        (True, "desk", "by bookmark"),
        (False, "phone", "by bookmark"),
    ],
)
def test_from_home_to_booked_to_moved_to_cancelled(
    town: Town, open_page: OpenPage, screen: str, quiz: str, *, javascript: bool
) -> None:
    guest = f"gast-{uuid.uuid4().hex[:8]}@gast.example"
    with open_page(javascript=javascript, viewport=SCREENS[screen]) as page:
        page.set_default_timeout(5000)
        page.goto(town.address)
        steps.look(page)
        if quiz == "by clicking":
            answers = take_quiz_with_second_thoughts(page)
        else:
            page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
            answers = steps.answers_on_check_page(page)
            page.get_by_role("button", name="Ergebnis ansehen").click()
        service = read_result(page, answers)
        start = book(page, guest, service, javascript=javascript)
        booked = letters_about(town.postfach, guest, count=2)
        check_letters(booked, guest, "REQUEST", sequence=0, start=start)
        check_what_was_said(booked, guest, answers)

        moved_to = move(page, start)
        moved = letters_about(town.postfach, guest, count=4)[2:]
        check_letters(moved, guest, "REQUEST", sequence=1, start=moved_to)

        cancel(page, "Der Laden brennt, im Wortsinn.")
        cancelled = letters_about(town.postfach, guest, count=6)[4:]
        check_letters(cancelled, guest, "CANCEL", sequence=2, start=moved_to)
        assert "Der Laden brennt, im Wortsinn." in straightened(
            letter_to(CONSULTANT, cancelled).text
        )
        steps.leaves_no_trace(page)


def take_quiz_with_second_thoughts(page: Page) -> dict[str, str]:
    """Answer all, but go back once by the page's link, once by the browser's, and change two."""
    page.get_by_role("link", name="Test starten: 10 Fragen, 3 Minuten").click()
    given = {steps.question(page, 1): steps.answer(page, 3)}
    second = steps.question(page, 2)
    given[second] = steps.answer(page, 2)
    third = steps.question(page, 3)

    page.get_by_role("link", name="Zurück").click()
    assert steps.question(page, 2) == second
    assert steps.chosen(page) == given[second]
    given[second] = steps.answer(page, 1)
    assert steps.question(page, 3) == third
    given[third] = steps.answer(page, 2)

    steps.question(page, 4)
    page.go_back()
    assert steps.question(page, 3) == third
    assert steps.chosen(page) == given[third]
    page.go_forward()
    steps.question(page, 4)
    page.go_back()
    given[third] = steps.answer(page, 3)
    given |= steps.take_quiz(page, first=4)
    assert steps.answers_behind_result(page) == given

    page.locator(".answers > div", has_text=second).get_by_role("link", name="Ändern").click()
    assert steps.question(page, 2) == second
    assert steps.chosen(page) == given[second]
    given[second] = steps.answer(page, 3)
    return given


def read_result(page: Page, answers: dict[str, str]) -> str:
    """Read the result; its reasons quote the answers. Return the slug of the service."""
    expect(page.get_by_role("heading", name="Woran es liegt")).to_be_visible()
    steps.look(page)
    reasons = page.locator(".reasons li")
    expect(reasons).to_have_count(3)
    for reason in reasons.all():
        asked = reason.locator("p").first.inner_text()
        assert reason.locator("blockquote").inner_text() == steps.quoted(answers[asked])
    return steps.service_of_result(page)


def book(page: Page, guest: str, service: str, *, javascript: bool) -> str:
    """Book with one mistake on the way; return the start."""
    page.get_by_role("link", name="Darüber sprechen").click()
    steps.heading(page, "Wie wollen wir sprechen?")
    expect(page.locator(".lead")).to_contain_text("Deine Antworten aus dem Test kommen mit")
    steps.to_free_times(page)
    assert steps.booking_query(page)["angebot"] == [service]
    assert len(steps.booking_query(page)) == 1 + steps.QUESTIONS
    start = steps.choose_time(page)

    steps.heading(page, "Mit wem spreche ich?")
    steps.fill_in(page, email="aenne@", **VISITOR)
    page.get_by_role("button", name="Termin buchen").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Hier hakt es noch")
    steps.look(page)
    assert steps.typed_in(page, "email", *VISITOR) == {"email": "aenne@", **VISITOR}
    if javascript:
        expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("[name='email']")).to_be_focused()

    steps.fill_in(page, email=guest)
    page.get_by_role("button", name="Termin buchen").click()
    steps.heading(page, "Wir sind verabredet")
    for said in (*VISITOR.values(), guest):
        expect(page.locator(".facts")).to_contain_text(said)
    return start


def move(page: Page, start: str) -> str:
    """Move to another time; return it."""
    page.get_by_role("link", name="Verschieben").click()
    new = steps.choose_time(page, at=2)
    assert new != start
    steps.heading(page, "Auf diese Zeit verschieben?")
    page.get_by_role("button", name="Verschieben").click()
    steps.heading(page, "Wir sind verabredet")
    clock = datetime.fromisoformat(new).strftime("%H:%M")
    expect(page.locator(".time-sign .clock")).to_contain_text(clock)
    return new


def cancel(page: Page, reason: str) -> None:
    page.get_by_role("link", name="Absagen").click()
    steps.heading(page, "Gespräch absagen?")
    steps.fill_in(page, grund=reason)
    page.get_by_role("button", name="Absagen").click()
    steps.heading(page, "Abgesagt")
    expect(page.get_by_role("link", name="Verschieben")).to_have_count(0)


def letter_to(recipient: str, letters: list[Read]) -> Read:
    (letter,) = (one for one in letters if one.to == [recipient])
    return letter


def check_letters(
    letters: list[Read], guest: str, method: str, *, sequence: int, start: str
) -> None:
    """Both got the same invitation; the guest's leads back to the consultant."""
    begins = datetime.fromisoformat(start)
    for recipient, other in ((guest, CONSULTANT), (CONSULTANT, "termine@stadtfuehrer.example")):
        letter = letter_to(recipient, letters)
        assert letter.reply_to == [other]
        assert letter.invitation is not None
        assert f"\r\nMETHOD:{method}\r\n".encode() in letter.invitation
        assert (letter.event["SEQUENCE"], letter.event.start) == (sequence, begins)
        assert f"{begins:%H:%M}" in letter.text
        assert f"{begins:%H:%M}" in letter.html


def check_what_was_said(letters: list[Read], guest: str, answers: dict[str, str]) -> None:
    """The consultant reads all that the visitor said; the visitor thanks, and none of it."""
    ours, theirs = (straightened(letter_to(one, letters).text) for one in (CONSULTANT, guest))
    said = [*answers, *map(steps.quoted, answers.values()), *ANLIEGEN.splitlines(), guest]
    for one in (*said, VISITOR["name"], VISITOR["firma"], VISITOR["telefon"]):
        assert one in ours
    for one in ("Danke", "/buchung/"):
        assert one in theirs
    # Nobody has confirmed that the address is theirs.
    for one in ("Ergebnis im Test", VISITOR["firma"], *ANLIEGEN.splitlines()):
        assert one not in theirs
