"""Appointments during which clocks change: each end says which of the two times it means."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.text.formatting import when_in_words
from tests.support.strategies import CHANGES

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "said"),
    [
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            30,
            (
                "Sonntag, 25. Oktober 2026, 02:30 Uhr (Sommerzeit) – 02:00 Uhr (Winterzeit) "
                "(Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1)"
            ),
        ),
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
            60,
            (
                "Sonntag, 25. Oktober 2026, 02:00 Uhr (Sommerzeit) – 02:00 Uhr (Winterzeit) "
                "(Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1)"
            ),
        ),
        (  # one minute too early for it
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            29,
            "Sonntag, 25. Oktober 2026, 02:30–02:59 Uhr (Zeit in Berlin, UTC+2)",
        ),
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
            60,
            "Sonntag, 25. Oktober 2026, 02:00–03:00 Uhr (Zeit in Berlin, UTC+1)",
        ),
        (
            "Europe/Berlin",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            45,
            (
                "Sonntag, 29. März 2026, 01:30 Uhr (Winterzeit) – 03:15 Uhr (Sommerzeit) "
                "(Zeit in Berlin, UTC+1, nach der Zeitumstellung UTC+2)"
            ),
        ),
        (  # half an hour is given back
            "Australia/Lord_Howe",
            datetime(2026, 4, 4, 14, 45, tzinfo=UTC),
            30,
            (
                "Sonntag, 5. April 2026, 01:45 Uhr (Sommerzeit) – 01:45 Uhr (Winterzeit) "
                "(Zeit in Lord Howe, UTC+11, nach der Zeitumstellung UTC+10:30)"
            ),
        ),
        (  # where the winter's time is the one that deviates
            "Europe/Dublin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            60,
            (
                "Sonntag, 25. Oktober 2026, 01:30 Uhr (UTC+1) – 01:30 Uhr (UTC+0) "
                "(Zeit in Dublin, UTC+1, nach der Zeitumstellung UTC+0)"
            ),
        ),
        (  # a change that is no summer time
            "Asia/Pyongyang",
            datetime(2018, 5, 4, 14, 45, tzinfo=UTC),
            60,
            (
                "Freitag, 4. Mai 2018, 23:15 Uhr (UTC+8:30) – 00:45 Uhr (UTC+9) "
                "(Zeit in Pyongyang, UTC+8:30, nach der Zeitumstellung UTC+9)"
            ),
        ),
    ],
)
def test_a_stretch_in_which_clocks_change_says_so_at_both_ends(
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
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    when = when_in_words(
        start, start + timedelta(minutes=30), BERLIN, visitor_zone=ZoneInfo(visitor)
    )
    assert when.yours == yours


@given(
    change=st.sampled_from(CHANGES),
    before=st.integers(-60 * 24, 60 * 24),
    minutes=st.integers(5, 480),
)
def test_a_stretch_names_both_its_times_only_where_clocks_change(
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
