"""The dates of rules: against dateutil, which is slow and never stops, but often right."""

import os
from datetime import datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtfuehrer.calendar.recurrence import occurrences
from stadtfuehrer.calendar.rrule import WEEKDAYS, BadRule, Budget, Exhausted, TooMuch, parse

EXAMPLES = int(os.environ.get("RECURRENCE_EXAMPLES", "60"))
LONG = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def numbers(choices: list[int], most: int = 3) -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True)
    return some.map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule as calendars have them, and stranger ones; COUNT only where dates surely come."""
    freq = draw(st.sampled_from([*LONG, *LONG, "HOURLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.sampled_from([1, 1, 2, 3, 4, 5, 7, 10])))}

    def perhaps(name: str, values: st.SearchStrategy[str], *, one_in: int = 3) -> None:
        if draw(st.integers(1, one_in)) == 1:
            parts[name] = draw(values)

    perhaps("BYMONTH", numbers(list(range(1, 13))), one_in=4)
    days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True)
    if freq != "WEEKLY":
        perhaps("BYMONTHDAY", numbers([1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -31]))
    if freq == "YEARLY":
        perhaps("BYYEARDAY", numbers([1, 60, 100, 365, 366, -1, -366]), one_in=6)
        perhaps("BYWEEKNO", numbers([1, 2, 20, 52, 53, -1]), one_in=6)
    if "BYWEEKNO" in parts:
        parts["BYDAY"] = ",".join(draw(days))
    else:
        nth = freq in ("MONTHLY", "YEARLY") and draw(st.booleans())
        prefix = st.sampled_from(["1", "2", "3", "5", "-1", "-2"]) if nth else st.just("")
        named = st.lists(st.tuples(prefix, st.sampled_from(WEEKDAYS)).map("".join), min_size=1)
        perhaps("BYDAY", named.map(",".join), one_in=2)
    perhaps("BYHOUR", numbers(list(range(24)), 2), one_in=8)
    perhaps("BYMINUTE", st.just("0,30"), one_in=8)
    # Of the week of DTSTART dateutil counts only what comes after it (RFC 5545: the whole week).
    if freq not in ("HOURLY", "WEEKLY") and any(name.startswith("BY") for name in parts):
        perhaps("BYSETPOS", st.sampled_from(["1", "-1", "2", "1,-1"]), one_in=5)
    perhaps("WKST", st.sampled_from(["SU", "WE"]), one_in=5)
    if not {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR"} & parts.keys():
        perhaps("COUNT", st.integers(1, 60).map(str))
    return ";".join(f"{name}={value}" for name, value in parts.items())


STARTS = st.datetimes(datetime(2019, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - wall clock
    lambda at: at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    rule=rules(),
    start=STARTS,
    until=st.none() | st.integers(0, 2000),
    begin=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001 - wall clock
    days=st.sampled_from([30, 100, 400]),
)
def test_the_dates_are_dateutils(
    rule: str, start: datetime, until: int | None, begin: datetime, days: int
) -> None:
    # dateutil looks for the dates of a rule that never matches until the year 9999, and COUNT and
    # UNTIL are not allowed together; so what could be never ends with the window.
    end = begin + timedelta(days)
    bound = end if until is None else min(end, start + timedelta(until))
    text = rule if "COUNT" in rule else f"{rule};UNTIL={bound:%Y%m%dT%H%M%S}"
    try:
        slow = rrulestr(text, dtstart=start)
        expected = [one for one in takewhile(lambda one: one <= bound, slow) if one >= begin]
    except ValueError:
        # It refuses some that never match.
        expected = []
    last = None if until is None else start + timedelta(until)
    found = list(occurrences(parse(rule), start, begin, end, last, budget=Budget()))
    assert found == expected


def dates(rule: str, start: str, low: str, high: str, budget: Budget | None = None) -> list[str]:
    first, begin, end = (datetime.fromisoformat(one) for one in (start, low, high))
    found = occurrences(parse(rule), first, begin, end, None, budget=budget or Budget())
    return [f"{one:%Y-%m-%d %H:%M:%S}" for one in found]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=MINUTELY;INTERVAL=20;COUNT=3", ["09:00:00", "09:20:00", "09:40:00"]),
        ("FREQ=SECONDLY;INTERVAL=50;COUNT=3;BYSECOND=0,40", ["09:00:00", "09:01:40", "09:05:00"]),
        ("FREQ=DAILY;COUNT=1;BYSECOND=60", ["09:00:59"]),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", []),
        ("FREQ=YEARLY;BYWEEKNO=10", ["09:00:00"]),
        ("FREQ=YEARLY;INTERVAL=99999", ["09:00:00"]),
        ("FREQ=HOURLY;INTERVAL=999999999999", ["09:00:00"]),
    ],
)
def test_what_dateutil_is_not_asked(rule: str, found: list[str]) -> None:
    """Leap seconds are the last second, a week's day is DTSTART's, and nothing never ends."""
    shown = dates(rule, "2026-03-02T09:00", "2026-03-02", "2026-04-02")
    assert [one.partition(" ")[2] for one in shown] == found


@pytest.mark.parametrize(
    "rule",
    [
        *("", "DAILY", "FREQ", "FREQ=", "FREQ=FORTNIGHTLY", "FREQ=DAILY;INTERVAL=0"),
        *("FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=x", "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;BYX=1"),
        *("FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYMONTHDAY=0", "FREQ=DAILY;WKST=1", "INTERVAL=2"),
    ],
)
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(BadRule):
        parse(rule)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=999999"])
def test_a_rule_that_takes_too_much_says_so(rule: str) -> None:
    with pytest.raises(TooMuch):
        dates(rule, "2020-01-01", "2027-01-01", "2027-02-01")


def test_all_rules_of_a_file_share_a_budget() -> None:
    budget = Budget(of_file=4000)
    for _ in range(9):
        dates("FREQ=YEARLY;BYDAY=MO", "2020-01-01", "2027-01-01", "2027-02-01", budget)
    with pytest.raises(Exhausted):
        dates("FREQ=YEARLY;BYDAY=MO", "2020-01-01", "2027-01-01", "2027-02-01", budget)
