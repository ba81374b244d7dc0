"""Counters of the quiz: which ones a run raises, and what may be said about them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.quiz.statistics import (
    FEWEST_RUNS,
    CounterKey,
    Metric,
    Stop,
    costliest_stop,
    others_of,
    run_counters,
    visits_of,
    whole_percents,
)
from stadtfuehrer.refusals import IncompleteAnswers
from tests.support.quiz_examples import a_quiz, answers

QUIZ = a_quiz()
DAY = date(2026, 3, 2)


def shown(question: str, version: str = QUIZ.version) -> CounterKey:
    return CounterKey(version, Metric.SHOWN, question)


def finished(outcome: str, version: str = QUIZ.version) -> CounterKey:
    return CounterKey(version, Metric.FINISHED, option=outcome)


def answered(question: str, option: str, version: str = QUIZ.version) -> CounterKey:
    return CounterKey(version, Metric.ANSWERED, question, option)


@pytest.mark.parametrize(
    ("counts", "percents"),
    [
        ([], ()),
        ([0, 0], (0, 0)),
        ([7], (100,)),
        ([1, 1, 1], (34, 33, 33)),
        ([1, 2, 0], (33, 67, 0)),
        ([1, 199], (1, 99)),
        ([1, 200], (0, 100)),
        ([1, 1, 1, 1, 1, 1], (17, 17, 17, 17, 16, 16)),
        ([5, 5, 10], (25, 25, 50)),
    ],
)
def test_whole_percents(counts: list[int], percents: tuple[int, ...]) -> None:
    assert whole_percents(counts) == percents


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9).filter(any))
def test_percents_add_up_and_never_turn_votes_around(counts: list[int]) -> None:
    percents = whole_percents(counts)
    assert sum(percents) == 100
    for count, percent in zip(counts, percents, strict=True):
        assert abs(percent - Fraction(100 * count, sum(counts))) < 1
        assert percent == 0 or count
    assert sorted(percents) == [
        percent for _, percent in sorted(zip(counts, percents, strict=True))
    ]


def test_a_run_raises_its_outcome_and_each_of_its_answers() -> None:
    assert run_counters(QUIZ, answers("g0", "g3", "x")) == [
        finished("zweite"),
        answered("eins", "g0"),
        answered("zwei", "g3"),
        answered("drei", "x"),
    ]
    assert run_counters(QUIZ, answers("g0", "g0", "g0"))[0] == finished("")
    with pytest.raises(IncompleteAnswers):
        run_counters(QUIZ, {"eins": "g0"})


@pytest.mark.parametrize(("runs", "known"), [(0, False), (19, False), (20, True), (21, True)])
def test_others_are_told_from_twenty_on(runs: int, *, known: bool) -> None:
    counts = {finished("erste"): 7, finished(""): runs - 7, answered("eins", "g3"): runs}
    others = others_of(QUIZ, counts)
    assert (others is not None) == known
    if others:
        assert others.runs == runs
        assert others.percents["eins"] == {"g0": 0, "g1": 0, "g2": 0, "g3": 100, "x": 0}


def test_others_of_another_version_do_not_count() -> None:
    counts = {finished("erste"): FEWEST_RUNS - 1, finished("erste", "andere"): 99}
    assert others_of(QUIZ, counts) is None
    counts |= {finished("erste"): FEWEST_RUNS, answered("zwei", "g1"): FEWEST_RUNS}
    counts |= {answered("zwei", "g0", "andere"): 99}
    others = others_of(QUIZ, counts)
    assert others is not None
    assert (others.runs, others.percents["zwei"]["g1"]) == (FEWEST_RUNS, 100)


def test_visits_tell_where_people_leave() -> None:
    counts = {shown("eins"): 40, shown("zwei"): 25, shown("drei"): 26}
    counts |= {finished("erste"): 12, finished(""): 5, answered("eins", "g0"): 17}
    counts |= {shown("eins", "andere"): 99, finished("erste", "andere"): 3}
    visits = visits_of(QUIZ, counts, since=DAY)
    assert [(stop.question_id, stop.came, stop.left) for stop in visits.stops] == [
        *(("eins", 40, 15), ("zwei", 25, 0), ("drei", 26, 9))
    ]
    assert visits.outcomes == {"erste": 12, "zweite": 0, "dritte": 0, None: 5}
    assert (visits.since, visits.finished, visits.finished_otherwise) == (DAY, 17, 3)
    nobody = visits_of(QUIZ, {}, since=DAY)
    assert (nobody.finished, nobody.finished_otherwise) == (0, 0)
    assert {(stop.came, stop.left) for stop in nobody.stops} == {(0, 0)}


@pytest.mark.parametrize(
    ("stops", "costliest"),
    [
        ([], None),
        ([(99, 99)], None),
        ([(99, 99), (19, 19)], None),
        ([(99, 99), (20, 0)], None),
        ([(99, 99), (20, 1)], "1"),
        ([(99, 99), (100, 30), (20, 7)], "2"),
        ([(99, 99), (100, 30), (20, 6)], "1"),
        ([(99, 99), (100, 30), (19, 19), (50, 15)], "1"),
    ],
)
def test_the_costliest_stop(stops: list[tuple[int, int]], costliest: str | None) -> None:
    visits = replace(
        visits_of(QUIZ, {}, since=DAY),
        stops=tuple(
            Stop(question_id=str(at), came=came, left=left) for at, (came, left) in enumerate(stops)
        ),
    )
    found = costliest_stop(visits)
    assert (found and found.question_id) == costliest
