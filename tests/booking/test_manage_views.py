"""A booking's own pages: its facts, its calendar file, moving it and calling it off."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.reminders import remind
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.pages import Page
from tests.support.sites import TYPED, Site
from tests.support.stored import letters

START = in_berlin("2026-03-05 09:00")
OTHER = in_berlin("2026-03-06 11:00")
PATHS = ("", "/termin.ics", "/verschieben", "/absagen")


@pytest.fixture
def booked(site: Site) -> str:
    """Book through the form, and give the address of the booking's page."""
    form = site.guest.get(site.form_path(START))
    return site.guest.press(form, "Termin buchen", TYPED).location


def preview(booked: str) -> str:
    return f"{booked}/verschieben?start={in_address(OTHER)}"


def calendar_entry(site: Site, booked: str) -> Any:
    """The event in the file to download."""
    calendar = Calendar.from_ical(site.guest.get(f"{booked}/termin.ics").body)
    (event,) = calendar.walk("VEVENT")
    return event


def times(page: Page) -> set[str]:
    return {href for label, href in page.links() if label.startswith("Verschieben auf:")}


def test_the_page_of_a_booking_says_everything_and_offers_the_ways(site: Site, booked: str) -> None:
    page = site.guest.get(booked)
    assert "Kennenlerngespräch\nDonnerstag, 5. März 2026\n09:00–09:30 Uhr" in page.text
    assert "Ich rufe dich an, unter +49 30 5550 77." in page.text
    assert "Das geht hier bis Mittwoch, 4. März, 21:00 Uhr." in page.text
    assert page.link("In den Kalender") == f"{booked}/termin.ics"
    assert page.link("Verschieben") == f"{booked}/verschieben"
    assert page.link("Absagen") == f"{booked}/absagen"


def test_the_calendar_file_is_the_booking(site: Site, booked: str) -> None:
    event = calendar_entry(site, booked)
    (booking,) = site.bookings()
    assert (event["UID"], event["DTSTART"].dt, event["DTEND"].dt) == (
        booking.uid,
        booking.start,
        booking.end,
    )
    assert event["URL"].endswith(booked)


def test_every_free_time_but_its_own_is_offered_for_moving(site: Site, booked: str) -> None:
    page, offered = site.guest.get(f"{booked}/verschieben"), set[str]()
    while True:
        offered |= times(page)
        if "Spätere Tage" not in page.text:
            break
        page = site.guest.get(page.link("Spätere Tage"))
    # Its neighbours are free for it, though for nobody else.
    expected = {*site.free(), in_berlin("2026-03-05 09:30")}
    assert offered == {f"{booked}/verschieben?start={in_address(start)}" for start in expected}


def test_a_move_is_shown_before_it_is_made(site: Site, booked: str) -> None:
    choice = site.guest.get(f"{booked}/verschieben")
    assert "Bisher: Donnerstag, 5. März 2026, 09:00–09:30 Uhr" in choice.text
    page = site.guest.get(choice.link("Verschieben auf: 11:00 Uhr, Freitag, 6. März"))
    assert "Freitag, 6. März 2026\n11:00–11:30 Uhr" in page.text
    assert "Bisher: Donnerstag, 5. März 2026, 09:00–09:30 Uhr." in page.text
    assert site.bookings()[0].start == START
    after = site.guest.press(page, "Verschieben")
    assert after.location == booked
    (booking,) = site.bookings()
    assert (booking.start, booking.sequence) == (OTHER, 1)
    assert "Freitag, 6. März 2026\n11:00–11:30 Uhr" in site.guest.get(booked).text


def test_a_move_sent_twice_is_one_move(site: Site, booked: str) -> None:
    page = site.guest.get(preview(booked))
    for _ in range(2):
        assert site.guest.press(page, "Verschieben").location == booked
    assert [(one.start, one.sequence) for one in site.bookings()] == [(OTHER, 1)]


def test_a_move_to_a_time_just_gone_offers_the_nearest_ones(site: Site, booked: str) -> None:
    page = site.guest.get(preview(booked))
    site.book(OTHER)
    gone = site.guest.press(page, "Verschieben", status=409)
    assert gone.alert.startswith("Diese Zeit ist gerade vergeben worden")
    assert "Dabei bleibt es, bis du eine andere Zeit wählst." in gone.text
    after = site.guest.press(gone, "Freitag, 6. März, 10:00 Uhr")
    assert after.location == booked
    assert site.bookings()[0].start == in_berlin("2026-03-06 10:00")


def test_a_preview_of_a_time_that_is_gone_shows_the_free_ones(site: Site, booked: str) -> None:
    site.book(OTHER)
    page = site.guest.get(preview(booked), status=409)
    assert page.notices[0].startswith("Diese Zeit ist gerade vergeben worden.")
    assert times(page)


@pytest.mark.parametrize("start", ["", "morgen", "99991231T235959Z", "\x00", "2026-03-06"])
def test_what_is_no_time_cannot_be_moved_to(site: Site, booked: str, start: str) -> None:
    shown = site.guest.get(f"{booked}/verschieben?{urlencode({'start': start})}")
    refused = site.guest.post(f"{booked}/verschieben", {"start": start}, status=422)
    for page in (shown, refused):
        assert page.notices == ["Diese Zeit konnte ich nicht lesen."]
        assert times(page)
    assert site.bookings()[0].start == START


