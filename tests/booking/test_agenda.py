"""The consultant's day, what waits, and a booking's history."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import update

from stadtfuehrer.booking import by_hand
from stadtfuehrer.booking.agenda import Event, What, agenda, history, waiting
from stadtfuehrer.booking.answers import take
from stadtfuehrer.booking.by_hand import Decision, enter, note_missed
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.pending import confirm
from stadtfuehrer.booking.service import book, look_up, look_up_by_id, move
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.tokens import confirmation_token
from tests.support.calendars import with_calendar
from tests.support.came_back import a_reply
from tests.support.contexts import NOW, OpenContext, a_wish, in_berlin
from tests.support.entered import changed_event
from tests.support.rows import a_booking, add

VERA = "vera@stadtfuehrer.example"
TEN, MONDAY = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-09 10:00")
LATER = NOW + timedelta(hours=1)


def booked_at(context: AppContext, *starts: datetime) -> list[int]:
    with context.database.begin() as session:
        return [add(session, a_booking(start)) for start in starts]


def decided(context: AppContext, row_id: int) -> Decision:
    return Decision(who=VERA, seen=look_up_by_id(context, row_id).booking.version)


def test_a_day_and_the_days_ahead_by_the_consultants_midnight(context: AppContext) -> None:
    """Around the night in which the clocks go forward."""
    sunday = date(2026, 3, 29)
    rows = booked_at(
        context,
        in_berlin("2026-03-28 23:25"),
        in_berlin("2026-03-29 00:00"),
        in_berlin("2026-03-29 23:00"),
        in_berlin("2026-03-30 00:00"),
        in_berlin("2026-04-12 23:00"),
        in_berlin("2026-04-13 00:00"),
    )
    seen = agenda(context, sunday)
    assert [row_id for row_id, _ in seen.day] == rows[1:3]
    ahead = {day: [row_id for row_id, _ in those] for day, those in seen.ahead.items()}
    assert ahead == {date(2026, 3, 30): [rows[3]], date(2026, 4, 12): [rows[4]]}


def test_what_does_not_stand_is_on_no_day_but_waits(context: AppContext) -> None:
    statuses = [Status.REQUESTED, Status.HELD, Status.UNCONFIRMED, Status.CANCELLED]
    rows = booked_at(context, *(TEN + timedelta(hours=hour) for hour in range(4)))
    with context.database.begin() as session:
        for row_id, status in zip(rows, statuses, strict=True):
            session.execute(update(DbBooking).where(DbBooking.id == row_id).values(status=status))
    assert agenda(context, TEN.date()).day == []
    assert [row_id for row_id, _ in waiting(context, now=NOW).pending] == rows[:3]
    assert waiting(context, now=TEN + timedelta(hours=2)).pending == []


def test_who_declined_waits_until_it_is_over(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    access = look_up(context, token)
    take(context, a_reply(access.booking.uid, access.booking.visitor.email), now=NOW)
    seen = waiting(context, now=NOW)
    assert [one.kind for one in seen.came_back] == [LetterKind.DECLINED_VISITOR]
    assert seen.bookings == {access.row_id: access.booking}
    assert waiting(context, now=TEN).came_back == []


def test_what_the_calendar_says_otherwise_waits(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    writing = with_calendar(context, url="http://127.0.0.1:1/", write="Termine")
    assert waiting(writing, now=NOW).findings == {}
    changed_event(writing, token, MONDAY, now=NOW)
    access = look_up(context, token)
    seen = waiting(writing, now=NOW)
    assert {row_id: one.start for row_id, one in seen.findings.items()} == {access.row_id: MONDAY}
    assert seen.bookings == {access.row_id: access.booking}


def told(events: list[Event]) -> list[tuple[What, str, str]]:
    return [(one.what, one.by, one.who) for one in events if one.letter is None]


def test_the_history_of_a_moved_and_cancelled_booking(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    row_id = look_up(context, token).row_id
    move(context, token, MONDAY, now=LATER)
    by_hand.move(context, row_id, TEN, decided(context, row_id), now=LATER + timedelta(hours=1))
    by_hand.cancel(context, row_id, decided(context, row_id), now=LATER + timedelta(hours=2))
    events = history(context, row_id, look_up(context, token).booking)
    assert told(events) == [
        (What.BOOKED, "gast", ""),
        (What.MOVED, "gast", ""),
        (What.MOVED, "beratung", VERA),
        (What.CANCELLED, "beratung", VERA),
    ]
    assert [one.was for one in events if one.what is What.MOVED] == [TEN, MONDAY]
    letters = [one.letter.kind for one in events if one.letter]
    assert letters == [
        *(LetterKind.CONFIRMATION, LetterKind.INVITATION),
        *(LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT) * 2,
        *(LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT),
    ]
    assert [one.at for one in events] == sorted(one.at for one in events)


def test_what_is_left_when_letters_have_lost_their_text(context: AppContext) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    row_id = look_up(context, token).row_id
    move(context, token, MONDAY, now=LATER)
    with context.database.begin() as session:
        session.execute(update(DbLetter).values(facts=None))
    events = history(context, row_id, look_up(context, token).booking)
    assert told(events) == [(What.BOOKED, "", ""), (What.MOVED, "", "")]
    assert events[-3].was is None


def test_the_history_of_one_that_was_entered_and_missed(context: AppContext) -> None:
    row_id = enter(context, a_wish(context, TEN), tells_guest=True, who=VERA, now=NOW)
    note_missed(context, row_id, decided(context, row_id), offers=True, now=TEN)
    events = history(context, row_id, look_up_by_id(context, row_id).booking)
    assert told(events) == [(What.ENTERED, "beratung", VERA), (What.MISSED, "", VERA)]


def test_the_history_of_a_request(open_context: OpenContext) -> None:
    """Its address is confirmed first, then the consultant accepts."""
    with open_context(confirm='"always"') as opened:
        kind = replace(opened.get_kind("kennenlernen"), approve=True)
        context = replace(opened, kinds=(kind, *opened.kinds[1:]))
        token = book(context, a_wish(context, TEN), now=NOW)
        access = look_up(context, token)
        confirm(context, confirmation_token(context.secret, access.booking.uid), now=LATER)
        later = LATER + timedelta(hours=1)
        by_hand.accept(context, access.row_id, decided(context, access.row_id), now=later)
        events = history(context, access.row_id, look_up(context, token).booking)
        assert told(events) == [
            (What.BOOKED, "gast", ""),
            (What.CONFIRMED, "gast", ""),
            (What.ACCEPTED, "beratung", VERA),
        ]
