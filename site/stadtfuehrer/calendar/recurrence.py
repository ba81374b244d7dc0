"""The dates of an RRULE (RFC 5545, 3.3.10) on the wall clock, looked for only where asked for.

Unlike dateutil it stops at the end of what is asked, also where nothing is ever found; and it
begins there, unless COUNT makes it count from DTSTART.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product

from stadtfuehrer.calendar.rrule import STEPS_OF_RULE, Budget, Rule, TooMuch, Weekday

_SECONDS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_LOOKED_AT = {"WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
"""So many days of a period are looked at, at most."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def occurrences(
    rule: Rule,
    start: datetime,
    low: datetime,
    high: datetime,
    until: datetime | None,
    *,
    budget: Budget,
) -> Iterator[datetime]:
    """The dates of the rule from ``low`` to ``high``, both included, in order; all are naive.

    ``start`` (DTSTART) is among them only if it fits the rule, and is for the caller to add.
    Raises Exhausted, and TooMuch also for rules by the second or the minute without COUNT.
    """
    endless = rule.count is None and rule.freq in ("SECONDLY", "MINUTELY")
    if endless or (rule.freq in _SECONDS and "BYSETPOS" in rule.by):
        raise TooMuch
    budget.of_rule = STEPS_OF_RULE
    end = min(high, until) if until else high
    periods = _by_the_clock if rule.freq in _SECONDS else _by_the_day
    left = rule.count
    for moment in periods(rule, start, low if left is None else start, end, budget):
        if moment < start:
            continue
        if moment > end or left == 0:
            return
        left = None if left is None else left - 1
        if moment >= low:
            yield moment


def _by_the_day(
    rule: Rule, start: datetime, low: datetime, end: datetime, budget: Budget
) -> Iterator[datetime]:
    """Rules by the day and longer, from the period that holds ``low`` on, a period at a time."""
    times = _times(rule, start)
    period = _period(rule, start.date())
    if low > start:
        period += (_period(rule, low.date()) - period) // rule.interval * rule.interval
    of_rule, positions = _Days.of(rule, start), rule.by.get("BYSETPOS")
    while (first := _begin(rule, period)) is not None and datetime.combine(first, time()) <= end:
        days = of_rule.within(first)
        budget.spend(_LOOKED_AT.get(rule.freq, 1) + len(days) * len(times))
        found = [datetime.combine(day, at) for day in days for at in times]
        if positions:
            number = len(found)
            places = {place - 1 if place > 0 else number + place for place in positions}
            found = [found[place] for place in sorted(places) if 0 <= place < number]
        yield from found
        period += rule.interval


def _by_the_clock(
    rule: Rule, start: datetime, low: datetime, end: datetime, budget: Budget
) -> Iterator[datetime]:
    """Rules by the hour, minute and second, a step each."""
    step = timedelta(seconds=_SECONDS[rule.freq] * min(rule.interval, 10**9))
    of_rule, by = _Days.of(rule, start), rule.by
    base = start + max(low - start, timedelta()) // step * step
    # Only what is finer than the step is laid out anew in each; the rest is a condition.
    coarse = {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}[rule.freq]
    fine = [("BYHOUR", "hour"), ("BYMINUTE", "minute"), ("BYSECOND", "second")]
    while base - end <= _HOUR:
        budget.spend(1)
        if of_rule.fits(base.date()) and all(
            getattr(base, unit) in by[name] for name, unit in fine[:coarse] if name in by
        ):
            minutes = by.get("BYMINUTE", [base.minute]) if coarse == 1 else [base.minute]
            seconds = by.get("BYSECOND", [base.second]) if coarse < len(fine) else [base.second]
            for minute, second in product(minutes, seconds):
                yield base.replace(minute=minute, second=min(second, 59))
        try:
            base += step
        except OverflowError:
            return


def _times(rule: Rule, start: datetime) -> list[time]:
    hours = rule.by.get("BYHOUR", [start.hour])
    minutes = rule.by.get("BYMINUTE", [start.minute])
    seconds = rule.by.get("BYSECOND", [start.second])
    return [time(h, m, min(s, 59)) for h, m, s in product(hours, minutes, seconds)]


def _first_of_week(day: date, week_start: int) -> date:
    return day - (day.weekday() - week_start) % 7 * _DAY


