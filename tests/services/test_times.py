"""Free times and what is taken from them: each that is listed can be booked, no other."""

from datetime import date, datetime, timedelta

import pytest

from stadtfuehrer.domain.refusals import NotFree
from stadtfuehrer.services.booking import book, look_up
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import check_free, day_of, free_times, nearest_free, whole_horizon
from tests.support.offices import BERLIN, NOW, OpenOffice, a_wish, in_berlin

WEDNESDAY = date(2026, 3, 4)


def clocks(starts: list[datetime]) -> list[str]:
    return [f"{start.astimezone(BERLIN):%H:%M}" for start in starts]


def on(office: Office, day: date, kind: str = "kennenlernen") -> list[str]:
    return clocks(free_times(office, office.get_kind(kind), first=day, last=day, now=NOW))


def test_a_booking_takes_its_time_and_its_buffers_from_every_kind(office: Office) -> None:
    book(office, a_wish(office, in_berlin("2026-03-04 10:00")), now=NOW)
    assert on(office, WEDNESDAY) == ["09:00", "11:00", "11:30"]
    # An hour, with a quarter of an hour before and after.
    assert on(office, WEDNESDAY, "stadtrundgang") == ["11:00"]
    assert on(office, WEDNESDAY, "hausbesuch") == []


def test_every_listed_time_can_be_booked_and_no_other(office: Office) -> None:
    book(office, a_wish(office, in_berlin("2026-03-04 10:00")), now=NOW)
    kind = office.get_kind("stadtrundgang")
    midnight = in_berlin("2026-03-04 00:00")
    listed = set(free_times(office, kind, first=WEDNESDAY, last=WEDNESDAY, now=NOW))
    bookable = set()
    for number in range(24 * 12):
        start = midnight + timedelta(minutes=5 * number)
        try:
            check_free(office, kind, start, now=NOW)
        except NotFree:
            continue
        bookable.add(start)
    assert bookable == listed


def test_the_own_place_of_a_booking_that_moves_is_free(office: Office) -> None:
    start = in_berlin("2026-03-04 10:00")
    filed = look_up(office, book(office, a_wish(office, start), now=NOW))
    kind = office.get_kind("kennenlernen")
    with pytest.raises(NotFree):
        check_free(office, kind, start, now=NOW)
    check_free(office, kind, start, now=NOW, moving=filed.row_id)


def test_the_horizon_is_bounded_whatever_is_asked_for(office: Office) -> None:
    everything = whole_horizon(office, office.kinds[0], now=NOW)
    assert min(everything) >= NOW + timedelta(hours=24)
    assert max(everything).astimezone(BERLIN).date() <= date(2026, 5, 1)
    for first, last in ((date(2026, 6, 1), date.max), (date.min, date(2026, 3, 1))):
        assert free_times(office, office.kinds[0], first=first, last=last, now=NOW) == []


def test_a_full_day_has_nothing_free(open_office: OpenOffice) -> None:
    with open_office(per_day="1") as office:
        book(office, a_wish(office, in_berlin("2026-03-04 10:00")), now=NOW)
        assert on(office, WEDNESDAY) == []
        assert on(office, date(2026, 3, 5)) != []


def test_the_nearest_free_times_are_around_the_wish_in_order(office: Office) -> None:
    wish = in_berlin("2026-03-05 10:30")
    book(office, a_wish(office, wish), now=NOW)
    near = nearest_free(office, office.get_kind("kennenlernen"), wish, now=NOW, most=4)
    assert clocks(near) == ["09:00", "09:30", "11:30", "13:00"]


def test_no_time_is_near_a_wish_far_away(office: Office) -> None:
    assert nearest_free(office, office.kinds[0], in_berlin("2027-03-05 10:00"), now=NOW) == []


@pytest.mark.parametrize(("day", "hours"), [("03-28", 24), ("03-29", 23), ("10-25", 25)])
def test_a_day_is_as_long_as_its_clocks_make_it(day: str, hours: int) -> None:
    stretch = day_of(in_berlin(f"2026-{day} 12:00"), BERLIN)
    assert stretch.start == in_berlin(f"2026-{day} 00:00")
    assert stretch.end - stretch.start == timedelta(hours=hours)
