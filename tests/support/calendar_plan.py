"""A settings file as plain values, so that a test can change one of them and write it again."""

import json
from dataclasses import dataclass
from datetime import date

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

    def notice_of(self, kind_id: str) -> int:
        """In hours, as are those of the change window; the horizon is in days."""
        return _own(self.find_kind(kind_id), "notice_hours", self.notice_hours)

    def change_of(self, kind_id: str) -> int:
        return _own(self.find_kind(kind_id), "change_hours", self.change_hours)

    def horizon_of(self, kind_id: str) -> int:
        return _own(self.find_kind(kind_id), "horizon_days", self.horizon_days)

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
            f'[booking]\ntimezone = "Europe/Berlin"\nsubdivision = "BY"\nper_day = {self.per_day}',
            f"notice_hours = {self.notice_hours}\nchange_hours = {self.change_hours}",
            f"horizon_days = {self.horizon_days}\nhours = {_week_as_toml(self.week)}",
        ]
        parts += [
            f"[[booking.special]]\ndate = {day}\nhours = {_as_toml(openings)}"
            for day, openings in self.special
        ]
        parts += [f"[[booking.closed]]\nfrom = {first}\nto = {last}" for first, last in self.closed]
        parts += [_kind_as_toml(kind) for kind in self.kinds]
        return "\n".join([*parts, ""])


def _own(kind: PlannedKind | None, name: str, general: int) -> int:
    own: int | None = getattr(kind, name, None)
    return general if own is None else own


def _kind_as_toml(kind: PlannedKind) -> str:
    lines = [f'[[booking.kinds]]\nid = "{kind.id}"\ntitle = "{kind.id.title()}"']
    numbers = {
        "minutes": kind.minutes,
        "step": kind.step,
        "before": kind.before,
        "after": kind.after,
        "per_day": kind.per_day,
        "notice_hours": kind.notice_hours,
        "horizon_days": kind.horizon_days,
        "change_hours": kind.change_hours,
    }
    lines += [f"{name} = {number}" for name, number in numbers.items() if number is not None]
    if kind.hours is not None:
        lines.append(f"hours = {_week_as_toml(kind.hours)}")
    return "\n".join(lines)


def _week_as_toml(week: Week) -> str:
    days = (f"{day} = {_as_toml(openings)}" for day, openings in zip(WEEKDAYS, week, strict=True))
    return f"{{ {', '.join(days)} }}"


def _as_toml(openings: Openings) -> str:
    # Between quotes, plain characters are the same in both.
    return json.dumps(openings)
