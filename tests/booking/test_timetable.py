"""Days and times on a page, and the overview of months: whose clocks, and over their changes."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.timetable import Hrefs, Time, Timetable, timetable
from tests.support.contexts import BERLIN, a_kind, in_berlin
from tests.support.pages import Page, words
from tests.support.sites import KIND, TYPED, OpenSite, Site

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NIGHT = "nachtwache"
SUNDAY = f"/termin/{NIGHT}?ab=2026-10-25"
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
    *free: datetime, begin: date | None = date.min, zone: ZoneInfo = BERLIN, visitor: str = ""
) -> Timetable:
    return timetable(
        by_day([*free], zone),
        begin=begin,
        today=date(2026, 3, 2),
        zone=zone,
        visitor_zone=ZoneInfo(visitor) if visitor else None,
        hrefs=Hrefs(time=lambda word: f"/{word}", day=lambda word: word),
    )


def times(shown: Timetable) -> list[Time]:
    return [time for _, those in shown.day.parts for time in those]


@settings(max_examples=60)
@given(starts.filter(bool), st.dates(date(2025, 12, 1), date(2028, 2, 1)))
def test_days_hold_every_time_once_whatever_one_begins_with(
    free: list[datetime], begin: date
) -> None:
    isos = [start.astimezone(BERLIN).isoformat() for start in free]
    days = sorted({start.astimezone(BERLIN).date() for start in free})
    page = table(*free, begin=begin)
    wanted = next((day for day in days if day >= begin), days[-1])
    assert page.day.date_iso == wanted.isoformat()
    shown, earlier, later = [time.iso for time in times(page)], page, page
    while later.later:
        later = table(*free, begin=date.fromisoformat(later.later.href))
        shown += [time.iso for time in times(later)]
    while earlier.earlier:
        earlier = table(*free, begin=date.fromisoformat(earlier.earlier.href))
        shown = [time.iso for time in times(earlier)] + shown
    assert shown == isos


@settings(max_examples=60)
@given(starts.filter(bool))
def test_months_lead_through_all_that_have_something_free(free: list[datetime]) -> None:
    days = sorted({start.astimezone(BERLIN).date() for start in free})
    firsts = [next(days) for _, days in groupby(days, key=lambda day: (day.year, day.month))]
    page, seen = table(*free), [days[0]]
    while page.month.later:
        seen.append(date.fromisoformat(page.month.later.href))
        page = table(*free, begin=seen[-1])
    assert seen == firsts
    while page.month.earlier:
        page = table(*free, begin=date.fromisoformat(page.month.earlier.href))
        seen.pop()
    assert seen == firsts[:1]


def test_a_day_is_parted_at_noon() -> None:
    clocks = ("08:00", "11:55", "12:00", "18:30")
    shown = table(*(in_berlin(f"2026-03-05 {clock}") for clock in clocks))
    parts = [(name, [time.clock for time in those]) for name, those in shown.day.parts]
    assert parts == [("Vormittag", [*clocks[:2]]), ("Nachmittag", [*clocks[2:]])]
    assert [name for name, _ in table(in_berlin("2026-03-05 12:00")).day.parts] == ["Nachmittag"]


@pytest.mark.parametrize(
    ("free", "suggested"),
    [
        (["05 09:00", "06 09:00"], []),
        (["05 09:00", "06 09:00", "06 13:00", "09 09:00"], ["05 09:00", "06 13:00", "09 09:00"]),
        (["05 14:00", "06 09:00", "09 10:00", "10 14:00"], ["05 14:00", "06 09:00", "09 10:00"]),
        (["05 09:00", "06 09:30", "09 10:00", "09 15:00"], ["05 09:00", "06 09:30", "09 15:00"]),
    ],
)
def test_suggestions_are_of_three_days_morning_and_afternoon_by_turns(
    free: list[str], suggested: list[str]
) -> None:
    instants = [in_berlin(f"2026-03-{one}") for one in free]
    shown = table(*instants, begin=None).suggestions
    assert [time.iso[8:16].replace("T", " ") for _, time in shown] == suggested
    assert [time.iso[8:10] for _, time in shown] == [
        f"{int(day.partition(', ')[2].partition('.')[0]):02}" for day, _ in shown
    ]


@pytest.mark.parametrize(
    ("zone", "first", "last", "said"),
    [
        (BERLIN, "03-26", "03-28", "Berlin, UTC+1"),
        (BERLIN, "03-28", "03-30", "Berlin, UTC+1, nach der Zeitumstellung UTC+2"),
        (BERLIN, "03-30", "04-01", "Berlin, UTC+2"),
        (BERLIN, "10-24", "10-26", "Berlin, UTC+2, nach der Zeitumstellung UTC+1"),
        (BERLIN, "10-26", "10-28", "Berlin, UTC+1"),
        # Ten hours and a half, then eleven: one is the other's beginning as a text.
        (LORD_HOWE, "10-03", "10-05", "Lord Howe, UTC+10:30, nach der Zeitumstellung UTC+11"),
        (LORD_HOWE, "04-04", "04-06", "Lord Howe, UTC+11, nach der Zeitumstellung UTC+10:30"),
    ],
)
def test_the_zone_is_said_with_both_offsets_over_a_clock_change(
    zone: ZoneInfo, first: str, last: str, said: str
) -> None:
    begin, end = (datetime.fromisoformat(f"2026-{day}T00:00Z") for day in (first, last))
    shown = table(begin, begin + timedelta(days=1), end, zone=zone, begin=None)
    assert [time.iso[5:10] for _, time in shown.suggestions][::2] == [first, last]
    assert shown.zone_text == f"Zeit in {said}"


@pytest.fixture
def night(open_site: OpenSite) -> Site:
    """Give a site that is open through the night in which clocks go back."""
    site = open_site(None, NIGHTLY)
    site.clock.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    return site


def test_an_hour_that_comes_twice_says_which_one(night: Site) -> None:
    def labels() -> list[str]:
        links = night.guest.get(SUNDAY).links()
        return [label for label, href in links if "/20261025T0" in href]

    clocks = ["02:00 Uhr (UTC+2)", "02:30 Uhr (UTC+2)", "02:00 Uhr (UTC+1)", "02:30 Uhr (UTC+1)"]
    expected = [f"Buchen: {one}, Sonntag, 25. Oktober" for one in [*clocks, "03:00 Uhr"]]
    assert labels()[:5] == expected
    assert "UTC+2, nach der Zeitumstellung UTC+1" in night.guest.get(SUNDAY).text
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
        shown = [time.yours for day in days for time in times(table(day, visitor=visitor))]
        assert shown == clocks


@settings(max_examples=60)
@given(starts.filter(bool), st.dates(date(2025, 12, 1), date(2028, 2, 1)), st.sampled_from(ZONES))
def test_a_month_has_all_its_days_and_those_with_free_times_lead_to_them(
    free: list[datetime], begin: date, name: str
) -> None:
    zone = ZoneInfo(name)
    dates, page = (
        [start.astimezone(zone).date() for start in free],
        table(*free, begin=begin, zone=zone),
    )
    chosen = date.fromisoformat(page.day.date_iso)
    assert page.month.caption == f"{MONTHS[chosen.month - 1]} {chosen.year}"
    numbers = []
    for week in page.month.weeks:
        assert len(week) == 7
        for weekday, shown in enumerate(week):
            if shown is None:
                continue
            numbers.append(shown.number)
            day = chosen.replace(day=shown.number)
            assert day.weekday() == weekday
            count = dates.count(day)
            said = "eine freie Zeit" if count == 1 else f"{count} freie Zeiten"
            label = f", {day.day}. {MONTHS[day.month - 1]}: {said}"
            assert shown.label.endswith(label) if shown.label else not count
            assert shown.href == (day.isoformat() if count else None)
            is_today = "date" if day == date(2026, 3, 2) else ""
            assert shown.current == ("true" if day == chosen else is_today)
    assert numbers == [*range(1, monthrange(chosen.year, chosen.month)[1] + 1)]


def overview(page: Page) -> dict[str, str]:
    """The addresses in the month by what is read out for them."""
    cells = [a for table in page.all("table") for a in table.iter("a")]
    return {a.get("aria-label", ""): a.get("href", "") for a in cells}


@pytest.mark.parametrize("query", ["", "?zone=Asia/Tokyo&angebot=marketingumsetzung"])
def test_each_link_leads_to_its_day_and_takes_everything_along(site: Site, query: str) -> None:
    links = overview(site.guest.get(f"/termin/{KIND}{query}"))
    days = sorted({start.astimezone(BERLIN).date() for start in site.free()})
    days = [day for day in days if day.month == 3]
    assert len(links) == len(days)
    for (label, href), day in [*zip(links.items(), days, strict=True)][::6]:
        page = site.guest.get(href)
        heading = next(page.by_id("zeiten").iter("h2"))
        assert (heading.get("id"), words(heading)) == (f"tag-{day}", label.partition(":")[0])
        assert href.endswith(f"ab={day}#zeiten")
        assert ("zone=" in href) is ("zone=" in query)
        (month,) = page.all("table")
        (chosen,) = (a for a in month.iter("a") if a.get("aria-current") == "true")
        assert chosen.get("aria-label") == label


def test_a_day_that_is_full_leads_nowhere_and_moving_leads_to_moving(site: Site) -> None:
    own = f"/buchung/{site.book(in_berlin('2026-03-06 09:00'))}/verschieben"
    for start in [start for start in site.free() if start < in_berlin("2026-03-05 00:00")][-6::2]:
        site.book(start)
    links = overview(site.guest.get(f"/termin/{KIND}"))
    assert not any(", 4. März" in label for label in links)
    assert any(", 5. März: " in label for label in links)
    links = overview(site.guest.get(own))
    assert links
    for href in [*links.values()][::6]:
        assert href.startswith(f"{own}?ab=2026-")
        assert site.guest.get(href).all("time")


def test_a_month_has_its_weekdays_above_and_no_empty_weeks(site: Site) -> None:
    page = site.guest.get(f"/termin/{KIND}?ab=2026-04-20")
    assert [words(one) for one in page.all("caption")] == ["April 2026"]
    weekdays = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    (month,) = page.all("table")
    assert [words(one) for one in month.iter("th")] == [*weekdays]
    rows = [[words(cell) for cell in row.iter("td")] for row in month.iter("tr")]
    assert [number for row in rows for number in row if number] == [str(n) for n in range(1, 31)]
    assert all(any(row) for row in rows if row)