def test_calling_off_keeps_the_reason_and_frees_the_time(site: Site, booked: str) -> None:
    question = site.guest.get(site.guest.get(booked).link("Absagen"))
    assert "Donnerstag, 5. März 2026" in question.text
    assert site.bookings()[0].status is Status.CONFIRMED
    after = site.guest.press(question, "Absagen", {"grund": "Grippe.\nTut mir leid!"})
    assert after.location == booked
    (booking,) = site.bookings()
    assert (booking.status, booking.cancel_reason) == (Status.CANCELLED, "Grippe.\nTut mir leid!")
    page = site.guest.get(booked)
    assert page.heading == "Abgesagt"
    assert "Grippe." in page.text
    assert START in site.free()


def test_a_reason_that_is_too_long_stays_in_its_field(site: Site, booked: str) -> None:
    question = site.guest.get(f"{booked}/absagen")
    page = site.guest.press(question, "Absagen", {"grund": "x" * 3001}, status=422)
    assert "Höchstens 3000 Zeichen" in page.mistake("grund")
    assert page.value("grund") == "x" * 3001
    site.guest.press(page, "Absagen", {"grund": ""})


def refusals(site: Site, booked: str) -> list[Page]:
    """The answers to every way of changing a booking, by GET and by POST."""
    return [
        site.guest.get(f"{booked}/verschieben", status=409),
        site.guest.get(preview(booked), status=409),
        site.guest.post(f"{booked}/verschieben", {"start": in_address(OTHER)}, status=409),
        site.guest.get(f"{booked}/absagen", status=409),
        site.guest.post(f"{booked}/absagen", {"grund": "krank"}, status=409),
    ]


def test_until_the_change_window_a_booking_can_be_changed(site: Site, booked: str) -> None:
    site.clock.now = in_berlin("2026-03-04 21:00")
    assert "Absagen" in site.guest.get(booked).text
    site.guest.post(f"{booked}/absagen", {})


@pytest.mark.parametrize(("second", "by_visitor"), [(-1, True), (0, True), (1, False)])
def test_page_question_and_reminder_agree_at_the_windows_edge(
    site: Site, booked: str, second: int, *, by_visitor: bool
) -> None:
    site.clock.now = in_berlin("2026-03-04 21:00") + timedelta(seconds=second)
    (booking,) = site.bookings()
    own = f"/buchung/{consultant_token(site.context.secret, booking.uid)}"
    for address, possible in ((booked, by_visitor), (own, True)):
        assert ("Absagen" in dict(site.guest.get(address).links())) is possible
        site.guest.get(f"{address}/absagen", status=200 if possible else 409)
        site.guest.get(f"{address}/verschieben", status=200 if possible else 409)
    assert remind(site.context, now=site.clock()) == 1
    letter = read(letters(site.context)[-1])
    assert any(link.endswith(f"{booked}/absagen") for link in letter.links) is by_visitor


def test_within_the_change_window_a_person_is_named_instead(site: Site, booked: str) -> None:
    site.clock.now = in_berlin("2026-03-04 21:00")
    site.clock.turn(microseconds=1)
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


def test_an_old_link_to_a_cancelled_booking_explains_itself(site: Site, booked: str) -> None:
    site.guest.post(f"{booked}/absagen", {})
    for page in refusals(site, booked):
        assert page.heading == "Dieser Termin ist schon abgesagt"
        assert page.link("Eine neue Zeit aussuchen") == "/termin"
    page = site.guest.get(booked)
    assert page.link("Neue Zeit aussuchen") == "/termin"
    assert calendar_entry(site, booked)["STATUS"] == "CANCELLED"
    assert site.bookings()[0].sequence == 1


def test_an_old_link_to_a_past_booking_explains_itself(site: Site, booked: str) -> None:
    site.clock.now = START
    for page in refusals(site, booked):
        assert page.heading == "Dieser Termin hat schon stattgefunden"
    assert site.guest.get(booked).heading == "Danke für das Gespräch"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["x", "A" * 43, "ä", "%00", "a" * 5000, "%ED%A0%80"])
def test_an_unknown_token_is_not_found(site: Site, path: str, token: str) -> None:
    page = site.guest.get(f"/buchung/{token}{path}", status=404)
    assert page.heading == "Zu diesem Link gehört kein Termin"


def test_a_booking_has_no_other_address(site: Site, booked: str) -> None:
    token = urlsplit(booked).path.rpartition("/")[2]
    assert len(token) == 43  # 256 bits
    for other in (token[:-1], token.swapcase(), f"{token}=", f" {token}", token[::-1]):
        site.guest.get(f"/buchung/{other}", status=404)
        site.guest.post(f"/buchung/{other}/absagen", {}, status=404)


def test_looking_changes_nothing(site: Site, booked: str) -> None:
    before = site.bookings()
    for path in (*PATHS, f"/verschieben?start={in_address(OTHER)}"):
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
    site.guest.press(site.guest.get(f"{preview(booked)}&{other}"), "Verschieben")
    assert site.bookings()[0].interest.answers == answers


def test_some_answers_are_counted_on_the_page(site: Site) -> None:
    (name, option), *_ = full_answers(site.context).items()
    form = site.guest.get(f"{site.form_path(START)}?{name}={option}")
    booked = site.guest.press(form, "Termin buchen", TYPED).location
    assert "1 Antwort, so wie du sie beim Buchen gegeben hast" in site.guest.get(booked).text
