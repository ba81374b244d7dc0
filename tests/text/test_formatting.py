"""Times, zones and hours in words, and quotations in quotations."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.text import quoted
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

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ja", "„Ja“"),
        ("", "„“"),
        ("„Ja“ sagt er", "„‚Ja‘ sagt er“"),
        ("er sagt „Ja“", "„er sagt ‚Ja‘“"),
        ("O’Neill", "„O’Neill“"),
        ("„eins“, „zwei“", "„‚eins‘, ‚zwei‘“"),
    ],
)
def test_a_quotation_has_inner_marks_within(text: str, said: str) -> None:
    assert quoted(text) == said


@given(st.text())
def test_a_quotation_begins_and_ends_once(text: str) -> None:
    said = quoted(text)
    assert (said[0], said[-1]) == ("„", "“")
    assert (said.count("„"), said.count("“")) == (1, 1)
    assert len(said) == len(text) + 2


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
        ("Africa/Monrovia", datetime(1971, 1, 1, tzinfo=UTC), "UTC−0:44"),  # 0:44:30 behind
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
        (BERLIN, datetime(2026, 10, 24, 23, 59, tzinfo=UTC), ""),
        (BERLIN, datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "UTC+2"),
        (BERLIN, datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "UTC+2"),
        (BERLIN, datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "UTC+1"),
        (BERLIN, datetime(2026, 10, 25, 1, 59, tzinfo=UTC), "UTC+1"),
        (BERLIN, datetime(2026, 10, 25, 2, 0, tzinfo=UTC), ""),
        (BERLIN, datetime(2026, 3, 29, 0, 59, tzinfo=UTC), ""),  # in spring none comes twice
        (BERLIN, datetime(2026, 3, 29, 1, 0, tzinfo=UTC), ""),
        (NEW_YORK, datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "UTC−4"),
        (NEW_YORK, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "UTC−5"),
    ],
)
def test_what_clocks_show_twice_says_which_one(
    zone: ZoneInfo, instant: datetime, said: str
) -> None:
    assert twice_in_words(instant, zone) == said


def test_an_hour_that_comes_twice_is_told_apart_by_the_offset() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
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
        (
            "Pacific/Auckland",
            datetime(2026, 1, 15, 11, tzinfo=UTC),
            "Freitag, 16. Januar, 00:00–00:30 Uhr bei dir (Zeit in Auckland, UTC+13)",
        ),
        (
            "Pacific/Auckland",
            datetime(2026, 1, 15, 10, 30, tzinfo=UTC),
            "23:30–00:00 Uhr bei dir (Zeit in Auckland, UTC+13)",
        ),
        (
            "Pacific/Honolulu",
            datetime(2026, 1, 16, 9, 55, tzinfo=UTC),
            "Donnerstag, 15. Januar, 23:55–00:25 Uhr bei dir (Zeit in Honolulu, UTC−10)",
        ),
        # The three weeks in which New York's clocks have changed and Berlin's have not
        (
            "America/New_York",
            datetime(2026, 3, 20, 12, tzinfo=UTC),
            "08:00–08:30 Uhr bei dir (Zeit in New York, UTC−4)",
        ),
    ],
)
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
