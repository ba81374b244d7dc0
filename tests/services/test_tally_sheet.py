"""The tally sheet of a process: quick, complete, and written down in time or at the end."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import text

from stadtfuehrer.domain.tally import FEWEST_RUNS, TallyLine, What
from stadtfuehrer.services import tally_sheet
from stadtfuehrer.services.tally_sheet import TallySheet
from stadtfuehrer.storage.tally import sums
from tests.services.test_tally import runs
from tests.support.offices import NOW
from tests.support.racing import forking, in_processes, race
from tests.support.statements import heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stadtfuehrer.services.office import Office

MINUTE = timedelta(minutes=1)
IN_TIME_SECONDS = 2
AT_ONCE_SECONDS = 0.05


@pytest.fixture(autouse=True)
def heard_by_caplog(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(tally_sheet, "_log", structlog.wrap_logger(logging.getLogger("sheet")))


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the timer so late that nothing is written unless asked for."""
    monkeypatch.setattr(tally_sheet, "WRITE_AFTER_SECONDS", 3600.0)


def shown(office: Office) -> dict[str, int]:
    """How often each question was shown, by what the database knows."""
    with office.database.read() as session:
        found = sums(session)
    assert {line.what for line in found} <= {What.SHOWN}
    assert {line.quiz_version for line in found} <= {office.catalogue.quiz.version}
    return {line.question: number for line, number in found.items()}


def eventually(office: Office, wanted: dict[str, int], *, within: float) -> float:
    """Wait until the database knows; how long it took."""
    began = time.monotonic()
    while shown(office) != wanted:
        assert time.monotonic() < began + within, shown(office)
        time.sleep(0.05)
    return time.monotonic() - began


def take_away(office: Office) -> None:
    with office.database.begin() as session:
        session.execute(text("ALTER TABLE tally RENAME TO gone"))


def give_back(office: Office) -> None:
    with office.database.begin() as session:
        session.execute(text("ALTER TABLE gone RENAME TO tally"))


@pytest.fixture
def away(office: Office) -> Iterator[None]:
    """Take the counters away from under the sheet."""
    take_away(office)
    yield
    give_back(office)


@pytest.mark.usefixtures("late")
def test_counting_needs_no_database_until_it_is_written_at_once(office: Office) -> None:
    sheet = TallySheet(office)
    with heard(office) as statements:
        for question in ("eins", "zwei", "eins", ""):
            sheet.note_shown(question, now=NOW)
        assert statements == []
        sheet.write()
        sheet.write()
    assert len(statements) == 1
    assert shown(office) == {"eins": 2, "zwei": 1, "": 1}


def test_it_is_written_within_two_seconds_and_those_that_came_later_too(office: Office) -> None:
    sheet = TallySheet(office)
    sheet.note_shown("eins", now=NOW)
    took = eventually(office, {"eins": 1}, within=10)
    assert took > IN_TIME_SECONDS - 0.2, "so that many share one transaction"
    sheet.note_shown("eins", now=NOW)
    eventually(office, {"eins": 2}, within=10)


def test_no_thread_is_left_when_all_is_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally_sheet, "WRITE_AFTER_SECONDS", AT_ONCE_SECONDS)
    before = threading.active_count()
    sheet = TallySheet(office)
    for number in range(1, 4):
        sheet.note_shown("eins", now=NOW)
        eventually(office, {"eins": number}, within=10)
    time.sleep(3 * AT_ONCE_SECONDS)
    assert threading.active_count() == before


def test_many_threads_lose_no_count(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_sheet, "WRITE_AFTER_SECONDS", AT_ONCE_SECONDS)
    sheet = TallySheet(office)

    def note(which: int) -> None:
        for number in range(300):
            sheet.note_shown(str((which + number) % 3), now=NOW)
            if number % 100 == 0:
                sheet.write()

    assert race([lambda which=which: note(which) for which in range(6)]) == [None] * 6  # type: ignore[misc]
    eventually(office, {"0": 600, "1": 600, "2": 600}, within=10)


