"""A booking's own pages: its facts, its calendar file, moving it and calling it off."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.reminders import remind
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from stadtfuehrer.web import init_context
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page
from tests.support.sites import KIND, TYPED, Site
from tests.support.stored import letters

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
PATHS = ("", "/termin.ics", "/verschieben", "/absagen")
PREVIEW = f"/verschieben?start={in_address(OTHER)}"


@pytest.fixture
def booked(site: Site) -> str:
    """Book through the form, and give the address of the booking's page."""
    form = site.guest.get(site.form_path(START))
    return site.guest.press(form, "Termin buchen", TYPED).location


def calendar_entry(site: Site, booked: str) -> Any:
    """The event in the file to download."""
    calendar = Calendar.from_ical(site.guest.get(f"{booked}/termin.ics").body)
    (event,) = calendar.walk("VEVENT")
    return event


def times(page: Page) -> set[str]:
    return {href for label, href in page.links() if label.startswith("Verschieben auf:")}


def test_the_page_and_the_calendar_file_say_everything(site: Site, booked: str) -> None:
    page = site.guest.get(booked)
    assert "Kennenlerngespräch\nDonnerstag, 5. März 2026\n09:00–09:30 Uhr" in page.text
    assert "Ich rufe dich an, unter +49 30 5550 77." in page.text
    assert "Das geht hier bis Mittwoch, 4. März, 21:00 Uhr." in page.text
    for label, path in (("In den Kalender", PATHS[1]), ("Verschieben", PATHS[2])):
        assert page.link(label) == f"{booked}{path}"
    event, (booking,) = calendar_entry(site, booked), site.bookings()
    assert (event["UID"], event["DTSTART"].dt) == (booking.uid, booking.start)
    assert event["DTEND"].dt == booking.end
    assert event["URL"].endswith(booked)


def test_every_free_time_but_its_own_is_offered_for_moving(site: Site, booked: str) -> None:
    page = site.guest.get(f"{booked}/verschieben")
    offered = times(page)
    while later := [href for label, href in page.links() if label.startswith("Nächster freier")]:
        page = site.guest.get(later[0])
        offered |= times(page)
    # Its neighbours are free for it, though for nobody else.
    expected = {*site.free(), in_berlin("2026-03-05 09:30")}
    assert offered == {f"{booked}/verschieben?start={in_address(start)}" for start in expected}


def test_a_move_is_shown_before_it_is_made_and_made_once(site: Site, booked: str) -> None:
    choice = site.guest.get(f"{booked}/verschieben?ab=2026-03-06")
    assert "Bisher: Donnerstag, 5. März 2026, 09:00–09:30 Uhr" in choice.text
    page = site.guest.get(choice.link("Verschieben auf: 11:00 Uhr, Freitag, 6. März"))
    assert "Freitag, 6. März 2026\n11:00–11:30 Uhr" in page.text
    assert "Bisher: Donnerstag, 5. März 2026, 09:00–09:30 Uhr." in page.text
    assert site.bookings()[0].start == START
    after = site.guest.press(page, "Verschieben").location
    assert after == f"{booked}?statt={in_address(START)}"
    was, now = "Donnerstag, 5. März 2026, 09:00–09:30 Uhr", "Freitag, 6. März 2026, 11:00–11:30 Uhr"
    assert site.guest.get(after).notices == [f"Verschoben: statt {was} jetzt {now}."]
    assert site.guest.press(page, "Verschieben").location == booked
    assert [(one.start, one.sequence) for one in site.bookings()] == [(OTHER, 1)]
    assert "Freitag, 6. März 2026\n11:00–11:30 Uhr" in site.guest.get(booked).text


@pytest.mark.parametrize(
    "told", ["", "morgen", "20260305", in_address(OTHER), "20269999T000000Z", "<b>20260305T080000Z"]
)
def test_what_was_moved_is_told_of_a_moved_booking_and_another_time_only(
    site: Site, booked: str, told: str
) -> None:
    assert site.guest.get(f"{booked}?statt={in_address(OTHER)}").notices == []
    site.guest.post(f"{booked}/verschieben", {"start": in_address(OTHER)})
    assert site.guest.get(f"{booked}?{urlencode({'statt': told})}").notices == []
    site.guest.post(f"{booked}/absagen", {})
    assert site.guest.get(f"{booked}?statt={in_address(START)}").notices == []


