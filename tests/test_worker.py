"""The letter worker's round: how long it rests, and that nothing outside ends it."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.mailer import Envelope
from stadtfuehrer.mail.outbox import Composed, LeasedMessage
from stadtfuehrer.mail.service import all_letters, examine
from stadtfuehrer.mail.tables import Failed
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.text import Mailbox
from stadtfuehrer.worker import LOOK_EVERY_SECONDS, REST_SECONDS
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    Clock,
    a_wish,
    full_answers,
    in_berlin,
    opened_context,
)
from tests.support.lines import SCARCE, in_line, join, with_scarce_times
from tests.support.rounds import run_rounds


def test_letters_leave_in_the_first_round(tmp_path: Path, sqlite_database_url: str) -> None:
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())
        rests = run_rounds(context, tmp_path, 3, clock)

        assert rests == [LOOK_EVERY_SECONDS] * 3
        assert {letter["state"] for letter in all_letters(context)} == {"sent"}
    assert len(list((tmp_path / "postfach").glob("*.eml"))) == 2


def test_a_post_that_is_blocked_is_left_alone_for_a_while(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    (tmp_path / "postfach").write_text("steht im Weg")
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())

        assert run_rounds(context, tmp_path, 1, clock) == [REST_SECONDS]
        (tmp_path / "postfach").unlink()
        run_rounds(context, tmp_path, 200, clock)
        assert {letter["state"] for letter in all_letters(context)} == {"sent"}


def test_a_database_that_does_not_answer_ends_nothing(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        with context.database.begin() as session:
            session.connection().exec_driver_sql("ALTER TABLE letters RENAME TO anderswo")
        assert run_rounds(context, tmp_path, 2, Clock()) == [REST_SECONDS] * 2

        with context.database.begin() as session:
            session.connection().exec_driver_sql("ALTER TABLE anderswo RENAME TO letters")
        assert run_rounds(context, tmp_path, 1, Clock()) == [LOOK_EVERY_SECONDS]


def test_what_is_over_is_forgotten_by_the_way(tmp_path: Path, sqlite_database_url: str) -> None:
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=NOW)
        run_rounds(context, tmp_path, 2, Clock(now=NOW + timedelta(days=30)))
        assert len(all_bookings(context)) == 1

        clock = Clock(now=NOW + timedelta(days=200))
        run_rounds(context, tmp_path, 2, clock)
        # After so long, the clock may as well be wrong.
        assert len(all_bookings(context)) == 1
        clock.turn(minutes=10)
        run_rounds(context, tmp_path, 2, clock)
        assert all_bookings(context) == []


def test_who_waits_is_told_within_a_minute_of_a_cancellation(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock, start = Clock(), in_berlin("2026-03-05 09:00")
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        narrow = with_scarce_times(context, [Hours(540, 570)])
        token = book(narrow, a_wish(narrow, start, kind=SCARCE), now=clock())
        join(narrow, "a", "b", now=clock())
        run_rounds(narrow, tmp_path, 3, clock)
        assert in_line(narrow) == ["a", "b"]

        cancel(narrow, token, "", now=clock())
        clock.turn(minutes=1)
        run_rounds(narrow, tmp_path, 2, clock)
        assert in_line(narrow) == ["b"]
        assert {letter["state"] for letter in all_letters(narrow)} == {"sent"}
    (letter,) = (tmp_path / "postfach").glob("*frei-geworden*.eml")
    message = message_from_bytes(letter.read_bytes())
    assert message["To"] == "a@gast.example"
    assert "5. März 2026, 09:00–09:30 Uhr" in str(make_header(decode_header(message["Subject"])))


def test_who_wants_to_be_asked_after_a_week_is_asked_within_a_minute(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock, mailbox = Clock(), Mailbox(name="", address="aenne@gast.example")
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        send_result(context, full_answers(context), mailbox, key="k", asks=True, now=clock())
        run_rounds(context, tmp_path, 2, clock)
        clock.turn(days=7)
        run_rounds(context, tmp_path, 2, clock)
        # After so long, the clock may as well be wrong.
        assert [one["kind"] for one in all_letters(context)] == ["ergebnis"]
        clock.turn(minutes=10)
        run_rounds(context, tmp_path, 2, clock)
        sent = [(one["kind"], one["state"]) for one in all_letters(context)]
        assert sent == [("ergebnis", "sent"), ("nachgefragt", "sent")]


class Panic(BaseException):
    """As libraries written in Rust raise it: no Exception."""


@pytest.mark.parametrize("fault", [ZeroDivisionError, SystemExit, ImportError, Panic])
def test_a_chore_that_raises_stops_no_letter(
    tmp_path: Path,
    sqlite_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[BaseException],
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise fault

    for chore in ("remind", "thank", "tell_waiting", "forget"):
        monkeypatch.setattr(f"stadtfuehrer.worker.{chore}", broken)
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())
        assert run_rounds(context, tmp_path, 2, clock) == [LOOK_EVERY_SECONDS] * 2
        assert {letter["state"] for letter in all_letters(context)} == {"sent"}


def test_a_round_of_delivery_that_raises_is_tried_again(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())
        with monkeypatch.context() as patch:
            patch.setattr("stadtfuehrer.worker.deliver_due", broken)
            assert run_rounds(context, tmp_path, 1, clock) == [REST_SECONDS]
        run_rounds(context, tmp_path, 1, clock)
        assert {letter["state"] for letter in all_letters(context)} == {"sent"}


@pytest.mark.parametrize("fault", [ZeroDivisionError, SystemExit, Panic])
def test_a_letter_that_cannot_be_composed_or_sent_stops_no_other(
    tmp_path: Path,
    sqlite_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[BaseException],
) -> None:
    clock = Clock()

    def compose_some(context: AppContext, letter: LeasedMessage) -> Composed:
        if letter.id == 1:
            raise fault
        return compose(context, letter)

    def send_some(mailer: FolderMailer, envelope: Envelope) -> None:
        if envelope.name == "einladung" and clock() < NOW + timedelta(minutes=1):
            raise fault
        send(mailer, envelope)

    send = FolderMailer._send
    monkeypatch.setattr("stadtfuehrer.worker.compose", compose_some)
    monkeypatch.setattr(FolderMailer, "_send", send_some)
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        for hour in (9, 10):
            book(context, a_wish(context, in_berlin(f"2026-03-04 {hour:02}:00")), now=clock())
        assert run_rounds(context, tmp_path, 1, clock) == [LOOK_EVERY_SECONDS]
        states = ["failed", "waiting", "sent", "waiting"]
        assert [letter["state"] for letter in all_letters(context)] == states
        errors = [letter["error"] for letter in all_letters(context)]
        assert errors[0] == f"Der Brief ließ sich nicht schreiben ({fault.__name__})."
        assert errors[1] == f"Der Brief ließ sich nicht verschicken ({fault.__name__})."
        assert examine(context, now=clock()).failed == Failed(1, 0, 1)
        clock.turn(minutes=2)
        run_rounds(context, tmp_path, 1, clock)
        assert [letter["state"] for letter in all_letters(context)] == ["failed", *["sent"] * 3]
