"""The consultant's own way: in by a letter, a look at the letters, out again."""

from contextlib import closing

from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.mail.tables import DbLetter, State
from tests.journeys import steps
from tests.journeys.steps import PATIENCE_SECONDS, Town
from tests.support.browsers import CHROMIUM_ONLY
from tests.support.contexts import a_wish
from tests.support.mailbag import read_message
from tools.until import until

VERA = "vera@stadtfuehrer.example"
NO = "Der Mailserver nimmt für diesen Empfänger nichts an (550 5.1.1 unknown)."


def links_sent(town: Town) -> list[str]:
    """Where the letters lead that sign in, oldest first."""
    letters = [
        read_message(file.stem, file.read_bytes())
        for file in sorted(town.postfach.glob("*-anmelden-*.eml"))
    ]
    return [next(link for link in one.links if "/buero/anmelden/" in link) for one in letters]


def test_the_letters_link_leads_to_the_page_that_was_wanted(town: Town, page: Page) -> None:
    before = links_sent(town)
    page.goto(f"{town.address}/buero/briefe")
    steps.heading(page, "Anmelden")
    steps.fill_in(page, email=VERA)
    page.keyboard.press("Enter")
    steps.heading(page, "Schau in deine Mail")
    until(lambda: len(links_sent(town)) > len(before), within=PATIENCE_SECONDS, what="a letter")
    page.goto(links_sent(town)[-1])
    steps.heading(page, "Willkommen im Büro")
    page.get_by_role("button", name="Hier anmelden").click()
    steps.heading(page, "Briefe")
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("buero", True, "Lax")
    page.goto(links_sent(town)[-1])
    steps.heading(page, "Dieser Link gilt nicht mehr")


@CHROMIUM_ONLY
def test_public_pages_leave_the_cookie_alone_and_signing_out_works_everywhere(
    town: Town, page: Page
) -> None:
    steps.sign_in(page, town)
    cookies = page.context.cookies()
    for path in ("/", "/quiz", "/termin/kennenlernen"):
        answer = page.goto(town.address + path)
        assert answer
        assert "set-cookie" not in answer.all_headers()
    assert page.context.cookies() == cookies
    page.goto(f"{town.address}/buero/geraete")
    page.get_by_role("contentinfo").get_by_role("button", name="Abmelden").click()
    steps.heading(page, "Anmelden")
    page.go_back()
    steps.heading(page, "Anmelden")  # nothing of what was shown stays in the browser


def test_a_letter_that_failed_is_tried_again_and_arrives(town: Town, page: Page) -> None:
    context = open_context(town.postfach.parent, {})
    with closing(context.database):
        now = utc_now()
        kind = context.get_kind("kennenlernen")
        start = free_times(context, kind, now=now)[-1]
        book(context, a_wish(context, start), now=now)

        def states() -> list[str]:
            with context.database.read() as session:
                newest = select(DbLetter.state).where(DbLetter.booking_id.is_not(None))
                return list(session.scalars(newest.order_by(DbLetter.id.desc()).limit(2)))

        until(lambda: states() == ["sent", "sent"], within=PATIENCE_SECONDS, what="letters")
        with context.database.begin() as session:
            session.execute(
                update(DbLetter)
                .where(DbLetter.id == select(func.max(DbLetter.id)).scalar_subquery())
                .values(state=State.FAILED, error=NO)
            )
        steps.sign_in(page, town)
        page.get_by_role("link", name="Briefe").click()
        expect(page.get_by_role("main")).to_contain_text(NO)
        steps.look(page)
        page.get_by_role("button", name="Noch einmal versuchen").click()
        expect(page.get_by_role("status")).to_have_text("Der Brief ist wieder an der Reihe.")
        until(lambda: states() == ["sent", "sent"], within=PATIENCE_SECONDS, what="it again")
        page.reload()
        expect(page.get_by_role("main")).not_to_contain_text(NO)