def _period(rule: Rule, day: date) -> int:
    """The number of the year, month, week or day in which a day lies."""
    match rule.freq:
        case "YEARLY":
            return day.year
        case "MONTHLY":
            return day.year * 12 + day.month - 1
        case "WEEKLY":
            return _first_of_week(day, rule.week_start).toordinal() // 7
        case _:
            return day.toordinal()


def _begin(rule: Rule, period: int) -> date | None:
    """The first day of a period; None behind the end of the calendar."""
    try:
        match rule.freq:
            case "YEARLY":
                return date(period, 1, 1)
            case "MONTHLY":
                return date(period // 12, period % 12 + 1, 1)
            case "WEEKLY":
                return _first_of_week(date.fromordinal(period * 7 + 6), rule.week_start)
            case _:
                return date.fromordinal(period)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class _Days:
    """What a rule says of days, with what DTSTART says where the rule says nothing."""

    freq: str
    week_start: int
    months: list[int]
    month_days: list[int]
    year_days: list[int]
    weeks: list[int]
    weekdays: tuple[Weekday, ...]

    @classmethod
    def of(cls, rule: Rule, start: datetime) -> "_Days":
        parts = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
        months, month_days, year_days, weeks = (rule.by.get(name, []) for name in parts)
        weekdays = rule.weekdays
        if not (month_days or year_days or weekdays):
            if rule.freq == "WEEKLY" or (rule.freq == "YEARLY" and weeks):
                weekdays = (Weekday(0, start.weekday()),)
            elif rule.freq in ("YEARLY", "MONTHLY"):
                month_days = [start.day]
                months = months or ([start.month] if rule.freq == "YEARLY" else [])
        return cls(rule.freq, rule.week_start, months, month_days, year_days, weeks, weekdays)

    def within(self, first: date) -> list[date]:
        """The days that fit, of the period that begins with ``first``."""
        return [day for day in self.candidates(first) if self.fits(day)]

    def candidates(self, first: date) -> list[date]:
        """The days that are worth a look."""
        match self.freq:
            case "YEARLY":
                return [
                    date(first.year, month, day)
                    for month in self.months or range(1, 13)
                    for day in range(1, calendar.monthrange(first.year, month)[1] + 1)
                ]
            case "MONTHLY":
                length = calendar.monthrange(first.year, first.month)[1]
                return [first.replace(day=day) for day in range(1, length + 1)]
            case "WEEKLY":
                return [first + n * _DAY for n in range(min(7, (date.max - first).days + 1))]
            case _:
                return [first]

    def fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not _is_one_of(self.month_days, *_in_month(day)):
            return False
        if self.year_days and not _is_one_of(self.year_days, *_in_year(day)):
            return False
        if self.weeks and not _is_one_of(self.weeks, *_in_weeks(day, self.week_start)):
            return False
        return not self.weekdays or any(
            one.number == day.weekday() and (not one.nth or self._is_nth(day, one.nth))
            for one in self.weekdays
        )

    def _is_nth(self, day: date, nth: int) -> bool:
        """Whether it is this month's or this year's nth day of its name."""
        if self.freq not in ("YEARLY", "MONTHLY"):
            return True
        of_month = self.freq == "MONTHLY" or self.months
        number, length = _in_month(day) if of_month else _in_year(day)
        return nth in ((number - 1) // 7 + 1, -((length - number) // 7 + 1))


def _is_one_of(wanted: list[int], number: int, length: int) -> bool:
    """Whether a number, or the same counted from the end of so many, is wanted."""
    return number in wanted or number - length - 1 in wanted


def _in_month(day: date) -> tuple[int, int]:
    return day.day, calendar.monthrange(day.year, day.month)[1]


def _in_year(day: date) -> tuple[int, int]:
    return day.timetuple().tm_yday, 365 + calendar.isleap(day.year)


def _in_weeks(day: date, week_start: int) -> tuple[int, int]:
    """The number of a day's week in the year it belongs to, and of that year's last week."""

    def first_week(year: int) -> date:
        return _first_of_week(date(year, 1, 4), week_start)

    year = day.year - (day < first_week(day.year))
    year += year < date.max.year and day >= first_week(year + 1)
    last = (first_week(year + 1) - first_week(year)).days // 7 if year < date.max.year else 53
    return (day - first_week(year)).days // 7 + 1, last
