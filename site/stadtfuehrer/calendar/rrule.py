"""What an RRULE says (RFC 5545, 3.3.10), and how many steps its dates may cost."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

FREQUENCIES = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_BOUNDS = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}


class BadRule(ValueError):  # noqa: N818 - it names what is wrong
    """A rule that is none."""


class Weekday(NamedTuple):
    """``2TU``: the second Tuesday; ``nth`` is 0 for every one, negative from the end."""

    nth: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An RRULE. ``until`` is as it stands there; in which zone it is meant, DTSTART says."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    by: dict[str, list[int]] = field(default_factory=dict)
    weekdays: tuple[Weekday, ...] = ()


def parse(text: str) -> Rule:
    """Read a rule. Raises BadRule."""
    parts = {}
    for part in text.strip().upper().strip(";").split(";"):
        name, _, value = part.partition("=")
        if not value:
            raise BadRule(part)
        parts[name.strip()] = value.strip()
    try:
        rule = Rule(
            freq=parts.pop("FREQ"),
            interval=int(parts.pop("INTERVAL", "1")),
            count=int(parts.pop("COUNT")) if "COUNT" in parts else None,
            until=parts.pop("UNTIL", ""),
            week_start=WEEKDAYS.index(parts.pop("WKST", "MO")),
            weekdays=tuple(map(_weekday, filter(None, parts.pop("BYDAY", "").split(",")))),
            by={name: _numbers(name, value) for name, value in parts.items() if name[:2] != "X-"},
        )
    except (KeyError, ValueError) as error:
        raise BadRule(text) from error
    if (
        rule.freq not in FREQUENCIES
        or min(rule.interval, 1 if rule.count is None else rule.count) < 1
    ):
        raise BadRule(text)
    return rule


def _weekday(text: str) -> Weekday:
    found = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text)
    if not found:
        raise BadRule(text)
    return Weekday(int(found[1] or 0), WEEKDAYS.index(found[2]))


def _numbers(name: str, value: str) -> list[int]:
    low, high = _BOUNDS[name]
    numbers = sorted({int(one) for one in value.split(",")})
    if any(not low <= one <= high or (one == 0 and low < 0) for one in numbers):
        raise BadRule(f"{name}={value}")
    return numbers


STEPS_OF_RULE = 100_000


class TooMuch(ValueError):  # noqa: N818 - it names what is wrong
    """A rule takes more steps than anybody's needs."""


class Exhausted(ValueError):  # noqa: N818 - it names what is wrong
    """The rules of this file take, together, more steps than anybody's calendar needs."""


@dataclass(slots=True)
class Budget:
    """How many steps may still be taken: by the rule at hand, and by all of a file."""

    of_file: int = 2_500_000
    of_rule: int = 0

    def spend(self, steps: int) -> None:
        """Take so many. Raises TooMuch, Exhausted."""
        self.of_rule -= steps
        self.of_file -= steps
        if self.of_file < 0:
            raise Exhausted
        if self.of_rule < 0:
            raise TooMuch
