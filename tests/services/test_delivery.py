"""Delivery: every letter leaves once, in order, and what goes wrong is told apart."""

from __future__ import annotations

import email
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.offices import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.outside.mail_server import Behaviour, Handler, answer, drop, free_port, serving
from tests.outside.parcels import plain
from tests.services.kept import letters
from tests.storage.racing import lost, race

from stadtfuehrer.outside.folder import FolderPost
from stadtfuehrer.services.booking import book, cancel, move
from stadtfuehrer.services.delivery import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LEASE,
    LONGEST_PAUSE,
    deliver_due,
    pause_after,
)
from stadtfuehrer.services.overview import failed_letters, retry_letter
from stadtfuehrer.storage import outbox

if TYPE_CHECKING:
    from pathlib import Path

    from stadtfuehrer.services.delivery import Round
    from stadtfuehrer.services.office import Office

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    # aiosmtpd logs each dropped connection as an error; here they are what was asked for.
    caplog.set_level(logging.CRITICAL, "mail.log")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def token(office: Office) -> str:
    return book(office, a_wish(office, TEN), now=NOW)


@pytest.fixture
def folder(tmp_path: Path, clock: Clock) -> FolderPost:
    return FolderPost(folder=tmp_path / "postfach", clock=clock)


def deliver(office: Office, clock: Clock, **at: list[Behaviour]) -> tuple[Round, Handler]:
    """One round with a mail server that does this at each command."""
    handler = Handler(at=at)
    with serving(handler) as port:
        return deliver_due(office, plain(port), clock=clock), handler


def states(office: Office) -> list[str]:
    return [letter.state for letter in letters(office)]


def test_letters_leave_through_a_mail_server_byte_for_byte(
    office: Office, token: str, clock: Clock
) -> None:
    done, handler = deliver(office, clock)
    assert (done.sent, done.blocked) == (2, "")
    assert handler.messages == [letter.message for letter in letters(office)]
    assert [(one.mail_from, one.rcpt_tos) for one in handler.accepted] == [
        ("termine@stadtfuehrer.example", [VISITOR]),
        ("termine@stadtfuehrer.example", [CONSULTANT]),
    ]
    assert len(handler.connections) == 1
    assert [(one.state, one.sent_at, one.attempts) for one in letters(office)] == [
        ("sent", NOW, 1),
        ("sent", NOW, 1),
    ]


def test_a_second_round_sends_nothing_again(office: Office, token: str, clock: Clock) -> None:
    deliver(office, clock)
    done, handler = deliver(office, clock)
    assert done.sent == 0
    assert handler.commands == []


def test_letters_of_a_whole_life_leave_in_order(office: Office, token: str, clock: Clock) -> None:
    deliver(office, clock)
    move(office, token, THREE, now=NOW)
    deliver(office, clock)
    cancel(office, token, "", now=NOW)
    deliver(office, clock)
    assert states(office) == ["sent"] * 6


def test_what_was_replaced_before_it_left_is_skipped(
    office: Office, token: str, clock: Clock
) -> None:
    move(office, token, THREE, now=NOW)
    cancel(office, token, "", now=NOW)
    done, handler = deliver(office, clock)
    assert done.sent == 4
    assert states(office) == ["skipped", "skipped", "sent", "sent", "sent", "sent"]
    for reader in (VISITOR, CONSULTANT):
        mine = [one.original_content for one in handler.accepted if one.rcpt_tos == [reader]]
        methods = [
            part.get_param("method")
            for message in mine
            for part in email.message_from_bytes(bytes(message or b"")).walk()
            if part.get_content_type() == "text/calendar"
        ]
        assert methods == ["REQUEST", "CANCEL"]


def test_a_postfach_gets_each_letter_as_a_file(
    office: Office, token: str, clock: Clock, folder: FolderPost
) -> None:
    assert deliver_due(office, folder, clock=clock).sent == 2
    files = sorted(folder.folder.glob("*.eml"))
    assert [file.read_bytes() for file in files] == [one.message for one in letters(office)]


def test_two_workers_send_each_letter_once(
    office: Office, clock: Clock, folder: FolderPost
) -> None:
    for day in (4, 5, 9, 10, 11, 12):
        book(office, a_wish(office, in_berlin(f"2026-03-{day:02} 10:00")), now=NOW)
    rounds = race([lambda: deliver_due(office, folder, clock=clock)] * 3)
    assert lost(rounds) == []
    written = sorted(file.read_bytes() for file in folder.folder.glob("*.eml"))
    assert written == sorted(one.message for one in letters(office))
    assert states(office) == ["sent"] * 12


def test_a_letter_whose_worker_died_leaves_after_its_lease(
    office: Office, token: str, clock: Clock, folder: FolderPost
) -> None:
    with office.database.begin() as session:
        dead = outbox.lease_next(session, now=NOW, lease=LEASE)
        assert dead is not None
    assert deliver_due(office, folder, clock=clock).sent == 1
    clock.turn(seconds=LEASE.total_seconds())
    assert deliver_due(office, folder, clock=clock).sent == 0
    clock.turn(seconds=1)
    assert deliver_due(office, folder, clock=clock).sent == 1
    again = max(folder.folder.glob("*.eml")).read_bytes()
    assert again == dead.message


