"""Free times and what is taken from them: each that is listed can be booked, no other."""

from datetime import date, datetime, timedelta

import pytest

from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.times import check_free, day_of, free_times, nearest_free, whole_horizon
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import NotFree
from tests.support.contexts import BERLIN, NOW, OpenContext, a_wish, in_berlin

WEDNESDAY = date(2026, 3, 4)


def clocks(starts: list[datetime]) -> list[str]:
    return [f"{start.astimezone(BERLIN):%H:%M}" for start in starts]


def on(context: AppContext, day: date, kind: str = "kennenlernen") -> list[str]:
    return clocks(free_times(context, context.get_kind(kind), first=day, last=day, now=NOW))


def test_a_booking_takes_its_time_and_its_buffers_from_every_kind(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=NOW)
    assert on(context, WEDNESDAY) == ["09:00", "11:00", "11:30"]
    # An hour, with a quarter of an hour before and after.
    assert on(context, WEDNESDAY, "stadtrundgang") == ["11:00"]
    assert on(context, WEDNESDAY, "hausbesuch") == []


def test_every_listed_time_can_be_booked_and_no_other(context: AppContext) -> None:
    book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=NOW)
    kind = context.get_kind("stadtrundgang")
    midnight = in_berlin("2026-03-04 00:00")
    listed = set(free_times(context, kind, first=WEDNESDAY, last=WEDNESDAY, now=NOW))
    bookable = set()
    for number in range(24 * 12):
        start = midnight + timedelta(minutes=5 * number)
        try:
            check_free(context, kind, start, now=NOW)
        except NotFree:
            continue
        bookable.add(start)
    assert bookable == listed


def test_the_own_place_of_a_booking_that_moves_is_free(context: AppContext) -> None:
    start = in_berlin("2026-03-04 10:00")
    access = look_up(context, book(context, a_wish(context, start), now=NOW))
    kind = context.get_kind("kennenlernen")
    with pytest.raises(NotFree):
        check_free(context, kind, start, now=NOW)
    check_free(context, kind, start, now=NOW, moving=access.row_id)


def test_the_horizon_is_bounded_whatever_is_asked_for(context: AppContext) -> None:
    everything = whole_horizon(context, context.kinds[0], now=NOW)
    assert min(everything) >= NOW + timedelta(hours=24)
    assert max(everything).astimezone(BERLIN).date() <= date(2026, 5, 1)
    for first, last in ((date(2026, 6, 1), date.max), (date.min, date(2026, 3, 1))):
        assert free_times(context, context.kinds[0], first=first, last=last, now=NOW) == []


def test_a_full_day_has_nothing_free(open_context: OpenContext) -> None:
    with open_context(per_day="1") as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=NOW)
        assert on(context, WEDNESDAY) == []
        assert on(context, date(2026, 3, 5)) != []


def test_the_nearest_free_times_are_around_the_wish_in_order(context: AppContext) -> None:
    wanted = in_berlin("2026-03-05 10:30")
    book(context, a_wish(context, wanted), now=NOW)
    near = nearest_free(context, context.get_kind("kennenlernen"), wanted, now=NOW, most=4)
    assert clocks(near) == ["09:00", "09:30", "11:30", "13:00"]


def test_no_time_is_near_a_wish_far_away(context: AppContext) -> None:
    assert nearest_free(context, context.kinds[0], in_berlin("2027-03-05 10:00"), now=NOW) == []


@pytest.mark.parametrize(("day", "hours"), [("03-28", 24), ("03-29", 23), ("10-25", 25)])
def test_a_day_is_as_long_as_its_clocks_make_it(day: str, hours: int) -> None:
    interval = day_of(in_berlin(f"2026-{day} 12:00"), BERLIN)
    assert interval.start == in_berlin(f"2026-{day} 00:00")
    assert interval.end - interval.start == timedelta(hours=hours)
