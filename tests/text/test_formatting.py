"""Times, zones and hours in words."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.text.formatting import (
    clock_in_words,
    date_in_words,
    day_in_words,
    day_of_year_in_words,
    hours_before_in_words,
    hours_in_words,
    month_in_words,
    offset_in_words,
    twice_in_words,
    when_in_words,
    zone_in_words,
)
from tests.support.strategies import CHANGES

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def at(text: str) -> datetime:
    """`at("2026-10-25 00:30")`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 2), "Mittwoch, 2. Dezember 2026"),
        (date(2026, 3, 1), "Sonntag, 1. März 2026"),
        (date(2028, 2, 29), "Dienstag, 29. Februar 2028"),
        (date(2027, 1, 4), "Montag, 4. Januar 2027"),
    ],
)
def test_a_date(day: date, said: str) -> None:
    assert date_in_words(day) == said
    assert day_in_words(day) == said.rpartition(" ")[0]
    assert month_in_words(day.year, day.month) == said.partition(". ")[2]
    assert day_of_year_in_words(day) == said.partition(", ")[2]


@pytest.mark.parametrize(
    ("hours", "length", "before"),
    [
        (0, "0 Stunden", "bis zum Beginn"),
        (1, "eine Stunde", "bis eine Stunde vorher"),
        (2, "2 Stunden", "bis 2 Stunden vorher"),
        (12, "12 Stunden", "bis 12 Stunden vorher"),
    ],
)
def test_hours(hours: int, length: str, before: str) -> None:
    assert hours_in_words(hours) == length
    assert hours_before_in_words(hours) == before


@pytest.mark.parametrize(
    ("zone", "instant", "offset"),
    [
        ("Europe/Berlin", WINTER, "UTC+1"),
        ("Europe/Berlin", SUMMER, "UTC+2"),
        ("UTC", WINTER, "UTC+0"),
        ("Europe/London", SUMMER, "UTC+1"),
        ("America/New_York", WINTER, "UTC−5"),
        ("America/St_Johns", WINTER, "UTC−3:30"),
        ("America/St_Johns", SUMMER, "UTC−2:30"),
        ("Asia/Kathmandu", WINTER, "UTC+5:45"),
        ("Australia/Lord_Howe", SUMMER, "UTC+10:30"),
        ("Australia/Lord_Howe", WINTER, "UTC+11"),
        ("Pacific/Apia", WINTER, "UTC+13"),
        ("Pacific/Marquesas", WINTER, "UTC−9:30"),
        ("Africa/Monrovia", at("1971-01-01 00:00"), "UTC−0:44"),  # 0:44:30 behind
    ],
)
def test_an_offset(zone: str, instant: datetime, offset: str) -> None:
    assert offset_in_words(ZoneInfo(zone), instant) == offset


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "Zeit in Berlin, UTC+1"),
        ("America/New_York", "Zeit in New York, UTC−5"),
        ("America/Argentina/Buenos_Aires", "Zeit in Buenos Aires, UTC−3"),
        ("UTC", "Zeit in UTC, UTC+0"),
    ],
)
def test_a_zone(zone: str, said: str) -> None:
    assert zone_in_words(ZoneInfo(zone), WINTER) == said


@pytest.mark.parametrize(
    ("zone", "instant", "said"),
    [
        (BERLIN, at("2026-10-24 23:59"), ""),
        (BERLIN, at("2026-10-25 00:00"), "UTC+2"),
        (BERLIN, at("2026-10-25 00:59"), "UTC+2"),
        (BERLIN, at("2026-10-25 01:00"), "UTC+1"),
        (BERLIN, at("2026-10-25 01:59"), "UTC+1"),
        (BERLIN, at("2026-10-25 02:00"), ""),
        (BERLIN, at("2026-03-29 00:59"), ""),  # in spring none comes twice
        (BERLIN, at("2026-03-29 01:00"), ""),
        (NEW_YORK, at("2026-11-01 05:30"), "UTC−4"),
        (NEW_YORK, at("2026-11-01 06:30"), "UTC−5"),
    ],
)
def test_what_clocks_show_twice_says_which_one(
    zone: ZoneInfo, instant: datetime, said: str
) -> None:
    assert twice_in_words(instant, zone) == said


