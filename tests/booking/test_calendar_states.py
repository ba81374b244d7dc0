"""Whatever happens to a calendar, and in whatever order: it is as a slow, obvious model says.

Bookings, moves, cancellations, forms sent again, others who come in between, time that passes,
and a consultant who changes everything that can be set, on one database.

`CALENDAR_EXAMPLES=500` in the environment looks at so many lives, longer ones, on each database;
and where one goes wrong, it searches for the shortest that does.
"""

import os
from pathlib import Path
from typing import cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.context import AppContext
from tests.support.calendar_context import CalendarContext
from tests.support.calendar_model import (
    DONE,
    Asked,
    Booking,
    CalendarModel,
    Cancellation,
    Move,
    Step,
    as_asked,
    day_of,
)
from tests.support.calendar_plan import PLAN, Plan, changed
from tests.support.contexts import in_berlin
from tests.support.reference import minute_of

EXAMPLES = int(os.environ.get("CALENDAR_EXAMPLES", "0"))
SHORT_EXAMPLES, SHORT_LIFE, LONG_LIFE = 6, 25, 50

BEGIN, END = (minute_of(in_berlin(text)) for text in ("2026-03-26 09:00", "2026-04-24 12:00"))
"""From the Thursday before clocks change, over Easter."""


class CalendarMachine(RuleBasedStateMachine):
    """Does the same to a context and to the model."""

    def __init__(self, context: AppContext, folder: Path) -> None:
        super().__init__()
        self.real = CalendarContext(context, folder)
        self.model = CalendarModel(plan=PLAN, now=BEGIN)
        self.sent: list[Booking] = []

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        self.reopen(PLAN)
        # Hypothesis likes short lives; nothing happens in an empty calendar.
        for _ in range(3):
            self.take(self.draw_booking(data))

    @rule(data=st.data())
    def book(self, data: st.DataObject) -> None:
        self.take(self.draw_booking(data))

    @precondition(lambda self: any(self.model.plan.find_kind(one.kind) for one in self.sent))
    @rule(data=st.data())
    def send_a_form_again(self, data: st.DataObject) -> None:
        offered = [one for one in self.sent if self.model.plan.find_kind(one.kind)]
        self.take(data.draw(st.sampled_from(offered)))

    @precondition(lambda self: self.model.made)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        step = self.draw_move(data)
        self.look_for_another_time(step.key)
        self.take(step)

    @precondition(lambda self: self.model.made)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.take(Cancellation(self.draw_made(data)))

    @precondition(lambda self: any(one.live for one in self.model.made.values()))
    @rule(data=st.data(), too_late_by=st.sampled_from([-1, 0, 1]))
    def cancel_at_the_last_minute(self, data: st.DataObject, too_late_by: int) -> None:
        live = [key for key, one in self.model.made.items() if one.live]
        key = data.draw(st.sampled_from(live))
        one = self.model.made[key]
        moment = one.start - 60 * self.model.plan.rule(one.asked.kind, "change_hours") + too_late_by
        self.model.now = max(self.model.now, moment)
        self.take(Cancellation(key))

    @rule(data=st.data())
    def be_overtaken(self, data: st.DataObject) -> None:
        slow = self.draw_step(data)
        quick = slow if data.draw(st.booleans()) else self.draw_step(data)
        self.take_overtaken(slow, quick)

    @rule(data=st.data())
    def be_overtaken_by_a_rival(self, data: st.DataObject) -> None:
        """By one who wants the same time, or another one on the same day."""
        moving = bool(self.model.made) and data.draw(st.booleans())
        slow = self.draw_move(data) if moving else self.draw_booking(data)
        quick = self.draw_booking(data)
        asked = as_asked(self.model.plan.get_kind(quick.kind))
        wanted = [one for one in self.model.free(asked) if day_of(one) == day_of(slow.start)]
        start = data.draw(st.sampled_from([slow.start, *wanted]))
        self.take_overtaken(slow, quick._replace(start=start))

    @rule(data=st.data(), minutes=st.sampled_from([0, 0, 1, 5, 30, 60, 240, 1440, 3000]))
    def let_time_pass(self, data: st.DataObject, minutes: int) -> None:
        """So long, or to the first, or last, minute of something."""
        edges = [edge for edge in self.edges() if self.model.now < edge <= END]
        if minutes or not edges:
            self.model.now = min(END, self.model.now + minutes)
        else:
            self.model.now = data.draw(st.sampled_from(edges))

    @rule(data=st.data())
    def change_settings(self, data: st.DataObject) -> None:
        self.reopen(changed(data, self.model.plan, today=day_of(self.model.now)))
        for key, one in self.model.made.items():
            if one.live:
                self.look_for_another_time(key)

    @invariant()
    def what_is_kept_is_what_the_model_says(self) -> None:
        assert self.real.rows() == self.model.rows()
        assert audit(self.real.context) == []

    @invariant()
    def what_is_listed_is_what_the_model_says(self) -> None:
        for kind in self.model.plan.kinds:
            listed = self.real.listed(kind.id, now=self.model.now)
            assert listed == self.model.free(as_asked(kind))

    def take(self, step: Step) -> None:
        assert self.real.do(step, now=self.model.now) == self.model.take(step)

    def take_overtaken(self, slow: Step, quick: Step) -> None:
        """Somebody looks, another is done before them, and only then do they write."""
        said = self.real.do_overtaken(slow, quick, now=self.model.now)
        meant = [self.model.take(step) for step in ([quick, slow] if said[1:] else [slow])]
        if said[1:] and said[1] != DONE:
            # Where there are two reasons to refuse, which one is found last does not matter.
            assert meant[1] != DONE
            said, meant = said[:1], meant[:1]
        assert said == meant

    def look_for_another_time(self, key: str) -> None:
        free = self.model.free(self.model.asked_for(key), but_not=key)
        assert self.real.listed_for_move(key, now=self.model.now) == free

    def reopen(self, plan: Plan) -> None:
        self.model.plan = plan
        self.real.reopen(plan)

    def edges(self) -> list[int]:
        """Where time changes an answer: of consultations and notices."""
        plan, made = self.model.plan, self.model.made.values()
        moments = {one.start for one in made} | {one.end for one in made}
        for kind in plan.kinds:
            notice = 60 * plan.rule(kind.id, "notice_hours")
            moments |= {start - notice for start in self.model.free(as_asked(kind))}
        return sorted(moment + beyond for moment in moments for beyond in (-1, 0, 1))

    def draw_step(self, data: st.DataObject) -> Step:
        ways = ["book", "move", "cancel"] if self.model.made else ["book"]
        way = data.draw(st.sampled_from(ways))
        if way == "book":
            return self.draw_booking(data)
        return self.draw_move(data) if way == "move" else Cancellation(self.draw_made(data))

    def draw_booking(self, data: st.DataObject) -> Booking:
        kind = data.draw(st.sampled_from([kind.id for kind in self.model.plan.kinds]))
        start = self.draw_start(data, as_asked(self.model.plan.get_kind(kind)))
        key = f"form{len(self.sent)}"
        name = data.draw(st.sampled_from([key, key, "aenne", "Aenne"]))
        step = Booking(key, kind, start, f"{name}@gast.example")
        self.sent.append(step)
        return step

    def draw_move(self, data: st.DataObject) -> Move:
        key = self.draw_made(data)
        return Move(key, self.draw_start(data, self.model.asked_for(key), but_not=key))

    def draw_made(self, data: st.DataObject) -> str:
        """The key of a booking, mostly of a live one."""
        live = [key for key, one in self.model.made.items() if one.live]
        choices = [st.sampled_from(keys) for keys in (live, live, list(self.model.made)) if keys]
        return cast("str", data.draw(st.one_of(*choices)))

    def draw_start(self, data: st.DataObject, asked: Asked, *, but_not: str = "") -> int:
        """A free one, one that would be free but for something, or any minute."""
        free = self.model.free(asked, but_not=but_not)
        others = sorted(self.model.offered(asked).difference(free))
        tomorrow = self.model.now + 24 * 60
        days = st.integers(-24 * 60, 24 * 60 * PLAN.horizon_days).map(tomorrow.__add__)
        known = [st.sampled_from(starts) for starts in (free, free, others) if starts]
        return cast("int", data.draw(st.one_of(*known, days)))


def test_every_life_of_a_calendar_is_as_the_model_says(context: AppContext, tmp_path: Path) -> None:
    run_state_machine_as_test(
        # Hypothesis only calls it, for each life anew.
        cast("type[CalendarMachine]", lambda: CalendarMachine(context, tmp_path)),
        settings=settings(
            max_examples=EXAMPLES or SHORT_EXAMPLES,
            stateful_step_count=LONG_LIFE if EXAMPLES else SHORT_LIFE,
            # Shrinking takes minutes, and finds nothing that is not found already.
            phases=set(Phase) if EXAMPLES else set(Phase) - {Phase.shrink, Phase.explain},
            suppress_health_check=list(HealthCheck),
        ),
    )
