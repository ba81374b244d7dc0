import pytest

from stadtfuehrer.booking.slots import BusyInterval, Kind, free_starts
from tests.support.examples import (
    DAY,
    LONG_BEFORE,
    MONDAY,
    busy,
    free_on_monday,
    hours,
    kind,
    rules,
    shown,
)


@pytest.mark.parametrize(
    ("opening", "minutes", "step", "expected"),
    [
        ("09:00-12:00", 60, 60, ["09:00", "10:00", "11:00"]),
        ("09:00-11:55", 60, 60, ["09:00", "10:00"]),
        ("09:00-12:05", 60, 60, ["09:00", "10:00", "11:00"]),
        ("09:05-11:05", 60, 60, ["09:05", "10:05"]),
        ("09:00-10:30", 60, 15, ["09:00", "09:15", "09:30"]),
        ("09:00-12:00", 30, 90, ["09:00", "10:30"]),
        ("09:00-12:00", 5, 170, ["09:00", "11:50"]),
        ("09:00-12:00", 5, 175, ["09:00", "11:55"]),
        ("09:00-12:00", 5, 180, ["09:00"]),
        ("09:00-10:00", 60, 5, ["09:00"]),
        ("09:00-09:55", 60, 5, []),
    ],
)
def test_starts_lie_on_the_openings_grid_as_far_as_the_kind_fits(
    opening: str, minutes: int, step: int, expected: list[str]
) -> None:
    assert free_on_monday(rules(opening), kind(minutes, step)) == expected


def test_every_opening_has_its_own_grid() -> None:
    several = rules("09:00-10:30", "13:10-15:15")
    assert free_on_monday(several, kind()) == ["09:00", "13:10", "14:10"]


def test_touching_openings_are_one_with_one_grid() -> None:
    touching = rules("09:00-10:30", "10:30-12:00")
    assert free_on_monday(touching, kind()) == ["09:00", "10:00", "11:00"]


def test_buffers_need_not_lie_in_an_opening() -> None:
    assert free_on_monday(rules(), kind(before=60, after=60)) == ["09:00", "10:00", "11:00"]


@pytest.mark.parametrize(
    ("opening", "on_sunday", "on_monday"),
    [
        ("22:00-26:00", ["22:00", "23:00"], ["00:00", "01:00"]),
        ("22:30-25:30", ["22:30", "23:30"], ["00:30"]),
        ("22:00-24:00", ["22:00", "23:00"], []),
        ("23:30-24:25", [], []),
        ("23:30-24:30", ["23:30"], []),
    ],
)
def test_start_belongs_to_the_date_that_the_clock_shows(
    opening: str, on_sunday: list[str], on_monday: list[str]
) -> None:
    only_sunday = rules(week={6: (hours(opening),)})
    sunday = MONDAY - DAY
    for day, expected in ((sunday, on_sunday), (MONDAY, on_monday)):
        found = free_starts(only_sunday, kind(), [], first=day, last=day, now=LONG_BEFORE)
        assert shown(found) == expected
    both = free_starts(only_sunday, kind(), [], first=sunday, last=MONDAY, now=LONG_BEFORE)
    assert shown(both) == on_sunday + on_monday


def test_start_that_two_openings_offer_is_listed_once() -> None:
    night = rules(week={6: (hours("22:00-26:00"),), 0: (hours("00:00-02:00"),)})
    assert free_on_monday(night, kind()) == ["00:00", "01:00"]


QUARTERS = rules("09:00-12:00")


@pytest.mark.parametrize(
    ("asked", "one", "gone"),
    [
        # A kind of 30 minutes on a grid of 5: starts from 'after' the first to 'before' the last of
        # the two given are gone, these two themselves are free.
        (kind(30, 5), busy("10:00", "10:30"), ("09:30", "10:30")),
        (kind(30, 5), busy("10:00", "10:30", after=15), ("09:30", "10:45")),
        (kind(30, 5), busy("10:00", "10:30", before=15), ("09:15", "10:30")),
        (kind(30, 5, before=15), busy("10:00", "10:30"), ("09:30", "10:45")),
        (kind(30, 5, after=15), busy("10:00", "10:30"), ("09:15", "10:30")),
        (kind(30, 5, before=15), busy("10:00", "10:30", after=15), ("09:30", "10:45")),
        (kind(30, 5, before=10), busy("10:00", "10:30", after=15), ("09:30", "10:45")),
        (kind(30, 5, before=15), busy("10:00", "10:30", after=10), ("09:30", "10:45")),
        (kind(30, 5, after=10), busy("10:00", "10:30", before=15), ("09:15", "10:30")),
        (kind(30, 5, after=15), busy("10:00", "10:30", before=10), ("09:15", "10:30")),
        (kind(30, 5, 20, 15), busy("10:00", "10:30", 5, 10), ("09:15", "10:50")),
        (kind(60, 5), busy("10:00", "10:05"), ("09:00", "10:05")),
        (kind(30, 5), busy("09:58", "10:31"), ("09:25", "10:35")),
        (kind(30, 5), busy("08:00", "09:00"), ("08:55", "09:00")),
        (kind(30, 5), busy("08:00", "09:05"), ("08:55", "09:05")),
        (kind(30, 5, before=10), busy("08:00", "08:55"), ("08:55", "09:05")),
        (kind(30, 5, after=10), busy("12:00", "13:00"), ("11:20", "11:35")),
    ],
)
def test_taken_rules_out_what_comes_too_close(
    asked: Kind, one: BusyInterval, gone: tuple[str, str]
) -> None:
    without = free_on_monday(QUARTERS, asked)
    assert free_on_monday(QUARTERS, asked, one) == [
        start for start in without if not gone[0] < start < gone[1]
    ]


def test_taken_does_not_move_the_grid() -> None:
    assert free_on_monday(rules(), kind(), busy("09:00", "09:10")) == ["10:00", "11:00"]


def test_start_between_two_taken_that_leave_just_room() -> None:
    around = (busy("09:00", "10:00", after=15), busy("11:15", "12:00", before=15))
    assert free_on_monday(QUARTERS, kind(45, 5), *around) == ["10:15"]
    assert free_on_monday(QUARTERS, kind(50, 5), *around) == []
    assert free_on_monday(QUARTERS, kind(75, 75), *around) == []


def test_taken_within_taken_frees_nothing() -> None:
    inside = [busy("09:00", "11:00"), busy("09:15", "09:30"), busy("09:00", "09:05")]
    assert free_on_monday(rules(), kind(), *inside) == ["11:00"]
    assert free_on_monday(rules(), kind(), *reversed(inside)) == ["11:00"]


def test_kinds_of_one_calendar_have_their_own_lengths_and_grids() -> None:
    booked = busy("10:00", "10:30", after=15)
    assert free_on_monday(rules(), kind(30, 30, after=15), booked) == ["09:00", "11:00", "11:30"]
    assert free_on_monday(rules(), kind(90, 15), booked) == []
    assert free_on_monday(rules(), kind(45, 45), booked) == ["09:00", "11:15"]
