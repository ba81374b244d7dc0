"""The letter worker's signs of life: always, also when it is busy, and none when it was stopped."""

from datetime import timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.service import book
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.heartbeat import Heartbeat, find_signs
from stadtfuehrer.mail.mailer import Envelope
from stadtfuehrer.mail.service import all_letters
from stadtfuehrer.worker import mailer_of, work
from tests.support.contexts import NO_LIMITS, NOW, Clock, a_wish, in_berlin, opened_context
from tests.support.rounds import Rounds, run_rounds
from tools.until import until


def beaten(context: AppContext) -> Heartbeat | None:
    with context.database.read() as session:
        return find_signs(session)[0]


class Looking(Rounds):
    """Looks for the worker's sign of life at the end of each round."""

    def __init__(self, rounds: int, clock: Clock, context: AppContext) -> None:
        super().__init__(rounds, clock)
        self.found: list[Heartbeat | None] = []
        self._context = context

    def wait(self, timeout: float | None = None) -> bool:
        self.found.append(beaten(self._context))
        return super().wait(timeout)


def test_a_worker_gives_signs_of_life_and_says_when_it_is_told_to_stop(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        stop = Looking(1, clock, context)
        work(
            context,
            mailer_of(context, tmp_path, clock),
            clock=clock,
            elapsed=clock.elapsed,
            stop=stop,
        )
        assert stop.found == [Heartbeat(NOW, None)]
        assert beaten(context) is None


def test_a_worker_says_since_when_nobody_takes_anything(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    (tmp_path / "postfach").write_text("steht im Weg")
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())
        stop = Looking(6, clock, context)
        work(
            context,
            mailer_of(context, tmp_path, clock),
            clock=clock,
            elapsed=clock.elapsed,
            stop=stop,
        )
        # Rounds in between, in which nothing is due, say nothing.
        assert [one and one.stuck_since for one in stop.found] == [NOW] * 6

        (tmp_path / "postfach").unlink()
        clock.turn(minutes=5)
        stop = Looking(2, clock, context)
        work(
            context,
            mailer_of(context, tmp_path, clock),
            clock=clock,
            elapsed=clock.elapsed,
            stop=stop,
        )
        assert [one and one.stuck_since for one in stop.found] == [None, None]
        assert {letter["state"] for letter in all_letters(context)} == {"sent"}


def test_a_worker_gives_signs_of_life_during_a_long_conversation(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadtfuehrer.worker.BEAT_EVERY_SECONDS", 0.01)
    clock, found = Clock(), []
    with opened_context(tmp_path, sqlite_database_url, changes=NO_LIMITS) as context:
        book(context, a_wish(context, in_berlin("2026-03-04 10:00")), now=clock())

        def send_slowly(_mailer: FolderMailer, _envelope: Envelope) -> None:
            clock.turn(minutes=5)
            until(
                lambda: (heard := beaten(context)) is not None and heard.at == clock(),
                within=9,
                what="no sign of life during the conversation",
            )
            found.append(clock())

        monkeypatch.setattr(FolderMailer, "_send", send_slowly)
        run_rounds(context, tmp_path, 1, clock)
    assert found == [NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)]
