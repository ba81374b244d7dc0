"""Days and times on a page: whose clocks they are, over clock changes and over midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.timetable import DAYS_ON_A_PAGE, Time, Timetable, timetable
from tests.support.contexts import a_kind, in_berlin
from tests.support.sites import TYPED, OpenSite, Site

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR, FIVE_MINUTES = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=5)
NIGHT = "nachtwache"
NIGHTLY = a_kind(NIGHT, hours='{ saturday = ["22:00-06:00"] }', horizon_days="30")


def table(
    *free: datetime, begin: date = date.min, zone: ZoneInfo = BERLIN, visitor: str = ""
) -> Timetable:
    by_day: dict[date, list[datetime]] = {}
    for start in free:
        by_day.setdefault(start.astimezone(zone).date(), []).append(start)
    return timetable(
        by_day,
        begin=begin,
        zone=zone,
        visitor_zone=ZoneInfo(visitor) if visitor else None,
        href=lambda word: f"/{word}",
    )


def times(shown: Timetable) -> list[Time]:
    return [time for day in shown.days for time in day.times]


@given(
    st.lists(
        st.integers(0, 330 * 24 * 12).map(lambda n: NEW_YEAR + n * FIVE_MINUTES),
        unique=True,
        max_size=30,
    ).map(sorted),
    st.dates(date(2025, 12, 1), date(2027, 1, 1)),
)
def test_pages_hold_every_time_once_whatever_they_begin_with(
    free: list[datetime], begin: date
) -> None:
    isos = [start.astimezone(BERLIN).isoformat() for start in free]
    days = sorted({start.astimezone(BERLIN).date() for start in free})
    page = table(*free, begin=begin)
    assert len(page.days) <= DAYS_ON_A_PAGE
    if days:
        wanted = next((day for day in days if day >= begin), days[max(0, len(days) - 7)])
        assert page.days[0].date_iso == wanted.isoformat()
    shown, earlier, later = [time.iso for time in times(page)], page, page
    while later.later:
        later = table(*free, begin=later.later)
        shown += [time.iso for time in times(later)]
    while earlier.earlier:
        earlier = table(*free, begin=earlier.earlier)
        # The first page may reach into the next one, when fewer days than a page lie before it.
        shown = [time.iso for time in times(earlier) if time.iso not in shown] + shown
    assert shown == isos


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-27 09:00", "2026-03-28 09:00", "Zeit in Berlin, UTC+1"),
        ("2026-03-28 09:00", "2026-03-30 09:00",
         "Zeit in Berlin, UTC+1, nach der Zeitumstellung UTC+2"),
        ("2026-03-30 09:00", "2026-03-31 09:00", "Zeit in Berlin, UTC+2"),
        ("2026-10-24 09:00", "2026-10-26 09:00",
         "Zeit in Berlin, UTC+2, nach der Zeitumstellung UTC+1"),
        ("2026-10-26 09:00", "2026-10-26 09:00", "Zeit in Berlin, UTC+1"),
    ],
)  # fmt: skip
def test_the_zone_is_said_with_both_offsets_over_a_clock_change(
    first: str, last: str, said: str
) -> None:
    assert table(in_berlin(first), in_berlin(last)).zone_text == said


@pytest.mark.parametrize(
    ("offsets", "said"),
    [
        # Ten hours and a half, then eleven: one is the other's beginning as a text.
        ((datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)),
         "Zeit in Lord Howe, UTC+10:30, nach der Zeitumstellung UTC+11"),
        ((datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC)),
         "Zeit in Lord Howe, UTC+11, nach der Zeitumstellung UTC+10:30"),
    ],
)  # fmt: skip
def test_a_clock_change_of_half_an_hour_is_said_too(
    offsets: tuple[datetime, datetime], said: str
) -> None:
    assert table(*offsets, zone=ZoneInfo("Australia/Lord_Howe")).zone_text == said


def test_an_hour_that_comes_twice_says_which_one(open_site: OpenSite) -> None:
    site = open_site(None, NIGHTLY)
    site.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    page = site.guest.get(f"/termin/{NIGHT}")
    labels = [label for label, href in page.links() if "/20261025T0" in href]
    assert labels[:7] == [
        "Buchen: 02:00 Uhr (UTC+2), Sonntag, 25. Oktober",
        "Buchen: 02:30 Uhr (UTC+2), Sonntag, 25. Oktober",
        "Buchen: 02:00 Uhr (UTC+1), Sonntag, 25. Oktober",
        "Buchen: 02:30 Uhr (UTC+1), Sonntag, 25. Oktober",
        "Buchen: 03:00 Uhr, Sonntag, 25. Oktober",
        "Buchen: 03:30 Uhr, Sonntag, 25. Oktober",
        "Buchen: 04:00 Uhr, Sonntag, 25. Oktober",
    ]
    assert "UTC+2, nach der Zeitumstellung UTC+1" in page.text


def test_one_of_two_says_which_one_also_when_the_other_is_taken(open_site: OpenSite) -> None:
    site = open_site(None, NIGHTLY)
    site.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    site.book(datetime(2026, 10, 25, 0, tzinfo=UTC), NIGHT)
    labels = [label for label, _ in site.guest.get(f"/termin/{NIGHT}").links()]
    assert "Buchen: 02:00 Uhr (UTC+1), Sonntag, 25. Oktober" in labels
    assert "Buchen: 02:00 Uhr (UTC+2), Sonntag, 25. Oktober" not in labels


def test_near_times_of_an_hour_that_comes_twice_are_told_apart(open_site: OpenSite) -> None:
    site = open_site(None, NIGHTLY)
    site.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    start = datetime(2026, 10, 25, 1, tzinfo=UTC)
    site.book(start, NIGHT)
    page = site.guest.post(site.form_path(start, NIGHT), TYPED, status=409)
    (form,) = (form for form in page.forms() if "email" in form.names)
    labels = [label for label in form.buttons if label]
    assert labels == [
        "Sonntag, 25. Oktober, 01:30 Uhr",
        "Sonntag, 25. Oktober, 02:00 Uhr (UTC+2)",
        "Sonntag, 25. Oktober, 02:30 Uhr (UTC+2)",
        "Sonntag, 25. Oktober, 02:30 Uhr (UTC+1)",
        "Sonntag, 25. Oktober, 03:00 Uhr",
        "Sonntag, 25. Oktober, 03:30 Uhr",
    ]


@pytest.mark.parametrize(
    ("visitor", "yours"),
    [
        ("", [None, None, None]),
        ("Europe/Vienna", [None, None, None]),
        ("Asia/Tokyo", [("17:00", None), ("23:30", None), ("00:00", "Freitag, 6. März")]),
        ("America/Los_Angeles", [("00:00", None), ("06:30", None), ("07:00", None)]),
        ("Pacific/Honolulu", [("22:00", "Mittwoch, 4. März"), ("04:30", None), ("05:00", None)]),
    ],
)
def test_the_visitors_day_is_named_where_it_is_another(
    visitor: str, yours: list[tuple[str, str | None] | None]
) -> None:
    clocks = ("09:00", "15:30", "16:00")
    shown = times(table(*(in_berlin(f"2026-03-05 {clock}") for clock in clocks), visitor=visitor))
    assert [time.clock for time in shown] == list(clocks)
    assert [time.yours and (time.yours, time.yours_day) for time in shown] == yours


def test_the_visitors_clock_follows_their_own_clock_change() -> None:
    """New York changes three weeks before Berlin; London in the same night."""
    days = [in_berlin(f"2026-03-{day} 15:00") for day in ("06", "09", "30")]
    for visitor, clocks in (
        ("America/New_York", ["09:00", "10:00", "09:00"]),
        ("Europe/London", ["14:00", "14:00", "14:00"]),
    ):
        assert [time.yours for time in times(table(*days, visitor=visitor))] == clocks


def test_the_page_names_the_visitors_day(site: Site) -> None:
    page = site.guest.get("/termin/kennenlernen?zone=Pacific/Auckland")
    label = next(label for label, href in page.links() if href.split("?")[0].endswith("T120000Z"))
    assert label == "Buchen: 13:00 Uhr, Dienstag, 3. März, 01:00 Uhr bei dir, Mittwoch, 4. März"
