"""Two workers at once: each question is asked by one, and a look that was overtaken is dropped."""

from sqlalchemy import select, update

from stadtfuehrer.booking import events_store as events
from stadtfuehrer.booking.calendar_answers import put_all_back
from stadtfuehrer.booking.calendar_events import target_key
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.calendar.events import Became, Watched
from stadtfuehrer.calendar.tables import DbCalendarEvent
from stadtfuehrer.context import AppContext
from tests.support.calendars import with_calendar
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.entered import changed_event


def a_changed_event(context: AppContext) -> tuple[AppContext, Watched]:
    writing = with_calendar(context, url="https://dav.example/", write="Termine")
    token = book(writing, a_wish(writing, in_berlin("2026-03-05 10:00")), now=NOW)
    changed_event(writing, token, in_berlin("2026-03-08 22:15"), now=NOW)
    assert look_up(writing, token).row_id == 1
    with writing.database.read() as session:
        (watched,) = events.watched(session, target_key(writing), now=NOW)
    return writing, watched


def kept(context: AppContext) -> DbCalendarEvent:
    with context.database.read() as session:
        return session.scalars(select(DbCalendarEvent)).one()


def test_one_of_two_workers_asks(context: AppContext) -> None:
    writing, watched = a_changed_event(context)
    told = []
    for _ in range(2):
        with writing.database.begin() as session:
            told.append(events.note_told(session, watched.booking_id, now=NOW))
    assert told == [True, False]


def test_a_look_that_was_overtaken_changes_nothing(context: AppContext) -> None:
    writing, watched = a_changed_event(context)
    stale = Became(watched.href, '"alt"', found="gone")
    with writing.database.begin() as session:
        session.execute(update(DbCalendarEvent).values(etag='"neu"'))
    with writing.database.begin() as session:
        events.note_look(session, watched, stale, now=NOW)
    assert (kept(writing).etag, kept(writing).found) == ('"neu"', "moved")
    assert put_all_back(writing, now=NOW) == 1
    with writing.database.begin() as session:
        events.note_look(session, watched._replace(etag='"neu"'), stale, now=NOW)
    assert kept(writing).found == ""
    assert kept(writing).owed_since == NOW
