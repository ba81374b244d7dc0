"""Guests and the consultant book, move, call off, drag and delete in any order, on a bad line.

In the end the site and the calendar agree, nothing stands twice, and nobody was asked twice or
about what is not so. `CALENDAR_WRITING_EXAMPLES=100` lives through more and longer lives.
"""

import os
import uuid
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime
from typing import cast
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete

from stadtfuehrer.booking.calendar_answers import finding_of, put_all_back, put_back, tell_guest
from stadtfuehrer.booking.service import cancel, look_up, move
from stadtfuehrer.calendar.caldav import CalDav, Entity
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import Base
from stadtfuehrer.refusals import Refusal
from tests.support.calendars import DavServer, failing, misbehaving, passing_on, with_calendar
from tests.support.contexts import Clock, in_berlin
from tests.support.entered import an_office, as_written, times
from tests.support.stored import letters, live_bookings

EXAMPLES = int(os.environ.get("CALENDAR_WRITING_EXAMPLES", "0"))
STARTS = [
    in_berlin(f"2026-03-{day} {hour}:00") for day in (16, 17, 19, 23) for hour in ("10", "14")
]
ODD = [*STARTS, in_berlin("2026-03-22 22:15"), in_berlin("2026-03-24 03:00")]
"""The consultant also drags to where nobody could book."""

WHICH = st.integers(0, 5)


class Calendars(RuleBasedStateMachine):
    def __init__(self, context: AppContext, server: DavServer) -> None:
        super().__init__()
        self.stack = ExitStack()
        with context.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
        self.server = server
        self.proxy = self.stack.enter_context(misbehaving(passing_on(server)))
        self.stack.enter_context(patch("stadtfuehrer.calendar.transport._WAIT_SECONDS", 1.0))
        self.office = an_office(context, server, Clock(), f"Beratungen {uuid.uuid4()}")
        behind = with_calendar(self.office.context, url=self.proxy.url)
        self.office = replace(self.office, context=behind)
        self.other = server.make_calendar(f"Privat {uuid.uuid4()}")
        self.tokens: list[str] = []
        self.edits: Counter[str] = Counter()

    def teardown(self) -> None:
        try:
            self.agree()
        finally:
            self.stack.close()

    def token(self, which: int) -> str:
        return self.tokens[which % len(self.tokens)]

    def events(self, token: str) -> list[Entity]:
        uid = f"UID:{self.office.uid(token)}".encode()
        found = [*self.office.entries(), *self.office.entries(self.other)]
        return [one for one in found if uid in one.data]

    # What guests do.

    @rule(start=st.sampled_from(STARTS))
    def book(self, start: datetime) -> None:
        with suppress(Refusal):
            self.tokens.append(self.office.book(start))

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH, start=st.sampled_from(STARTS))
    def guest_moves(self, which: int, start: datetime) -> None:
        with suppress(Refusal):
            move(self.office.context, self.token(which), start, now=self.office.clock())

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH)
    def guest_cancels(self, which: int) -> None:
        with suppress(Refusal):
            cancel(self.office.context, self.token(which), "", now=self.office.clock())

    # What the consultant does in the calendar.

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH, start=st.sampled_from(ODD))
    def drag(self, which: int, start: datetime) -> None:
        token = self.token(which)
        for event in self.events(token):
            data = event.data
            for old, new in zip(times(event), as_written(start), strict=True):
                data = data.replace(old.encode(), new.encode())
            assert CalDav(self.server.client()).put(event.url, data, event.etag).status < 300
            self.edits[self.office.uid(token)] += 1

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        for event in self.events(self.token(which)):
            CalDav(self.server.client()).delete(event.url, event.etag)
            self.edits[self.office.uid(self.token(which))] += 1

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH)
    def note(self, which: int) -> None:
        for event in self.events(self.token(which)):
            data = event.data.replace(b"END:VEVENT", b"X-NOTIZ:ja\r\nEND:VEVENT")
            CalDav(self.server.client()).put(event.url, data, event.etag)

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH, away=st.booleans())
    def relocate(self, which: int, away: bool) -> None:  # noqa: FBT001 - as Hypothesis calls it
        for event in self.events(self.token(which)):
            CalDav(self.server.client()).delete(event.url, event.etag)
            (self.other if away else self.office.calendar).put(str(uuid.uuid4()), event.data)

    # What they answer.

    @precondition(lambda self: self.tokens)
    @rule(which=WHICH, tells=st.booleans())
    def answer(self, which: int, tells: bool) -> None:  # noqa: FBT001 - as Hypothesis calls it
        token, context, now = self.token(which), self.office.context, self.office.clock()
        finding = finding_of(context, look_up(context, token).row_id)
        with suppress(Refusal):
            if finding is not None and tells:
                tell_guest(context, self.office.own(token), finding, now=now)
            elif finding is not None:
                put_back(context, self.office.own(token), now=now)

    # What the worker does, and the line.

    @rule(seed=st.integers(1, 99), bad=st.booleans())
    def line(self, seed: int, bad: bool) -> None:  # noqa: FBT001 - as Hypothesis calls it
        self.proxy.behave = failing(self.server, 0.3, seed) if bad else passing_on(self.server)

    @rule(minutes=st.sampled_from([1, 3, 11, 20]))
    def tend(self, minutes: int) -> None:
        before = len(letters(self.office.context))
        self.office.tend(minutes=minutes)
        for letter in letters(self.office.context)[before:]:
            if letter.kind == "kalender-termin":
                assert letter.facts is not None
                self.check_asked(letter.message_id.split(".")[2], letter.facts)

    def check_asked(self, uid: str, facts: dict[str, str]) -> None:
        """What is asked about is so at this moment, in the real calendar."""
        token = next(one for one in self.tokens if self.office.uid(one) == uid)
        booked, events = look_up(self.office.context, token).booking, self.events(token)
        if facts["found"] == "gone":
            assert events == []
        else:
            moved = datetime.fromisoformat(facts["moved_to"])
            assert [times(one) for one in events] == [as_written(moved)]
            assert moved != booked.start
        self.edits[uid] -= 1
        assert self.edits[uid] >= 0, "asked more often than anything was changed"

    def agree(self) -> None:
        """Bring everything to rest, lay back what is open, and compare."""
        self.proxy.behave = passing_on(self.server)
        for _ in range(4):
            self.tend(16)
        put_all_back(self.office.context, now=self.office.clock())
        for _ in range(2):
            self.tend(16)
        live = live_bookings(self.office.context)
        entered = [*self.office.entries(), *self.office.entries(self.other)]
        assert sorted(map(times, entered)) == sorted(as_written(one.start) for one in live)
        for booking in live:
            assert sum(booking.uid.encode() in one.data for one in entered) == 1


def test_in_the_end_site_and_calendar_agree(
    sqlite_context: AppContext, radicale_server: DavServer
) -> None:
    run_state_machine_as_test(
        # Hypothesis only calls it, for each life anew.
        cast("type[Calendars]", lambda: Calendars(sqlite_context, radicale_server)),
        settings=settings(
            max_examples=EXAMPLES or 6,
            stateful_step_count=50 if EXAMPLES else 20,
            deadline=None,
            # Shrinking takes minutes, and finds nothing that is not found already.
            phases=set(Phase) if EXAMPLES else set(Phase) - {Phase.shrink, Phase.explain},
            suppress_health_check=list(HealthCheck),
        ),
    )
