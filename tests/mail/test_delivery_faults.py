"""Delivery when something is wrong: later, never, or not before somebody has seen to it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book
from stadtfuehrer.mail.delivery import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    deliver_due,
    pause_after,
)
from stadtfuehrer.mail.service import examine, retry_letter
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import answer, drop, free_port
from tests.support.posting import deliver, states
from tests.support.stored import letters

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from stadtfuehrer.mail.folder import FolderMailer
    from stadtfuehrer.mail.mailer import Mailer

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN), now=NOW)


@pytest.mark.parametrize("said", ["451 später", "421 zu viel zu tun", "452 kein Platz"])
def test_a_passing_refusal_is_tried_again_after_a_pause(
    context: AppContext, token: str, clock: Clock, said: str
) -> None:
    done, _ = deliver(context, clock, RCPT=[answer(said)])
    assert done.sent == 1
    waiting = letters(context)[0]
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert said.split(maxsplit=1)[0] in waiting.error
    assert VISITOR not in waiting.error
    assert FIRST_PAUSE * (1 - JITTER) <= waiting.due_at - NOW <= FIRST_PAUSE * (1 + JITTER)
    clock.now = waiting.due_at - SECOND
    assert deliver(context, clock)[0].sent == 0
    clock.now = waiting.due_at
    assert deliver(context, clock)[0].sent == 1
    assert letters(context)[0].error == ""


def test_a_connection_that_breaks_costs_one_attempt(
    context: AppContext, token: str, clock: Clock
) -> None:
    done, handler = deliver(context, clock, DATA=[drop])
    assert done.sent == 1
    assert states(context) == ["waiting", "sent"]
    assert len(handler.accepted) == 1


def test_a_server_that_dies_after_it_accepted_has_the_letter(
    context: AppContext, token: str, clock: Clock
) -> None:
    done, handler = deliver(context, clock, QUIT=[drop])
    assert done.sent == len(handler.accepted) == 2
    assert states(context) == ["sent", "sent"]


def test_a_permanent_refusal_fails_one_letter_and_no_other(
    context: AppContext, token: str, clock: Clock
) -> None:
    done, _ = deliver(context, clock, RCPT=[answer("550 unbekannt")])
    assert (done.sent, done.blocked) == (1, "")
    assert states(context) == ["failed", "sent"]
    assert examine(context, now=NOW).failed == 1
    assert "550" in letters(context)[0].error


def test_a_failed_letter_leaves_after_a_retry(
    context: AppContext, token: str, clock: Clock
) -> None:
    deliver(context, clock, RCPT=[answer("550 unbekannt")])
    clock.turn(days=3)
    retry_letter(context, letters(context)[0].id, now=clock())
    assert deliver(context, clock)[0].sent == 1
    assert examine(context, now=NOW).failed == 0


def knock(context: AppContext, away: Mailer, clock: Clock) -> None:
    """Try every letter that is due: whoever finds nobody there leaves the others for later."""
    while (done := deliver_due(context, away, compose=compose, clock=clock)).away:
        assert done.sent == 0


def test_a_server_that_is_away_costs_attempts_and_loses_nothing(
    context: AppContext, token: str, clock: Clock
) -> None:
    away = plain(free_port())
    for _ in range(3):
        knock(context, away, clock)
        clock.now = max(letter.due_at for letter in letters(context))
    assert [letter.attempts for letter in letters(context)] == [3, 3]
    assert deliver(context, clock)[0].sent == 2


def test_after_two_days_in_vain_a_letter_has_failed(
    context: AppContext, token: str, clock: Clock
) -> None:
    away = plain(free_port())
    pauses = []
    while (letter := letters(context)[0]).state == "waiting":
        pauses.append(letter.due_at - clock.now)
        clock.now = letter.due_at
        knock(context, away, clock)
        assert letter.attempts < 100
    longest = LONGEST_PAUSE * (1 + JITTER)
    assert GIVE_UP_AFTER < clock.now - NOW <= GIVE_UP_AFTER + longest
    assert max(pauses) <= longest
    assert 15 <= letter.attempts <= 30
    assert examine(context, now=NOW).failed >= 1


@pytest.mark.parametrize(("passed", "state"), [(GIVE_UP_AFTER, "waiting"), (None, "failed")])
def test_two_days_to_the_second(
    context: AppContext, token: str, clock: Clock, passed: timedelta | None, state: str
) -> None:
    clock.now = NOW + (passed or GIVE_UP_AFTER + SECOND)
    knock(context, plain(free_port()), clock)
    assert states(context) == [state, state]


def test_what_only_the_settings_can_change_pauses_without_an_attempt(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    postfach.folder.write_text("Hier liegt schon etwas.")
    done = deliver_due(context, postfach, compose=compose, clock=clock)
    assert done.sent == 0
    assert str(postfach.folder) in done.blocked
    assert [(one.state, one.attempts) for one in letters(context)] == [("waiting", 0)] * 2
    assert letters(context)[0].error == done.blocked
    # Weeks later, when somebody has seen to it, nothing has been given up.
    clock.turn(days=20)
    assert deliver_due(context, postfach, compose=compose, clock=clock).blocked
    postfach.folder.unlink()
    clock.turn(seconds=FIRST_PAUSE.total_seconds())
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 2


def test_a_letter_to_somebody_else_does_not_wait_for_one_that_waits(
    context: AppContext, token: str, clock: Clock
) -> None:
    deliver(context, clock, RCPT=[answer("451 später")])
    other = a_wish(context, THREE, visitor=a_visitor(email="b@gast.example"))
    book(context, other, now=NOW)
    assert deliver(context, clock)[0].sent == 2


@given(attempts=st.integers(1, 10_000))
def test_pauses_double_up_to_a_bound_and_are_never_in_step(attempts: int) -> None:
    doubled = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    pauses = [pause_after(attempts) for _ in range(5)]
    assert all(doubled * (1 - JITTER) <= pause <= doubled * (1 + JITTER) for pause in pauses)
    assert len(set(pauses)) > 1


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [
        (1, 1.25),
        (2, 2.5),
        (3, 5),
        (4, 10),
        (5, 20),
        (6, 40),
        (7, 80),
        (8, 160),
        (9, 200),
        (10, 200),
        (21, 200),
        (10_000, 200),
    ],
)
def test_the_pause_after_so_many_attempts(
    monkeypatch: pytest.MonkeyPatch, attempts: int, minutes: float
) -> None:
    ends = []
    for end in (min, max):
        monkeypatch.setattr(random, "uniform", lambda *bounds, end=end: end(bounds))
        ends.append(pause_after(attempts))
    assert ends == [timedelta(minutes=minutes) * (1 - JITTER), timedelta(minutes=minutes * 1.2)]
    assert timedelta(minutes=1) <= ends[0] <= ends[1] <= timedelta(hours=4)


def test_an_unlucky_letter_is_tried_some_twenty_times_in_its_two_days(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = {}
    for end in (min, max):
        monkeypatch.setattr(random, "uniform", lambda *bounds, end=end: end(bounds))
        passed, attempts = timedelta(0), 1
        while passed <= GIVE_UP_AFTER:
            passed += pause_after(attempts)
            attempts += 1
        tries[end] = attempts
    assert tries == {min: 26, max: 20}
