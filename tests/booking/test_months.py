"""The overview of months: the days with something free, each leading to its times."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.timetable import MonthDay, months_with_free_times
from tests.support.contexts import in_berlin
from tests.support.pages import Page, words
from tests.support.sites import KIND, Site

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
NEW_YEAR, FIVE_MINUTES = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=5)
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


def days_of(free: list[datetime], zone: ZoneInfo) -> dict[date, MonthDay]:
    """Every day of the overview by its date, as its month's caption tells."""
    found = {}
    by_day: dict[date, list[datetime]] = {}
    for start in free:
        by_day.setdefault(start.astimezone(zone).date(), []).append(start)
    for month in months_with_free_times(by_day, lambda day: f"ab {day}"):
        name, year = month.caption.split()
        for week in month.weeks:
            assert len(week) == 7
            for weekday, day in enumerate(week):
                if day is not None:
                    its = date(int(year), MONTHS.index(name) + 1, day.number)
                    assert its.weekday() == weekday
                    assert its not in found
                    found[its] = day
    return found


@given(
    st.lists(
        st.integers(0, 2 * 366 * 24 * 12).map(lambda n: NEW_YEAR + n * FIVE_MINUTES), max_size=40
    ),
    st.sampled_from(ZONES).map(ZoneInfo),
)
def test_the_days_are_those_of_the_free_times(free: list[datetime], zone: ZoneInfo) -> None:
    dates = [start.astimezone(zone).date() for start in free]
    found = days_of(sorted(free), zone)
    assert {day for day in found if found[day].href is not None} == set(dates)
    for day, shown in found.items():
        times = dates.count(day)
        assert shown.href == (f"ab {day}" if times else None)
        said = "eine freie Zeit" if times == 1 else f"{times} freie Zeiten"
        label = f", {day.day}. {MONTHS[day.month - 1]}: {said}"
        assert shown.label.endswith(label) if shown.label else not times
    # Whole months, and only those with something free.
    assert found.keys() == {
        date(year, month, number)
        for year, month in {(day.year, day.month) for day in dates}
        for number in range(1, monthrange(year, month)[1] + 1)
    }


def linked(page: Page) -> dict[str, str]:
    """The addresses in the overview by what is read out for them."""
    cells = [a for table in page.all("table") for a in table.iter("a")]
    return {a.get("aria-label", ""): a.get("href", "") for a in cells}


@pytest.mark.parametrize("query", ["", "?zone=Asia/Tokyo&angebot=marketingumsetzung"])
def test_each_link_leads_to_its_day_and_takes_everything_along(site: Site, query: str) -> None:
    page = site.guest.get(f"/termin/{KIND}{query}")
    links = linked(page)
    days = sorted({start.astimezone(site.context.rules.zone).date() for start in site.free()})
    assert len(links) == len(days)
    for (label, href), day in [*zip(links.items(), days, strict=True)][::9]:
        there = site.guest.get(href)
        first = next(iter(there.all("section")))
        heading = next(iter(first.iter("h2")))
        assert (heading.get("id"), words(heading)) == (f"tag-{day}", label.partition(":")[0])
        assert f"ab={day}" in href
        assert ("zone=" in href) is ("zone=" in query)


def test_a_day_that_is_full_leads_nowhere(site: Site) -> None:
    wednesday = [start for start in site.free() if start < in_berlin("2026-03-05 00:00")]
    for start in wednesday[-6::2]:
        site.book(start)
    links = linked(site.guest.get(f"/termin/{KIND}"))
    assert not any(", 4. März" in label for label in links)
    assert any(", 5. März: " in label for label in links)


def test_the_overview_of_moving_leads_to_moving(site: Site) -> None:
    own = f"/buchung/{site.book(site.free()[0])}/verschieben"
    links = linked(site.guest.get(own))
    assert links
    for href in [*links.values()][::12]:
        assert href.startswith(f"{own}?ab=2026-")
        assert site.guest.get(href).all("time")


def test_months_have_their_weekdays_above_and_no_empty_weeks(site: Site) -> None:
    page = site.guest.get(f"/termin/{KIND}")
    captions = [words(one) for one in page.all("caption")]
    assert captions == ["März 2026", "April 2026"]
    for table in page.all("table"):
        assert [words(one) for one in table.iter("th")] == [
            "Mo",
            "Di",
            "Mi",
            "Do",
            "Fr",
            "Sa",
            "So",
        ]
        rows = [[words(cell) for cell in row.iter("td")] for row in table.iter("tr")]
        numbers = [number for row in rows for number in row if number]
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
        assert all(any(row) for row in rows if row)
