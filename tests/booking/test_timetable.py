"""Days and times on a page, and the overview of months: whose clocks, and over their changes."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.timetable import (
    DAYS_ON_A_PAGE,
    MonthDay,
    Time,
    Timetable,
    months_with_free_times,
    timetable,
)
from tests.support.contexts import BERLIN, a_kind, in_berlin
from tests.support.pages import Page, words
from tests.support.sites import KIND, TYPED, OpenSite, Site

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NIGHT = "nachtwache"
NIGHTLY = a_kind(NIGHT, hours='{ saturday = ["22:00-06:00"] }', horizon_days="30")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
starts = st.lists(
    st.integers(0, 2 * 366 * 24 * 12).map(
        lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(minutes=5)
    ),
    unique=True,
    max_size=30,
).map(sorted)


def by_day(free: list[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    days: dict[date, list[datetime]] = {}
    for start in free:
        days.setdefault(start.astimezone(zone).date(), []).append(start)
    return days


def table(
    *free: datetime, begin: date = date.min, zone: ZoneInfo = BERLIN, visitor: str = ""
) -> Timetable:
    return timetable(
        by_day([*free], zone),
        begin=begin,
        zone=zone,
        visitor_zone=ZoneInfo(visitor) if visitor else None,
        href=lambda word: f"/{word}",
    )


def times(shown: Timetable) -> list[Time]:
    return [time for day in shown.days for time in day.times]


@settings(max_examples=60)
@given(starts, st.dates(date(2025, 12, 1), date(2028, 2, 1)))
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
    ("zone", "first", "last", "said"),
    [
        (BERLIN, "03-27", "03-28", "Berlin, UTC+1"),
        (BERLIN, "03-28", "03-30", "Berlin, UTC+1, nach der Zeitumstellung UTC+2"),
        (BERLIN, "03-30", "03-31", "Berlin, UTC+2"),
        (BERLIN, "10-24", "10-26", "Berlin, UTC+2, nach der Zeitumstellung UTC+1"),
        (BERLIN, "10-26", "10-26", "Berlin, UTC+1"),
        # Ten hours and a half, then eleven: one is the other's beginning as a text.
        (LORD_HOWE, "10-03", "10-05", "Lord Howe, UTC+10:30, nach der Zeitumstellung UTC+11"),
        (LORD_HOWE, "04-04", "04-06", "Lord Howe, UTC+11, nach der Zeitumstellung UTC+10:30"),
    ],
)
def test_the_zone_is_said_with_both_offsets_over_a_clock_change(
    zone: ZoneInfo, first: str, last: str, said: str
) -> None:
    free = (datetime.fromisoformat(f"2026-{day}T00:00Z") for day in (first, last))
    assert table(*free, zone=zone).zone_text == f"Zeit in {said}"


@pytest.fixture
def night(open_site: OpenSite) -> Site:
    """Give a site that is open through the night in which clocks go back."""
    site = open_site(None, NIGHTLY)
    site.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    return site


def test_an_hour_that_comes_twice_says_which_one(night: Site) -> None:
    def labels() -> list[str]:
        links = night.guest.get(f"/termin/{NIGHT}").links()
        return [label for label, href in links if "/20261025T0" in href]

    clocks = ["02:00 Uhr (UTC+2)", "02:30 Uhr (UTC+2)", "02:00 Uhr (UTC+1)", "02:30 Uhr (UTC+1)"]
    expected = [f"Buchen: {one}, Sonntag, 25. Oktober" for one in [*clocks, "03:00 Uhr"]]
    assert labels()[:5] == expected
    assert "UTC+2, nach der Zeitumstellung UTC+1" in night.guest.get(f"/termin/{NIGHT}").text
    # Also when the other of the two is taken
    night.book(datetime(2026, 10, 25, 0, tzinfo=UTC), NIGHT)
    assert expected[2] in labels()
    assert expected[0] not in labels()


def test_near_times_of_an_hour_that_comes_twice_are_told_apart(night: Site) -> None:
    start = datetime(2026, 10, 25, 1, tzinfo=UTC)
    night.book(start, NIGHT)
    page = night.guest.post(night.form_path(start, NIGHT), TYPED, status=409)
    (form,) = (form for form in page.forms() if "email" in form.names)
    clocks = ("01:30 Uhr", "02:00 Uhr (UTC+2)", "02:30 Uhr (UTC+2)", "02:30 Uhr (UTC+1)")
    assert [label for label in form.buttons if label] == [
        f"Sonntag, 25. Oktober, {clock}" for clock in (*clocks, "03:00 Uhr", "03:30 Uhr")
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


@settings(max_examples=60)
@given(starts, st.sampled_from(ZONES).map(ZoneInfo))
def test_the_overviews_days_are_those_of_the_free_times(
    free: list[datetime], zone: ZoneInfo
) -> None:
    dates, found = [start.astimezone(zone).date() for start in free], dict[date, MonthDay]()
    for month in months_with_free_times(by_day(free, zone), lambda day: f"ab {day}"):
        name, year = month.caption.split()
        for week in month.weeks:
            assert len(week) == 7
            for weekday, shown in enumerate(week):
                if shown is not None:
                    day = date(int(year), MONTHS.index(name) + 1, shown.number)
                    assert day.weekday() == weekday
                    assert found.setdefault(day, shown) is shown
    for day, shown in found.items():
        number = dates.count(day)
        assert shown.href == (f"ab {day}" if number else None)
        said = "eine freie Zeit" if number == 1 else f"{number} freie Zeiten"
        label = f", {day.day}. {MONTHS[day.month - 1]}: {said}"
        assert shown.label.endswith(label) if shown.label else not number
    # Whole months, and only those with something free.
    assert found.keys() == {
        date(year, month, number)
        for year, month in {(day.year, day.month) for day in dates}
        for number in range(1, monthrange(year, month)[1] + 1)
    }


def overview(page: Page) -> dict[str, str]:
    """The addresses in the overview by what is read out for them."""
    cells = [a for table in page.all("table") for a in table.iter("a")]
    return {a.get("aria-label", ""): a.get("href", "") for a in cells}


@pytest.mark.parametrize("query", ["", "?zone=Asia/Tokyo&angebot=marketingumsetzung"])
def test_each_link_leads_to_its_day_and_takes_everything_along(site: Site, query: str) -> None:
    links = overview(site.guest.get(f"/termin/{KIND}{query}"))
    days = sorted({start.astimezone(BERLIN).date() for start in site.free()})
    assert len(links) == len(days)
    for (label, href), day in [*zip(links.items(), days, strict=True)][::12]:
        heading = next(next(iter(site.guest.get(href).all("section"))).iter("h2"))
        assert (heading.get("id"), words(heading)) == (f"tag-{day}", label.partition(":")[0])
        assert f"ab={day}" in href
        assert ("zone=" in href) is ("zone=" in query)


def test_a_day_that_is_full_leads_nowhere_and_moving_leads_to_moving(site: Site) -> None:
    own = f"/buchung/{site.book(in_berlin('2026-03-06 09:00'))}/verschieben"
    for start in [start for start in site.free() if start < in_berlin("2026-03-05 00:00")][-6::2]:
        site.book(start)
    links = overview(site.guest.get(f"/termin/{KIND}"))
    assert not any(", 4. März" in label for label in links)
    assert any(", 5. März: " in label for label in links)
    links = overview(site.guest.get(own))
    assert links
    for href in [*links.values()][::12]:
        assert href.startswith(f"{own}?ab=2026-")
        assert site.guest.get(href).all("time")


def test_months_have_their_weekdays_above_and_no_empty_weeks(site: Site) -> None:
    page = site.guest.get(f"/termin/{KIND}")
    assert [words(one) for one in page.all("caption")] == ["März 2026", "April 2026"]
    weekdays = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    for table in page.all("table"):
        assert [words(one) for one in table.iter("th")] == [*weekdays]
        rows = [[words(cell) for cell in row.iter("td")] for row in table.iter("tr")]
        numbers = [number for row in rows for number in row if number]
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
        assert all(any(row) for row in rows if row)
