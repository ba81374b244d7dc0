"""What a consultant sets about a calendar, as plain values to be changed and written again.

So small a calendar that everybody wants the same times.
"""

import json
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONSULTANT = "vera@stadtfuehrer.example"

Openings = tuple[str, ...]
"""Of one day, as one writes them: ("09:00-11:00", "22:00-01:00")."""
Week = tuple[Openings, ...]
"""From Monday to Sunday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedKind:
    """A kind of consultation, in minutes; what is None is as the plan says for all."""

    id: str
    minutes: int
    step: int
    before: int = 0
    after: int = 0
    per_day: int = 0
    notice_hours: int | None = None
    horizon_days: int | None = None
    change_hours: int | None = None
    hours: Week | None = None

    def as_toml(self) -> str:
        numbers = {one.name: getattr(self, one.name) for one in fields(self)[1:-1]}
        lines = [f'[[booking.kinds]]\nid = "{self.id}"\ntitle = "{self.id.title()}"']
        lines += [f"{name} = {number}" for name, number in numbers.items() if number is not None]
        if self.hours is not None:
            lines.append(f"hours = {_week_as_toml(self.hours)}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the consultant has set."""

    week: Week
    kinds: tuple[PlannedKind, ...]
    special: tuple[tuple[date, Openings], ...] = ()
    closed: tuple[tuple[date, date], ...] = ()
    notice_hours: int
    horizon_days: int
    change_hours: int
    per_day: int
    bookings_per_address: int

    def find_kind(self, kind_id: str) -> PlannedKind | None:
        return next((kind for kind in self.kinds if kind.id == kind_id), None)

    def get_kind(self, kind_id: str) -> PlannedKind:
        kind = self.find_kind(kind_id)
        assert kind is not None
        return kind

    def rule(self, kind_id: str, name: str) -> int:
        """The kind's own notice_hours, horizon_days or change_hours, or that of all."""
        own: int | None = getattr(self.find_kind(kind_id), name, None)
        general: int = getattr(self, name)
        return general if own is None else own

    def week_of(self, kind_id: str) -> Week:
        kind = self.find_kind(kind_id)
        return self.week if kind is None or kind.hours is None else kind.hours

    def as_toml(self) -> str:
        """The settings file that says all this; public holidays are Bavaria's."""
        parts = [
            '[site]\nurl = "http://127.0.0.1"',
            f'[consultant]\nname = "Vera"\nemail = "{CONSULTANT}"',
            '[mail]\nsender = "termine@stadtfuehrer.example"',
            f"[limits]\nbookings_per_address = {self.bookings_per_address}",
            "bookings_per_hour = 0\nmoves_per_day = 0\nletters_per_address = 0",
            f'[booking]\ntimezone = "Europe/Berlin"\nsubdivision = "BY"\nper_day = {self.per_day}',
            f"notice_hours = {self.notice_hours}\nchange_hours = {self.change_hours}",
            'confirm = "never"',
            f"horizon_days = {self.horizon_days}\nhours = {_week_as_toml(self.week)}",
        ]
        parts += [
            f"[[booking.special]]\ndate = {day}\nhours = {_as_toml(openings)}"
            for day, openings in self.special
        ]
        parts += [f"[[booking.closed]]\nfrom = {first}\nto = {last}" for first, last in self.closed]
        return "\n".join([*parts, *(kind.as_toml() for kind in self.kinds), ""])


def _week_as_toml(week: Week) -> str:
    days = (f"{day} = {_as_toml(openings)}" for day, openings in zip(WEEKDAYS, week, strict=True))
    return f"{{ {', '.join(days)} }}"


def _as_toml(openings: Openings) -> str:
    # Between quotes, plain characters are the same in both.
    return json.dumps(openings)


WORKDAYS = ("09:00-12:00",)
OPENINGS = (
    (),
    WORKDAYS,
    ("09:00-10:00", "10:00-11:30"),
    ("10:05-12:05", "13:00-14:00"),
    ("21:00-24:00",),
    ("22:00-01:00",),
    ("00:30-04:00",),
)
KINDS = (
    PlannedKind(id="kurz", minutes=30, step=30, after=15),
    PlannedKind(id="lang", minutes=45, step=20, before=15, after=10),
    PlannedKind(id="eigen", minutes=20, step=15, before=5, per_day=1),
)
PLAN = Plan(
    week=(WORKDAYS,) * 7,
    kinds=KINDS,
    notice_hours=2,
    horizon_days=2,
    change_hours=4,
    per_day=2,
    bookings_per_address=2,
)
CHANGES_OF_A_KIND: dict[str, tuple[Any, ...]] = {
    "minutes": (5, 20, 30, 60, 90),
    "step": (5, 15, 20, 30, 45),
    "before": (0, 5, 15, 45),
    "after": (0, 5, 15, 45),
    "per_day": (0, 1, 2),
    "notice_hours": (None, 0, 1, 30),
    "horizon_days": (None, 1, 2, 5),
    "change_hours": (None, 0, 1, 30),
    "hours": (None, *((openings,) * 7 for openings in OPENINGS[1:])),
}
CHANGES_FOR_ALL: dict[str, tuple[Any, ...]] = {
    "notice_hours": (0, 1, 2, 24),
    "horizon_days": (1, 2, 3, 5),
    "change_hours": (0, 1, 4, 24),
    "per_day": (0, 1, 2, 3),
    "bookings_per_address": (0, 1, 2, 3),
}


def changed(data: st.DataObject, plan: Plan, *, today: date) -> Plan:
    """The plan with one thing changed, on a day or from now on."""
    what = data.draw(st.sampled_from(["closed", "special", "week", "rule", "kind", "kinds"]))
    day = today + timedelta(days=data.draw(st.integers(0, 4)))
    openings = data.draw(st.sampled_from(OPENINGS))
    if what == "closed":
        last = day + timedelta(days=data.draw(st.integers(0, 1)))
        return replace(plan, closed=(*plan.closed, (day, last)))
    if what == "special":
        return replace(plan, special=tuple((dict(plan.special) | {day: openings}).items()))
    if what == "week":
        week = [data.draw(st.sampled_from([openings, before])) for before in plan.week]
        # A week in which nobody could ever come is refused by the settings.
        return replace(plan, week=(WORKDAYS, *week[1:]), special=(), closed=())
    if what == "rule":
        name = data.draw(st.sampled_from(sorted(CHANGES_FOR_ALL)))
        return replace(plan, **{name: data.draw(st.sampled_from(CHANGES_FOR_ALL[name]))})
    if what == "kinds":
        some = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, unique=True))
        return replace(plan, kinds=tuple(some))
    kinds = list(plan.kinds)
    which = data.draw(st.integers(0, len(kinds) - 1))
    for name in data.draw(st.lists(st.sampled_from(list(CHANGES_OF_A_KIND)), min_size=1)):
        value = data.draw(st.sampled_from(CHANGES_OF_A_KIND[name]))
        kinds[which] = replace(kinds[which], **{name: value})
    return replace(plan, kinds=tuple(kinds))