@pytest.mark.usefixtures("late")
def test_what_cannot_be_written_is_kept_and_said_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    sheet = TallySheet(office)
    take_away(office)
    for _ in range(3):
        sheet.note_shown("eins", now=NOW)
        sheet.write()
    give_back(office)
    sheet.note_shown("zwei", now=NOW)
    sheet.write()
    assert shown(office) == {"eins": 3, "zwei": 1}
    assert len(caplog.messages) == 1
    assert "counters wait for the database" in caplog.messages[0]
    assert "INSERT" not in caplog.text


def test_after_trouble_the_next_question_sets_the_timer_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally_sheet, "WRITE_AFTER_SECONDS", AT_ONCE_SECONDS)
    sheet = TallySheet(office)
    take_away(office)
    sheet.note_shown("eins", now=NOW)
    time.sleep(10 * AT_ONCE_SECONDS)
    give_back(office)
    sheet.note_shown("eins", now=NOW)
    eventually(office, {"eins": 2}, within=10)


@forking
@pytest.mark.usefixtures("late")
def test_two_processes_write_at_their_end_what_is_theirs(office: Office) -> None:
    """Each was forked with counts of its parent on the sheet, which are not its own."""
    sheet = TallySheet(office)
    sheet.note_shown("eins", now=NOW)
    office.database.close()

    def work(which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        for _ in range(50):
            sheet.note_shown("zwei", now=NOW)
        return []

    assert in_processes(2, work) == [[], []]
    assert shown(office) == {"zwei": 100}
    sheet.write()
    assert shown(office) == {"eins": 1, "zwei": 100}


@forking
def test_a_killed_process_loses_its_last_seconds_and_nothing_else(office: Office) -> None:
    office.database.close()
    context = multiprocessing.get_context("fork")
    written = context.Event()

    def count_on() -> None:
        sheet = TallySheet(office)
        sheet.note_shown("eins", now=NOW)
        sheet.write()
        sheet.note_shown("zwei", now=NOW)
        written.set()
        time.sleep(60)

    process = context.Process(target=count_on)
    process.start()
    assert written.wait(20)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert shown(office) == {"eins": 1}
    after = TallySheet(office)
    after.note_shown("eins", now=NOW)
    after.write()
    assert shown(office) == {"eins": 2}


def test_others_are_read_once_a_minute(office: Office) -> None:
    sheet = TallySheet(office)
    with heard(office) as statements:
        assert sheet.others(now=NOW) is None
        runs(office, FEWEST_RUNS)
        statements.clear()
        assert sheet.others(now=NOW + MINUTE - timedelta(seconds=1)) is None
        assert statements == []
        others = sheet.others(now=NOW + MINUTE)
        assert sheet.others(now=NOW + MINUTE) is others
    assert others is not None
    assert others.runs == FEWEST_RUNS
    assert len(statements) == 1


@pytest.mark.usefixtures("away")
def test_without_the_database_nothing_is_told_of_others(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    sheet = TallySheet(office)
    assert [sheet.others(now=NOW), sheet.others(now=NOW)] == [None, None]
    assert len(caplog.messages) == 1


def test_nobody_waits_while_somebody_else_reads(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, reading, go_on = TallySheet(office), threading.Event(), threading.Event()

    def slowly(_office: Office) -> None:
        reading.set()
        assert go_on.wait(20)

    monkeypatch.setattr(tally_sheet, "answers_of_others", slowly)
    reader = threading.Thread(target=lambda: sheet.others(now=NOW))
    reader.start()
    assert reading.wait(20)
    assert sheet.others(now=NOW) is None
    go_on.set()
    reader.join()


def test_a_day_that_begins_meanwhile_has_counters_of_its_own(office: Office) -> None:
    sheet = TallySheet(office)
    late_evening = NOW.replace(hour=22, minute=59)
    sheet.note_shown("eins", now=late_evening)
    sheet.note_shown("eins", now=late_evening + MINUTE)
    sheet.write()
    line = TallyLine(office.catalogue.quiz.version, What.SHOWN, "eins")
    with office.database.read() as session:
        assert sums(session, since=NOW.date()) == {line: 2}
        assert sums(session, since=NOW.date() + timedelta(days=1)) == {line: 1}