def test_a_time_just_gone_leads_to_the_nearest_ones(site: Site, booked: str) -> None:
    page = site.guest.get(f"{booked}{PREVIEW}")
    site.book(OTHER)
    again = site.guest.get(f"{booked}{PREVIEW}", status=409)
    assert again.notices[0].startswith("Diese Zeit ist vergeben.")
    assert times(again)
    gone = site.guest.press(page, "Verschieben", status=409)
    assert gone.alert.startswith("Diese Zeit ist vergeben")
    assert "Dabei bleibt es, bis du eine andere Zeit wählst." in gone.text
    assert site.guest.press(gone, "Freitag, 6. März, 10:00 Uhr").location.startswith(booked)
    assert site.bookings()[0].start == in_berlin("2026-03-06 10:00")


def test_what_is_no_time_cannot_be_moved_to(site: Site, booked: str) -> None:
    for start in ("", "morgen", "99991231T235959Z", "\x00", "2026-03-06"):
        shown = site.guest.get(f"{booked}/verschieben?{urlencode({'start': start})}")
        refused = site.guest.post(f"{booked}/verschieben", {"start": start}, status=422)
        for page in (shown, refused):
            assert page.notices == ["Diese Zeit konnte ich nicht lesen."]
            assert times(page)
    assert site.bookings()[0].start == START


def test_calling_off_keeps_the_reason_and_frees_the_time(site: Site, booked: str) -> None:
    question = site.guest.get(site.guest.get(booked).link("Absagen"))
    assert "Donnerstag, 5. März 2026" in question.text
    # A reason that is too long stays in its field.
    page = site.guest.press(question, "Absagen", {"grund": "x" * 3001}, status=422)
    assert "Höchstens 3000 Zeichen" in page.mistake("grund")
    assert page.value("grund") == "x" * 3001
    assert site.bookings()[0].status is Status.CONFIRMED
    after = site.guest.press(page, "Absagen", {"grund": "Grippe.\nTut mir leid!"})
    assert after.location == f"{booked}?danke=grund"
    thanks = "Danke, dass du mir den Grund geschrieben hast."
    assert site.guest.get(after.location).notices == [thanks]
    assert thanks not in site.guest.get(booked).text
    (booking,) = site.bookings()
    assert (booking.status, booking.cancel_reason) == (Status.CANCELLED, "Grippe.\nTut mir leid!")
    page = site.guest.get(booked)
    assert page.heading == "Abgesagt"
    assert "Grippe." in page.text
    assert START in site.free()


def refusals(site: Site, booked: str) -> list[Page]:
    """The answers to every way of changing a booking, by GET and by POST."""
    start = {"start": in_address(OTHER)}
    return [
        *(site.guest.get(f"{booked}{path}", status=409) for path in (*PATHS[2:], PREVIEW)),
        site.guest.post(f"{booked}/verschieben", start, status=409),
        site.guest.post(f"{booked}/absagen", {"grund": "krank"}, status=409),
    ]


@pytest.mark.parametrize(("second", "by_visitor"), [(-1, True), (0, True), (1, False)])
def test_page_question_and_reminder_agree_at_the_windows_edge(
    site: Site, booked: str, second: int, *, by_visitor: bool
) -> None:
    site.clock.now = in_berlin("2026-03-04 21:00") + timedelta(seconds=second)
    own = f"/buchung/{consultant_token(site.context.secret, site.bookings()[0].uid)}"
    for address, possible in ((booked, by_visitor), (own, True)):
        assert ("Absagen" in dict(site.guest.get(address).links())) is possible
        for path in PATHS[2:]:
            site.guest.get(f"{address}{path}", status=200 if possible else 409)
    assert remind(site.context, now=site.clock()) == 1
    letter = read(letters(site.context)[-1])
    assert any(link.endswith(f"{booked}/absagen") for link in letter.links) is by_visitor
    site.guest.post(f"{booked}/absagen", {}, status=303 if by_visitor else 409)


def test_within_the_change_window_a_person_is_named_instead(site: Site, booked: str) -> None:
    site.clock.now = in_berlin("2026-03-04 21:00") + timedelta(microseconds=1)
    for page in refusals(site, booked):
        assert page.heading == "Das geht jetzt nur noch persönlich"
        assert "Bis 12 Stunden vor dem Gespräch" in page.text
        assert page.link("Anrufen: +49 89 5550 1234") == "tel:+498955501234"
        assert page.link("Mail an vera@stadtfuehrer.example")
        assert page.link("Zur Buchung") == booked
    (booking,) = site.bookings()
    assert (booking.start, booking.status) == (START, Status.CONFIRMED)
    page = site.guest.get(booked)
    assert "zu kurzfristig" in page.text
    assert "+49 89 5550 1234" in page.text
    assert f"{booked}/absagen" not in {href for _, href in page.links()}


