"""What a consultant may change about a calendar, so small that everybody wants the same times."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.support.calendar_plan import Plan, PlannedKind

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
    change = data.draw(
        st.sampled_from(
            [_other_day, _other_day, _other_week, _other_rule, _other_kind, _other_kinds]
        )
    )
    return change(data, plan, today)


def _other_day(data: st.DataObject, plan: Plan, today: date) -> Plan:
    """Some days off, or other hours on one."""
    day = today + timedelta(days=data.draw(st.integers(0, 4)))
    if data.draw(st.booleans()):
        last = day + timedelta(days=data.draw(st.integers(0, 1)))
        return replace(plan, closed=(*plan.closed, (day, last)))
    special = dict(plan.special) | {day: data.draw(st.sampled_from(OPENINGS))}
    return replace(plan, special=tuple(special.items()))


def _other_week(data: st.DataObject, plan: Plan, _today: date) -> Plan:
    """Other hours from now on, and no exceptions."""
    openings = data.draw(st.sampled_from(OPENINGS))
    week = [data.draw(st.sampled_from([openings, before])) for before in plan.week]
    # A week in which nobody could ever come is refused by the settings.
    week[0] = WORKDAYS
    return replace(plan, week=tuple(week), special=(), closed=())


def _other_rule(data: st.DataObject, plan: Plan, _today: date) -> Plan:
    what = data.draw(st.sampled_from(sorted(CHANGES_FOR_ALL)))
    value = data.draw(st.sampled_from(CHANGES_FOR_ALL[what]))
    return replace(plan, **{what: value})


def _other_kind(data: st.DataObject, plan: Plan, _today: date) -> Plan:
    """One of the kinds, with some of it changed."""
    kinds = list(plan.kinds)
    which = data.draw(st.integers(0, len(kinds) - 1))
    for what in data.draw(st.lists(st.sampled_from(list(CHANGES_OF_A_KIND)), min_size=1)):
        value = data.draw(st.sampled_from(CHANGES_OF_A_KIND[what]))
        kinds[which] = replace(kinds[which], **{what: value})
    return replace(plan, kinds=tuple(kinds))


def _other_kinds(data: st.DataObject, plan: Plan, _today: date) -> Plan:
    """Some of the kinds of the beginning."""
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, unique=True))
    return replace(plan, kinds=tuple(kinds))
