"""The letter worker's round: how long it rests, and that nothing outside ends it."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from threading import Event

import pytest

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import all_bookings, book, cancel
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.service import all_letters
from stadtfuehrer.worker import LOOK_EVERY_SECONDS, REST_SECONDS, mailer_of, work
from tests.support.contexts import NO_LIMITS, NOW, Clock, a_wish, in_berlin, opened_context
from tests.support.lines import SCARCE, in_line, join, with_scarce_times


class Rounds(Event):
    """Stops after so many rounds; each rest passes at once on the clock that it turns."""

    def __init__(self, rounds: int, clock: Clock) -> None:
        super().__init__()
        self.rests: list[float] = []
        self._rounds, self._clock = rounds, clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.rests.append(timeout)
        self._clock.turn(seconds=timeout)
        if len(self.rests) == self._rounds:
            self.set()
        return self.is_set()


def run_rounds(context: AppContext, instance: Path, rounds: int, clock: Clock) -> list[float]:
    stop = Rounds(rounds, clock)
    work(context, mailer_of(context, instance, clock), clock=clock, stop=stop)
    return stop.rests


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

        run_rounds(context, tmp_path, 2, Clock(now=NOW + timedelta(days=200)))
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


def test_a_chore_that_raises_stops_no_letter(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

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
