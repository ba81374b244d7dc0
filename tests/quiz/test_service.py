"""Finished runs: counted once, on the right day, told from twenty on, then forgotten.

And the letter with a result: one for each asking, and only for a whole quiz.
"""

import logging
import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog
from sqlalchemy import select, text

from stadtfuehrer.context import AppContext
from stadtfuehrer.database import remembered
from stadtfuehrer.database.remembered import READ_AGAIN_AFTER
from stadtfuehrer.purge import forget
from stadtfuehrer.quiz import service as quiz_statistics
from stadtfuehrer.quiz.service import (
    PATIENCE_SECONDS,
    answers_of_others,
    count_run,
    count_shown,
    send_result,
    visits,
)
from stadtfuehrer.quiz.statistics import FEWEST_RUNS, CounterKey, Metric
from stadtfuehrer.quiz.store import DbCountedForm, DbQuizStatistics, add_counts
from stadtfuehrer.refusals import IncompleteAnswers
from stadtfuehrer.text import Mailbox
from tests.support.contexts import NOW, full_answers, in_berlin
from tests.support.racing import lost, race, won
from tests.support.statements import heard
from tests.support.stored import counts, letters

TWELVE_HOURS = timedelta(hours=12)
SECOND = timedelta(seconds=1)
AENNE = Mailbox(name="Änne Müller", address="aenne@gast.example")


def run(
    context: AppContext, key: str, *, at: int = -2, now: datetime = NOW, age: timedelta = SECOND
) -> bool:
    """Count a run whose form was shown ``age`` before."""
    answers = full_answers(context, at=at)
    return count_run(context, answers, key=key, shown_at=now - age, now=now)


def show(context: AppContext, *question_ids: str, now: datetime = NOW) -> None:
    for question_id in question_ids:
        count_shown(context, question_id, now=now)


def runs(context: AppContext, number: int, *, at: int = -2) -> None:
    assert all(run(context, f"{at} {one}", at=at) for one in range(number))


def rows(context: AppContext) -> list[tuple[date, str, str, str, int]]:
    counter = DbQuizStatistics
    columns = (counter.day, counter.what, counter.question, counter.option, counter.number)
    with context.database.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]  # type: ignore[misc]


def test_a_run_is_its_outcome_and_answers_counted_once(context: AppContext) -> None:
    with heard(context) as statements:
        assert run(context, "k")
    assert len(statements) == 2
    with heard(context) as statements:
        assert not run(context, "k")
    assert len(statements) == 1
    answers, day = full_answers(context), date(2026, 3, 2)
    outcome = context.catalogue.quiz.result(answers).recommended
    expected = [("finished", "", outcome), *(("answered", *pair) for pair in answers.items())]
    assert rows(context) == sorted((day, *one, 1) for one in expected)
    assert run(context, "l")
    assert {number for *_, number in rows(context)} == {2}


def test_the_same_form_sent_many_times_at_once_counts_once(context: AppContext) -> None:
    outcomes = race([lambda: run(context, "k")] * 8)
    assert sorted(won(outcomes)) == [False] * 7 + [True]
    assert {number for *_, number in rows(context)} == {1}


@pytest.mark.parametrize(
    ("age", "counts"), [(timedelta(0), True), (TWELVE_HOURS, True), (TWELVE_HOURS + SECOND, False)]
)
def test_forms_count_for_12_hours(
    sqlite_context: AppContext, age: timedelta, *, counts: bool
) -> None:
    assert run(sqlite_context, "k", age=age) is counts
    assert bool(rows(sqlite_context)) is counts


def test_no_form_counts_again_once_it_is_forgotten_within_a_day(sqlite_context: AppContext) -> None:
    context, shown_at = sqlite_context, NOW
    for after in range(0, 30 * 60, 20):
        now = NOW + timedelta(minutes=after)
        forget(context, now=now)
        run(context, "k", now=now, age=now - shown_at)
        if after == 14 * 60:
            with context.database.read() as session:
                assert session.scalars(select(DbCountedForm.key_hash)).all() == []
    assert {number for *_, number in rows(context)} == {1}


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 23, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 7, 2, 22, tzinfo=UTC), date(2026, 7, 3)),
    ],
)
def test_the_consultants_day(sqlite_context: AppContext, instant: datetime, day: date) -> None:
    run(sqlite_context, "k", now=instant)
    assert {row[0] for row in rows(sqlite_context)} == {day}


def test_others_are_told_from_twenty_on_and_read_once_a_minute(context: AppContext) -> None:
    runs(context, FEWEST_RUNS - 1, at=0)
    assert answers_of_others(context, now=NOW) is None
    run(context, "the twentieth", at=3)
    with heard(context) as statements:
        assert answers_of_others(context, now=NOW + READ_AGAIN_AFTER - SECOND) is None
        assert statements == []
        known = answers_of_others(context, now=NOW + READ_AGAIN_AFTER)
        assert answers_of_others(context, now=NOW + READ_AGAIN_AFTER) is known
    assert len(statements) == 1
    assert known is not None
    assert known.runs == FEWEST_RUNS
    for question in context.catalogue.quiz.questions:
        shares = [known.percents[question.id][option.id] for option in question.options]
        assert shares == [95, 0, 0, 5, 0]


