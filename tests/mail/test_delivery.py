"""Delivery: every letter leaves once and in order, or later, or not before somebody sees to it."""

import email
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LEASE,
    LONGEST_PAUSE,
    deliver_due,
    pause_after,
)
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.mailer import Mailer
from stadtfuehrer.mail.service import examine, retry_letter
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import answer, free_port
from tests.support.posting import deliver, states
from tests.support.racing import lost, race
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN), now=NOW)


@pytest.fixture
def sqlite_token(sqlite_context: AppContext) -> str:
    """A booking where no database has a say."""
    return book(sqlite_context, a_wish(sqlite_context, TEN), now=NOW)


def methods(messages: list[bytes]) -> list[object]:
    """The method of each invitation that came."""
    parts = [part for one in messages for part in email.message_from_bytes(one).walk()]
    return [one.get_param("method") for one in parts if one.get_content_type() == "text/calendar"]


def test_letters_leave_once_byte_for_byte(context: AppContext, token: str, clock: Clock) -> None:
    done, handler = deliver(context, clock)
    assert (done.sent, done.blocked) == (2, "")
    assert handler.messages == [letter.message for letter in letters(context)]
    assert [(one.mail_from, one.rcpt_tos) for one in handler.accepted] == [
        ("termine@stadtfuehrer.example", [VISITOR]),
        ("termine@stadtfuehrer.example", [CONSULTANT]),
    ]
    assert len(handler.connections) == 1
    facts = [(one.state, one.sent_at, one.attempts) for one in letters(context)]
    assert facts == [("sent", NOW, 1)] * 2
    done, handler = deliver(context, clock)
    assert (done.sent, handler.commands) == (0, [])


def test_a_whole_life_leaves_in_order(
    sqlite_context: AppContext, sqlite_token: str, clock: Clock
) -> None:
    deliver(sqlite_context, clock)
    move(sqlite_context, sqlite_token, THREE, now=NOW)
    deliver(sqlite_context, clock)
    cancel(sqlite_context, sqlite_token, "", now=NOW)
    deliver(sqlite_context, clock)
    assert states(sqlite_context) == ["sent"] * 6


def test_what_was_replaced_is_skipped(context: AppContext, token: str, clock: Clock) -> None:
    move(context, token, THREE, now=NOW)
    cancel(context, token, "", now=NOW)
    done, handler = deliver(context, clock)
    assert done.sent == 4
    assert states(context) == ["skipped", "skipped", "sent", "sent", "sent", "sent"]
    for reader in (VISITOR, CONSULTANT):
        mine = [one for one in handler.accepted if one.rcpt_tos == [reader]]
        sent = [bytes(one.original_content or b"") for one in mine]
        assert methods(sent) == ["REQUEST", "CANCEL"]


