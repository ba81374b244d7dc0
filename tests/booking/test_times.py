"""Free times and what is taken from them: each that is listed can be booked, no other."""

from datetime import date, timedelta

import pytest

from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.times import check_free, day_of, free_times, nearest_free
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import NotFree
from tests.support.contexts import BERLIN, NOW, a_wish, in_berlin

WEDNESDAY = date(2026, 3, 4)
TEN = in_berlin("2026-03-04 10:00")


def on_wednesday(context: AppContext, kind: str) -> list[str]:
    asked = context.get_kind(kind)
    found = free_times(context, asked, first=WEDNESDAY, last=WEDNESDAY, now=NOW)
    return [f"{start.astimezone(BERLIN):%H:%M}" for start in found]


def test_a_booking_takes_its_time_and_its_buffers_from_every_kind(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    assert on_wednesday(context, "kennenlernen") == ["09:00", "11:00", "11:30"]
    # An hour, with a quarter of an hour before and after.
    assert on_wednesday(context, "stadtrundgang") == ["11:00"]
    assert on_wednesday(context, "hausbesuch") == []


def test_the_own_place_of_a_booking_that_moves_is_free(context: AppContext) -> None:
    access = look_up(context, book(context, a_wish(context, TEN), now=NOW))
    kind = context.get_kind("kennenlernen")
    with pytest.raises(NotFree):
        check_free(context, kind, TEN, now=NOW)
    check_free(context, kind, TEN, now=NOW, moving=access.row_id)


def test_the_horizon_is_bounded_whatever_is_asked_for(sqlite_context: AppContext) -> None:
    kind = sqlite_context.kinds[0]
    everything = free_times(sqlite_context, kind, now=NOW)
    assert everything[0] >= NOW + timedelta(hours=24)
    assert everything[-1].astimezone(BERLIN).date() <= date(2026, 5, 1)
    for first, last in ((date(2026, 6, 1), date.max), (date.min, date(2026, 3, 1))):
        assert free_times(sqlite_context, kind, first=first, last=last, now=NOW) == []


def test_the_nearest_free_times_are_around_the_wish_in_order(sqlite_context: AppContext) -> None:
    wanted, kind = in_berlin("2026-03-05 10:30"), sqlite_context.get_kind("kennenlernen")
    book(sqlite_context, a_wish(sqlite_context, wanted), now=NOW)
    near = nearest_free(sqlite_context, kind, wanted, now=NOW, most=4)
    clocks = [f"{start.astimezone(BERLIN):%d %H:%M}" for start in near]
    assert clocks == ["05 09:00", "05 09:30", "05 11:30", "05 13:00"]
    far_away = in_berlin("2027-03-05 10:00")
    assert nearest_free(sqlite_context, kind, far_away, now=NOW) == []


@pytest.mark.parametrize(("day", "hours"), [("03-28", 24), ("03-29", 23), ("10-25", 25)])
def test_a_day_is_as_long_as_its_clocks_make_it(day: str, hours: int) -> None:
    interval = day_of(in_berlin(f"2026-{day} 12:00"), BERLIN)
    assert interval.start == in_berlin(f"2026-{day} 00:00")
    assert interval.end - interval.start == timedelta(hours=hours)
