"""Another time for what was called off: by one link, once, with all that was said before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stadtfuehrer.booking.rebooking import book_again, offers
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.booking.times import on_later_days
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import NotFree, UnknownKind, VisitorsOwn
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_wish, full_answers, in_berlin
from tests.support.sites import Site
from tests.support.stored import letters, live_bookings

START, OTHER = in_berlin("2026-03-10 10:00"), in_berlin("2026-03-12 17:30")
CLIENT = "192.0.2.1"


@pytest.fixture
def gone(context: AppContext) -> str:
    """The token of a booking with answers that the consultant called off."""
    wanted = a_wish(context, START, interest=Interest(answers=full_answers(context)))
    token = book(context, wanted, now=NOW)
    (booking,) = live_bookings(context)
    cancel(context, consultant_token(context.secret, booking.uid), "Krank.", now=NOW)
    return token


def test_what_was_said_is_there_again_and_calendars_get_a_new_event(
    context: AppContext, gone: str
) -> None:
    before = len(letters(context))
    token = book_again(context, gone, OTHER, client=CLIENT, now=NOW)
    was, new = look_up(context, gone).booking, look_up(context, token).booking
    assert (new.start, new.sequence) == (OTHER, 0)
    assert new.uid != was.uid
    assert (new.visitor, new.interest, new.consent) == (was.visitor, was.interest, was.consent)
    assert [row.kind for row in letters(context, after=before)] == ["bestaetigung", "einladung"]


def test_one_new_time_is_all_that_a_link_gives(context: AppContext, gone: str) -> None:
    token = book_again(context, gone, OTHER, client=CLIENT, now=NOW)
    again = book_again(context, gone, OTHER + timedelta(days=4), client=CLIENT, now=NOW)
    assert again == token
    assert len(live_bookings(context)) == 1
    # Of one that stands there is nothing to make up for.
    assert book_again(context, token, START, client=CLIENT, now=NOW) == token
    assert len(live_bookings(context)) == 1


def test_a_time_that_is_gone_is_refused(context: AppContext, gone: str) -> None:
    with pytest.raises(NotFree):
        book_again(context, gone, in_berlin("2026-03-14 10:00"), client=CLIENT, now=NOW)
    assert live_bookings(context) == []


def test_the_consultants_link_books_nothing_in_the_guests_name(
    context: AppContext, gone: str
) -> None:
    own = consultant_token(context.secret, look_up(context, gone).booking.uid)
    with pytest.raises(VisitorsOwn):
        book_again(context, own, OTHER, client=CLIENT, now=NOW)


def test_a_kind_that_is_offered_no_longer_is_neither_offered_nor_booked(
    context: AppContext, gone: str
) -> None:
    was = look_up(context, gone).booking
    assert len(offers(context, was, now=NOW)) == 3
    other = replace(context, kinds=context.kinds[1:])
    assert offers(other, was, now=NOW) == []
    with pytest.raises(UnknownKind):
        book_again(other, gone, OTHER, client=CLIENT, now=NOW)


@pytest.mark.parametrize(
    ("start", "offered"),
    [
        ("2026-03-10 10:00", ["03-11 10:00", "03-12 10:00", "03-13 10:00"]),
        # Wednesday closes at noon, Friday at one.
        ("2026-03-10 16:30", ["03-11 11:30", "03-12 16:30", "03-13 12:30"]),
        ("2026-03-13 09:00", ["03-16 09:00", "03-17 09:00", "03-18 09:00"]),
        # The last bookable day is 1 May.
        ("2026-04-29 09:00", ["04-30 09:00"]),
    ],
)
def test_offered_are_the_next_days_at_about_the_same_time_of_day(
    context: AppContext, start: str, offered: list[str]
) -> None:
    found = on_later_days(context, context.kinds[0], in_berlin(start), now=NOW)
    zone = context.rules.zone
    assert [f"{one.astimezone(zone):%m-%d %H:%M}" for one in found] == offered


def test_a_guest_takes_another_time_by_one_click_or_the_nearest_one(site: Site) -> None:
    token = site.book(START)
    site.guest.post(f"/buchung/{token}/absagen", {"grund": ""})
    link = f"/buchung/{token}/neu?start={in_address(OTHER)}"
    question = site.guest.get(link)
    site.book(OTHER)
    page = site.guest.get(link, status=409)
    assert "Ja, diese Zeit" not in page.text
    page = site.guest.press(question, "Ja, diese Zeit", status=409)
    (form,) = page.forms()
    near = next(label for label in form.buttons if "12. März" in label)
    booked = site.guest.get(site.guest.press(page, near).location)
    assert booked.heading == "Wir sind verabredet"
    assert "12. März" in booked.text


@pytest.mark.parametrize("query", ["", "?start=x", "?start=20260311T090000Z"])
def test_of_what_stands_or_of_no_time_the_link_leads_to_the_booking(site: Site, query: str) -> None:
    token = site.book(START)
    page = site.guest.get(f"/buchung/{token}/neu{query}", status=303)
    assert page.location == f"/buchung/{token}"