def test_an_hour_that_comes_twice_is_told_apart_by_the_offset() -> None:
    first = at("2026-10-25 00:30")
    second = first + timedelta(hours=1)
    assert clock_in_words(first, BERLIN) == clock_in_words(second, BERLIN) == "02:30"
    quarter = timedelta(minutes=15)
    said = [str(when_in_words(one, one + quarter, BERLIN)) for one in (first, second)]
    assert said == [
        "Sonntag, 25. Oktober 2026, 02:30–02:45 Uhr (Zeit in Berlin, UTC+2)",
        "Sonntag, 25. Oktober 2026, 02:30–02:45 Uhr (Zeit in Berlin, UTC+1)",
    ]


@pytest.mark.parametrize(
    ("visitor", "start", "yours"),
    [
        (None, WINTER, None),
        ("Europe/Vienna", WINTER, None),
        ("America/New_York", WINTER, "07:00–07:30 Uhr bei dir (Zeit in New York, UTC−5)"),
        # Berlin's clocks have changed, those of London change on the same night
        ("Europe/London", SUMMER, "13:00–13:30 Uhr bei dir (Zeit in London, UTC+1)"),
        ("Pacific/Auckland", at("2026-01-15 11:00"),
         "Freitag, 16. Januar, 00:00–00:30 Uhr bei dir (Zeit in Auckland, UTC+13)"),
        ("Pacific/Auckland", at("2026-01-15 10:30"),
         "23:30–00:00 Uhr bei dir (Zeit in Auckland, UTC+13)"),
        ("Pacific/Honolulu", at("2026-01-16 09:55"),
         "Donnerstag, 15. Januar, 23:55–00:25 Uhr bei dir (Zeit in Honolulu, UTC−10)"),
        # The three weeks in which New York's clocks have changed and Berlin's have not
        ("America/New_York", at("2026-03-20 12:00"),
         "08:00–08:30 Uhr bei dir (Zeit in New York, UTC−4)"),
    ],
)  # fmt: skip
def test_the_visitors_clock_is_said_where_it_differs(
    visitor: str | None, start: datetime, yours: str | None
) -> None:
    zone = ZoneInfo(visitor) if visitor else None
    assert when_in_words(start, start + HALF_HOUR, BERLIN, visitor_zone=zone).yours == yours