def test_old_links_explain_themselves(site: Site, booked: str) -> None:
    now, site.clock.now = site.clock.now, START
    for page in refusals(site, booked):
        assert page.heading == "Dieser Termin hat schon stattgefunden"
    assert site.guest.get(booked).heading == "Danke für das Gespräch"
    site.clock.now = now
    site.guest.post(f"{booked}/absagen", {})
    for page in refusals(site, booked):
        assert page.heading == "Dieser Termin ist schon abgesagt"
        assert page.link("Eine neue Zeit aussuchen") == f"/termin/{KIND}"
    assert site.guest.get(booked).link("Neue Zeit aussuchen") == f"/termin/{KIND}"
    assert calendar_entry(site, booked)["STATUS"] == "CANCELLED"
    assert site.bookings()[0].sequence == 1


def test_another_time_is_looked_for_with_the_kind_and_all_they_came_with(site: Site) -> None:
    along = {**full_answers(site.context), "angebot": "marketingberatung", "zone": "Asia/Tokyo"}
    shown = site.guest.get(f"{site.form_path(START)}?{urlencode(along)}")
    booked = site.guest.press(shown, "Termin buchen", TYPED).location
    site.guest.post(f"{booked}/absagen", {})
    again = site.guest.get(booked).link("Neue Zeit aussuchen")
    assert again == f"/termin/{KIND}?{urlencode(along)}"
    sent = {one.kind: read(one) for one in letters(site.context)}
    assert f"{ORIGIN}{again}" in sent[LetterKind.CANCELLED_VISITOR].links
    first = site.guest.get(again).by_id("zeiten").find(".//li/a")
    assert first is not None
    assert parse_qs(urlsplit(first.get("href", "")).query) == {
        name: [value] for name, value in along.items()
    }
    site.context = replace(site.context, kinds=site.context.kinds[1:])
    init_context(site.app, site.context, site.clock)
    assert site.guest.get(booked).link("Neue Zeit aussuchen").startswith("/termin?")


def test_an_unknown_token_is_not_found(site: Site, booked: str) -> None:
    for unknown in ("x", "A" * 43, "ä", "%00", "a" * 5000, "%ED%A0%80"):
        for path in PATHS:
            page = site.guest.get(f"/buchung/{unknown}{path}", status=404)
            assert page.heading == "Zu diesem Link gehört kein Termin"
    token = booked.rpartition("/")[2]
    assert len(token) == 43  # 256 bits
    for other in (token[:-1], token.swapcase(), f"{token}=", f" {token}", token[::-1]):
        site.guest.get(f"/buchung/{other}", status=404)
        site.guest.post(f"/buchung/{other}/absagen", {}, status=404)


def test_looking_changes_nothing(site: Site, booked: str) -> None:
    before = site.bookings()
    for path in (*PATHS, PREVIEW):
        site.guest.get(f"{booked}{path}")
        site.guest.ask("HEAD", f"{booked}{path}")
    assert site.bookings() == before


def test_the_result_that_was_booked_with_stays_on_the_page(site: Site) -> None:
    answers = full_answers(site.context)
    form = site.guest.get(f"{site.form_path(START)}?{urlencode(answers)}")
    booked = site.guest.press(form, "Termin buchen", TYPED).location
    page = site.guest.get(booked)
    result = site.guest.get(page.link("Ergebnis ansehen"))
    assert result.heading in page.text
    # Another set of answers in an address changes nothing of it.
    other = urlencode(full_answers(site.context, at=0))
    assert site.guest.get(f"{booked}?{other}").link("Ergebnis ansehen") == result.path
    site.guest.press(site.guest.get(f"{booked}{PREVIEW}&{other}"), "Verschieben")
    assert site.bookings()[0].interest.answers == answers


def test_some_answers_are_counted_on_the_page(site: Site) -> None:
    (name, option), *_ = full_answers(site.context).items()
    form = site.guest.get(f"{site.form_path(START)}?{name}={option}")
    booked = site.guest.press(form, "Termin buchen", TYPED).location
    assert "1 Antwort, so wie du sie beim Buchen gegeben hast" in site.guest.get(booked).text
