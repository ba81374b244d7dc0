"""Counters as rows: they add up, none is lost, and nothing in them is about anybody."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from stadtfuehrer.database import Database
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import (
    DbCountedForm,
    DbQuizStatistics,
    add_counts,
    erase_forms,
    erase_statistics,
    note_form,
    sums,
)
from tests.support.racing import forking, in_processes, race

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2026, 3, 2, 10, 59, 59, tzinfo=UTC)

LINES = [
    CounterKey("v1", Metric.SHOWN, "eins"),
    CounterKey("v1", Metric.ANSWERED, "eins", "ja"),
    CounterKey("v1", Metric.FINISHED, option="erste"),
    CounterKey("v2", Metric.FINISHED, option="erste"),
]


def add(database: Database, counts: Mapping[tuple[date, CounterKey], int]) -> None:
    with database.begin() as session:
        add_counts(session, counts)


def counted(database: Database, **which: object) -> dict[CounterKey, int]:
    with database.read() as session:
        return sums(session, **which)  # type: ignore[arg-type]


def note(database: Database, key: bytes, now: datetime = NOW) -> bool:
    with database.begin() as session:
        return note_form(session, key, now=now)


def test_counters_hold_a_day_and_what_was_counted_and_nothing_else() -> None:
    assert {column.name for column in DbQuizStatistics.__table__.columns} == {
        *("day", "quiz_version", "what", "question", "option", "number")
    }
    assert {column.name for column in DbCountedForm.__table__.columns} == {"key_hash", "hour"}


def test_counts_add_up_until_they_are_forgotten(database: Database) -> None:
    add(database, {(MONDAY, LINES[0]): 2, (MONDAY, LINES[1]): 1})
    add(database, {(MONDAY, LINES[0]): 3, (TUESDAY, LINES[0]): 10})
    assert counted(database) == {LINES[0]: 15, LINES[1]: 1}
    add(database, {(TUESDAY, LINES[3]): 4})
    assert counted(database, version="v2") == {LINES[3]: 4}
    assert counted(database, since=TUESDAY) == {LINES[0]: 10, LINES[3]: 4}
    assert counted(database, since=TUESDAY + timedelta(days=1)) == {}
    with database.begin() as session:
        erase_statistics(session, before=TUESDAY)
    assert counted(database) == {LINES[0]: 10, LINES[3]: 4}


def test_only_the_hour_of_a_form_is_known_and_forgotten(database: Database) -> None:
    note(database, b"a")
    note(database, b"b", NOW + timedelta(seconds=1))
    hours = [NOW.replace(minute=0, second=0), NOW + timedelta(seconds=1)]
    with database.read() as session:
        assert session.scalars(select(DbCountedForm.hour)).all() == hours
    with database.begin() as session:
        erase_forms(session, before=hours[1])
    with database.read() as session:
        assert session.scalars(select(DbCountedForm.key_hash)).all() == [b"b"]


@forking
def test_two_processes_of_four_threads_lose_no_count(ready_database_url: str) -> None:
    """Each raises all counters, in orders that would wait for each other in a circle."""

    def work(which: int, wait: Callable[[], object]) -> list[str]:
        own = Database(ready_database_url)

        def raise_all(thread: int) -> None:
            lines = LINES if thread % 2 == which % 2 else LINES[::-1]
            for _ in range(10):
                add(own, {(MONDAY, line): 1 for line in lines})

        wait()
        outcomes = race([lambda thread=thread: raise_all(thread) for thread in range(4)])  # type: ignore[misc]
        own.close()
        return [repr(outcome) for outcome in outcomes if outcome is not None]

    assert in_processes(2, work) == [[]] * 2
    with closing(Database(ready_database_url)) as database:
        assert counted(database) == dict.fromkeys(LINES, 2 * 4 * 10)