@pytest.mark.parametrize("said", ["451 später", "421 zu viel zu tun", "452 kein Platz"])
def test_a_passing_refusal_is_tried_again_after_a_pause(
    office: Office, token: str, clock: Clock, said: str
) -> None:
    done, _ = deliver(office, clock, RCPT=[answer(said)])
    assert done.sent == 1
    waiting = letters(office)[0]
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert said.split(maxsplit=1)[0] in waiting.error
    assert VISITOR not in waiting.error
    assert FIRST_PAUSE * (1 - JITTER) <= waiting.due_at - NOW <= FIRST_PAUSE * (1 + JITTER)
    clock.now = waiting.due_at - SECOND
    assert deliver(office, clock)[0].sent == 0
    clock.now = waiting.due_at
    assert deliver(office, clock)[0].sent == 1
    assert letters(office)[0].error == ""


def test_a_connection_that_breaks_costs_one_attempt(
    office: Office, token: str, clock: Clock
) -> None:
    done, handler = deliver(office, clock, DATA=[drop])
    assert done.sent == 1
    assert states(office) == ["waiting", "sent"]
    assert len(handler.accepted) == 1


def test_a_server_that_dies_after_it_accepted_has_the_letter(
    office: Office, token: str, clock: Clock
) -> None:
    done, handler = deliver(office, clock, QUIT=[drop])
    assert done.sent == len(handler.accepted) == 2
    assert states(office) == ["sent", "sent"]


def test_a_permanent_refusal_fails_one_letter_and_no_other(
    office: Office, token: str, clock: Clock
) -> None:
    done, _ = deliver(office, clock, RCPT=[answer("550 unbekannt")])
    assert (done.sent, done.blocked) == (1, "")
    assert states(office) == ["failed", "sent"]
    assert failed_letters(office) == 1
    assert "550" in letters(office)[0].error


def test_a_failed_letter_leaves_after_a_retry(office: Office, token: str, clock: Clock) -> None:
    deliver(office, clock, RCPT=[answer("550 unbekannt")])
    clock.turn(days=3)
    retry_letter(office, letters(office)[0].id, now=clock())
    assert deliver(office, clock)[0].sent == 1
    assert failed_letters(office) == 0


def test_a_server_that_is_away_costs_attempts_and_loses_nothing(
    office: Office, token: str, clock: Clock
) -> None:
    away = plain(free_port())
    for _ in range(3):
        assert deliver_due(office, away, clock=clock).sent == 0
        clock.now = max(letter.due_at for letter in letters(office))
    assert [letter.attempts for letter in letters(office)] == [3, 3]
    assert deliver(office, clock)[0].sent == 2


def test_after_two_days_in_vain_a_letter_has_failed(
    office: Office, token: str, clock: Clock
) -> None:
    away = plain(free_port())
    pauses, tries = [], 0
    while (letter := letters(office)[0]).state == "waiting":
        pauses.append(letter.due_at - clock.now)
        clock.now = letter.due_at
        deliver_due(office, away, clock=clock)
        tries += 1
        assert tries < 100
    longest = LONGEST_PAUSE * (1 + JITTER)
    assert GIVE_UP_AFTER < clock.now - NOW <= GIVE_UP_AFTER + longest
    assert max(pauses) <= longest
    assert 15 <= tries <= 30
    assert failed_letters(office) >= 1


@pytest.mark.parametrize(("passed", "state"), [(GIVE_UP_AFTER, "waiting"), (None, "failed")])
def test_two_days_to_the_second(
    office: Office, token: str, clock: Clock, passed: timedelta | None, state: str
) -> None:
    clock.now = NOW + (passed or GIVE_UP_AFTER + SECOND)
    deliver_due(office, plain(free_port()), clock=clock)
    assert states(office) == [state, state]


def test_what_only_the_settings_can_change_pauses_without_an_attempt(
    office: Office, token: str, clock: Clock, folder: FolderPost
) -> None:
    folder.folder.write_text("Hier liegt schon etwas.")
    done = deliver_due(office, folder, clock=clock)
    assert done.sent == 0
    assert str(folder.folder) in done.blocked
    assert [(one.state, one.attempts) for one in letters(office)] == [("waiting", 0)] * 2
    assert letters(office)[0].error == done.blocked
    # Weeks later, when somebody has seen to it, nothing has been given up.
    clock.turn(days=20)
    assert deliver_due(office, folder, clock=clock).blocked
    folder.folder.unlink()
    clock.turn(seconds=FIRST_PAUSE.total_seconds())
    assert deliver_due(office, folder, clock=clock).sent == 2


def test_a_letter_to_somebody_else_does_not_wait_for_one_that_waits(
    office: Office, token: str, clock: Clock
) -> None:
    deliver(office, clock, RCPT=[answer("451 später")])
    other = a_wish(office, THREE, visitor=a_visitor(email="b@gast.example"))
    book(office, other, now=NOW)
    assert deliver(office, clock)[0].sent == 2


@given(attempts=st.integers(1, 10_000))
def test_pauses_double_up_to_a_bound_and_are_never_in_step(attempts: int) -> None:
    doubled = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    pauses = [pause_after(attempts) for _ in range(5)]
    assert all(doubled * (1 - JITTER) <= pause <= doubled * (1 + JITTER) for pause in pauses)
    assert len(set(pauses)) > 1