def test_workers_send_letters_once(
    context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    for day in (4, 5, 9, 10, 11, 12):
        book(context, a_wish(context, in_berlin(f"2026-03-{day:02} 10:00")), now=NOW)
    rounds = race([lambda: deliver_due(context, postfach, compose=compose, clock=clock)] * 3)
    assert lost(rounds) == []
    written = sorted(file.read_bytes() for file in postfach.folder.glob("*.eml"))
    assert written == sorted(one.message for one in letters(context))
    assert states(context) == ["sent"] * 12


def test_a_letter_whose_worker_died_leaves_the_same_after_its_lease(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    with context.database.begin() as session:
        dead = outbox.lease_next(session, now=NOW, lease=LEASE)
    assert dead is not None
    composed = compose(context, dead)
    with context.database.begin() as session:
        dead = outbox.keep_composed(session, dead, composed)
    assert dead is not None
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 1
    clock.turn(seconds=LEASE.total_seconds())
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 0
    clock.turn(seconds=1)
    # What no letter depends on is another by now.
    limits = replace(context.settings.limits, posts_per_hour=7)
    changed = replace(context, settings=replace(context.settings, limits=limits))
    assert deliver_due(changed, postfach, compose=compose, clock=clock).sent == 1
    assert max(postfach.folder.glob("*.eml")).read_bytes() == dead.message


def test_a_passing_refusal_is_tried_again(context: AppContext, token: str, clock: Clock) -> None:
    done, _ = deliver(context, clock, RCPT=[answer("451 später")])
    assert done.sent == 1
    waiting = letters(context)[0]
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "451" in waiting.error
    assert VISITOR not in waiting.error
    assert FIRST_PAUSE * (1 - JITTER) <= waiting.due_at - NOW <= FIRST_PAUSE * (1 + JITTER)
    # A letter to somebody else does not wait for one that waits.
    book(context, a_wish(context, THREE, visitor=a_visitor(email="b@gast.example")), now=NOW)
    assert deliver(context, clock)[0].sent == 2
    clock.now = waiting.due_at - SECOND
    assert deliver(context, clock)[0].sent == 0
    clock.now = waiting.due_at
    assert deliver(context, clock)[0].sent == 1
    assert letters(context)[0].error == ""


def test_a_refusal_fails_one_letter_only(context: AppContext, token: str, clock: Clock) -> None:
    done, _ = deliver(context, clock, RCPT=[answer("550 unbekannt")])
    assert (done.sent, done.blocked) == (1, "")
    assert states(context) == ["failed", "sent"]
    assert examine(context, now=NOW).failed.letters == 1
    assert "550" in letters(context)[0].error
    clock.turn(days=3)
    retry_letter(context, letters(context)[0].id, now=clock())
    assert deliver(context, clock)[0].sent == 1
    assert examine(context, now=NOW).failed.letters == 0


def knock(context: AppContext, away: Mailer, clock: Clock) -> None:
    """Try every letter that is due: whoever finds nobody there leaves the others for later."""
    while (done := deliver_due(context, away, compose=compose, clock=clock)).away:
        assert done.sent == 0


def test_a_server_that_is_away(sqlite_context: AppContext, sqlite_token: str, clock: Clock) -> None:
    away = plain(free_port())
    for _ in range(3):
        knock(sqlite_context, away, clock)
        clock.now = max(letter.due_at for letter in letters(sqlite_context))
    assert [letter.attempts for letter in letters(sqlite_context)] == [3, 3]
    assert deliver(sqlite_context, clock)[0].sent == 2


def test_after_two_days_in_vain(
    sqlite_context: AppContext, sqlite_token: str, clock: Clock
) -> None:
    away, pauses = plain(free_port()), []
    while (letter := letters(sqlite_context)[0]).state == "waiting":
        pauses.append(letter.due_at - clock.now)
        clock.now = letter.due_at
        knock(sqlite_context, away, clock)
        assert letter.attempts < 100
    longest = LONGEST_PAUSE * (1 + JITTER)
    assert GIVE_UP_AFTER < clock.now - NOW <= GIVE_UP_AFTER + longest
    assert max(pauses) <= longest
    assert 15 <= letter.attempts <= 30
    assert examine(sqlite_context, now=NOW).failed.letters >= 1


@pytest.mark.parametrize(
    ("passed", "state"), [(GIVE_UP_AFTER, "waiting"), (GIVE_UP_AFTER + SECOND, "failed")]
)
def test_two_days_to_the_second(
    sqlite_context: AppContext, sqlite_token: str, clock: Clock, passed: timedelta, state: str
) -> None:
    clock.now = NOW + passed
    knock(sqlite_context, plain(free_port()), clock)
    assert states(sqlite_context) == [state, state]


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


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [
        *((1, 1.25), (2, 2.5), (3, 5), (4, 10), (5, 20), (6, 40), (7, 80), (8, 160)),
        *((9, 200), (10, 200), (21, 200), (10_000, 200)),
    ],
)
def test_the_pause_after_so_many_attempts(
    monkeypatch: pytest.MonkeyPatch, attempts: int, minutes: float
) -> None:
    # Never in step with others.
    assert len({pause_after(attempts) for _ in range(5)}) > 1
    ends = []
    for end in (min, max):
        monkeypatch.setattr(random, "uniform", lambda *bounds, end=end: end(bounds))
        ends.append(pause_after(attempts))
    assert ends == [timedelta(minutes=minutes) * (1 - JITTER), timedelta(minutes=minutes * 1.2)]
    assert timedelta(minutes=1) <= ends[0] <= ends[1] <= timedelta(hours=4)


def test_an_unlucky_letter_is_tried_twenty_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = {}
    for end in (min, max):
        monkeypatch.setattr(random, "uniform", lambda *bounds, end=end: end(bounds))
        passed, attempts = timedelta(0), 1
        while passed <= GIVE_UP_AFTER:
            passed += pause_after(attempts)
            attempts += 1
        tries[end] = attempts
    assert tries == {min: 26, max: 20}