def test_whoever_reads_is_told_whose_clock_it_is() -> None:
    when = when_in_words(
        WINTER, WINTER + HALF_HOUR, BERLIN, visitor_zone=NEW_YORK, at_visitor="bei deinem Gast"
    )
    assert when.yours == "07:00–07:30 Uhr bei deinem Gast (Zeit in New York, UTC−5)"


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "said"),
    [
        ("Europe/Berlin", at("2026-10-25 00:30"), 30,
         ("Sonntag, 25. Oktober 2026, 02:30 Uhr (Sommerzeit) – 02:00 Uhr (Winterzeit) "
          "(Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1)")),
        ("Europe/Berlin", at("2026-10-25 00:00"), 60,
         ("Sonntag, 25. Oktober 2026, 02:00 Uhr (Sommerzeit) – 02:00 Uhr (Winterzeit) "
          "(Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1)")),
        # one minute too early for it
        ("Europe/Berlin", at("2026-10-25 00:30"), 29,
         "Sonntag, 25. Oktober 2026, 02:30–02:59 Uhr (Zeit in Berlin, UTC+2)"),
        ("Europe/Berlin", at("2026-10-25 01:00"), 60,
         "Sonntag, 25. Oktober 2026, 02:00–03:00 Uhr (Zeit in Berlin, UTC+1)"),
        ("Europe/Berlin", at("2026-03-29 00:30"), 45,
         ("Sonntag, 29. März 2026, 01:30 Uhr (Winterzeit) – 03:15 Uhr (Sommerzeit) "
          "(Zeit in Berlin, UTC+1, nach der Zeitumstellung UTC+2)")),
        # half an hour is given back
        ("Australia/Lord_Howe", at("2026-04-04 14:45"), 30,
         ("Sonntag, 5. April 2026, 01:45 Uhr (Sommerzeit) – 01:45 Uhr (Winterzeit) "
          "(Zeit in Lord Howe, UTC+11, nach der Zeitumstellung UTC+10:30)")),
        # where the winter's time is the one that deviates
        ("Europe/Dublin", at("2026-10-25 00:30"), 60,
         ("Sonntag, 25. Oktober 2026, 01:30 Uhr (UTC+1) – 01:30 Uhr (UTC+0) "
          "(Zeit in Dublin, UTC+1, nach der Zeitumstellung UTC+0)")),
        # a change that is no summer time
        ("Asia/Pyongyang", at("2018-05-04 14:45"), 60,
         ("Freitag, 4. Mai 2018, 23:15 Uhr (UTC+8:30) – 00:45 Uhr (UTC+9) "
          "(Zeit in Pyongyang, UTC+8:30, nach der Zeitumstellung UTC+9)")),
    ],
)  # fmt: skip
def test_an_interval_in_which_clocks_change_says_so_at_both_ends(
    zone: str, start: datetime, minutes: int, said: str
) -> None:
    end = start + timedelta(minutes=minutes)
    assert str(when_in_words(start, end, ZoneInfo(zone))) == said


@pytest.mark.parametrize(
    ("visitor", "yours"),
    [
        # changes at the same moment, an hour apart
        ("Europe/London", ("01:30 Uhr (Sommerzeit) – 01:00 Uhr (Winterzeit) bei dir "
         "(Zeit in London, UTC+1, nach der Zeitumstellung UTC+0)")),
        # shows what Berlin shows until Berlin's clocks change
        ("Africa/Johannesburg", "02:30–03:00 Uhr bei dir (Zeit in Johannesburg, UTC+2)"),
        # shows what Berlin shows from then on
        ("Africa/Lagos", "01:30–02:00 Uhr bei dir (Zeit in Lagos, UTC+1)"),
        ("Europe/Vienna", None),
    ],
)  # fmt: skip
def test_the_visitors_clock_is_said_where_only_one_of_the_two_changes(
    visitor: str, yours: str | None
) -> None:
    start = at("2026-10-25 00:30")
    when = when_in_words(
        start, start + timedelta(minutes=30), BERLIN, visitor_zone=ZoneInfo(visitor)
    )
    assert when.yours == yours


@given(
    change=st.sampled_from(CHANGES),
    before=st.integers(-60 * 24, 60 * 24),
    minutes=st.integers(5, 480),
)
def test_an_interval_names_both_its_times_only_where_clocks_change(
    change: tuple[str, date], before: int, minutes: int
) -> None:
    zone = ZoneInfo(change[0])
    start = datetime.combine(change[1], time(), tzinfo=UTC) + timedelta(minutes=before)
    end = start + timedelta(minutes=minutes)
    first, last = start.astimezone(zone), end.astimezone(zone)
    clock = when_in_words(start, end, zone).clock
    if first.utcoffset() == last.utcoffset():
        assert clock == f"{first:%H:%M}–{last:%H:%M} Uhr"
    else:
        said = re.fullmatch(r"(.{5}) Uhr \((.+)\) – (.{5}) Uhr \((.+)\)", clock)
        assert said is not None
        assert (said[1], said[3]) == (f"{first:%H:%M}", f"{last:%H:%M}")
        assert said[2] != said[4]