def test_visits_of_so_many_days_with_today(sqlite_context: AppContext) -> None:
    context = sqlite_context
    first, second, *_ = (question.id for question in context.catalogue.quiz.questions)
    show(context, first, now=NOW - timedelta(days=2))
    show(context, first, first, second, now=NOW - timedelta(days=1))
    show(context, first)
    run(context, "k", at=0)
    one, two, three = (visits(context, days=days, now=NOW) for days in (1, 2, 3))
    assert [one.stops[0].came, two.stops[0].came, three.stops[0].came] == [1, 3, 4]
    assert (two.since, two.stops[0].left, two.stops[1].left) == (date(2026, 3, 1), 2, 1)
    assert {(visit.finished, visit.outcomes[None]) for visit in (one, two, three)} == {(1, 1)}


def test_what_outlives_two_years_is_forgotten(context: AppContext) -> None:
    run(context, "old", now=in_berlin("2024-03-02 23:59"))
    run(context, "new", now=in_berlin("2024-03-03 00:00"))
    forget(context, now=in_berlin("2026-03-02 12:00"))
    assert {row[0] for row in rows(context)} == {date(2024, 3, 2), date(2024, 3, 3)}
    forget(context, now=in_berlin("2026-03-03 00:00"))
    assert {row[0] for row in rows(context)} == {date(2024, 3, 3)}


@pytest.fixture
def heard_by_caplog(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    own = structlog.wrap_logger(logging.getLogger("statistics"))
    for module in (quiz_statistics, remembered):
        monkeypatch.setattr(module, "_log", own)


def test_questions_shown_at_once_all_count_with_one_statement_each(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine may take its time here.
    monkeypatch.setattr(quiz_statistics, "PATIENCE_SECONDS", 20)
    with heard(context) as statements:
        show(context, "drei")
    assert len([one for one in statements if "lock_timeout" not in one]) == 1
    assert race([lambda: show(context, "eins", "zwei", "eins")] * 6) == [None] * 6
    assert [row[1:] for row in rows(context)] == [
        ("shown", name, "", number) for name, number in (("drei", 1), ("eins", 12), ("zwei", 6))
    ]


@pytest.mark.usefixtures("heard_by_caplog")
def test_without_its_table(context: AppContext, caplog: pytest.LogCaptureFixture) -> None:
    with context.database.begin() as session:
        session.execute(text("ALTER TABLE tally RENAME TO gone"))
    try:
        show(context, "eins")
        assert [answers_of_others(context, now=NOW), answers_of_others(context, now=NOW)] == [
            None,
            None,
        ]
    finally:
        with context.database.begin() as session:
            session.execute(text("ALTER TABLE gone RENAME TO tally"))
    assert len(caplog.messages) == 2
    assert "INSERT" not in caplog.text


@pytest.mark.usefixtures("heard_by_caplog")
def test_a_locked_database(context: AppContext, caplog: pytest.LogCaptureFixture) -> None:
    show(context, "eins")
    with context.database.begin() as session:
        add = {
            (date(2026, 3, 2), CounterKey(context.catalogue.quiz.version, Metric.SHOWN, "eins")): 1
        }
        add_counts(session, add)
        began = time.monotonic()
        # As another request does; this thread has the turn.
        other = threading.Thread(target=lambda: show(context, "eins"))
        other.start()
        other.join(20)
        assert not other.is_alive()
        assert time.monotonic() - began < 4 * PATIENCE_SECONDS
    assert len(caplog.messages) == 1
    assert [row[4] for row in rows(context)] == [2]


def send(context: AppContext, key: str = "k") -> None:
    send_result(context, full_answers(context), AENNE, key=key, now=NOW)


def test_a_result_is_due_at_once_and_sent_once_for_each_form(context: AppContext) -> None:
    assert lost(race([lambda: send(context)] * 4)) == []
    (letter,) = letters(context)
    assert (letter.recipient, letter.due_at, letter.booking_id) == (AENNE.address, NOW, None)
    send(context)
    assert counts(context).letters == 1
    send(context, key="another")
    assert counts(context).letters == 2


def test_a_form_that_was_corrected_sends_what_it_says_now(sqlite_context: AppContext) -> None:
    """An address mistyped, a name left out, an answer changed on the way back."""
    context, answers = sqlite_context, full_answers(sqlite_context)
    other = {**answers, **dict([next(iter(full_answers(context, at=0).items()))])}
    asked = [
        (answers, Mailbox(name="Änne", address="aenne@gsat.example")),
        (answers, Mailbox(name="Änne", address="aenne@gast.example")),
        (answers, Mailbox(name="", address="aenne@gast.example")),
        (other, Mailbox(name="", address="aenne@gast.example")),
    ]
    for what, recipient in [*asked, *asked]:
        send_result(context, what, recipient, key="k", now=NOW)
    sent = [(one.recipient, one.facts and one.facts["answers"]) for one in letters(context)]
    assert sent == [(recipient.address, what) for what, recipient in asked]


def test_an_unfinished_quiz_is_neither_counted_nor_sent(sqlite_context: AppContext) -> None:
    answers = full_answers(sqlite_context)
    answers.popitem()
    with pytest.raises(IncompleteAnswers):
        count_run(sqlite_context, answers, key="k", shown_at=NOW, now=NOW)
    with pytest.raises(IncompleteAnswers):
        send_result(sqlite_context, answers, AENNE, key="k", now=NOW)
    assert (rows(sqlite_context), counts(sqlite_context).letters) == ([], 0)
