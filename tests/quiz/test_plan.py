"""The plan of a result: every answer is a street in its state, in the right place."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.plan import Heading, Plan, Surface, Traffic, plan_of
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_examples import a_question, a_quiz, answers, changed_question
from tests.support.quiz_plans import BusyInterval, taken_quizzes


def plan(quiz: Quiz, chosen: dict[str, str]) -> Plan:
    return plan_of(quiz, quiz.result(chosen), {one: one.capitalize() for one in quiz.services})


@pytest.mark.parametrize(
    ("option", "dialogue", "surface", "traffic"),
    [
        ("g0", False, Surface.PAVED, None),
        ("g1", False, Surface.NARROW, None),
        ("g2", False, Surface.GRAVEL, None),
        ("g3", False, Surface.SITE, None),
        ("x", False, Surface.UNKNOWN, None),
        ("g0", True, Surface.PAVED, Traffic.BOTH),
        ("g1", True, Surface.NARROW, Traffic.BOTH),
        ("g2", True, Surface.GRAVEL, Traffic.ONE_WAY),
        ("g3", True, Surface.SITE, Traffic.ONE_WAY),
        ("x", True, Surface.UNKNOWN, None),
    ],
)
def test_a_street_shows_its_answer(
    option: str, *, dialogue: bool, surface: Surface, traffic: Traffic | None
) -> None:
    quiz = changed_question(a_quiz(), 1, dialogue=dialogue)
    street = plan(quiz, answers("g0", option, "g0")).districts[1].streets[0]
    assert (street.number, street.theme) == (2, "Thema zwei")
    assert (street.surface, street.traffic) == (surface, traffic)


def test_a_question_of_equal_weight_lies_in_the_earlier_district() -> None:
    questions = (
        a_question("eins", erste=1, zweite=2),
        a_question("zwei", zweite=1, dritte=1),
        a_question("drei", erste=1, dritte=2),
    )
    found = plan(a_quiz(questions=questions), answers("g0", "g0", "g0"))
    numbers = [[street.number for street in district.streets] for district in found.districts]
    assert numbers == [[], [1, 2], [3]]
    assert [one.beyond_river for one in found.districts] == [False, True, False]


@pytest.mark.parametrize(
    ("options", "near", "towards", "neighbours", "heading"),
    [
        (("g3", "g2", "g0"), "erste", "zweite", True, Heading.WEST),
        (("g3", "g0", "g2"), "erste", "dritte", False, Heading.WEST),
        (("g1", "g3", "g2"), "zweite", "dritte", True, Heading.WEST),
        (("g2", "g3", "g1"), "zweite", "erste", True, Heading.EAST),
        (("g1", "g0", "g3"), "dritte", "erste", False, Heading.EAST),
    ],
)
def test_the_visitor_stands_by_the_recommended_district_on_the_side_of_the_second(
    options: tuple[str, ...], near: str, towards: str, *, neighbours: bool, heading: Heading
) -> None:
    standing = plan(a_quiz(), answers(*options)).standing
    assert standing is not None
    assert standing.towards is not None
    assert (standing.near.service, standing.towards.service) == (near, towards)
    assert (standing.neighbours, standing.heading) == (neighbours, heading)


@pytest.mark.parametrize(
    ("clear_from", "away"),
    [
        (Fraction(0), 0),
        (Fraction(30), 0),
        (Fraction(100, 3), 0),
        (Fraction(200, 3), Fraction(1, 2)),
        (Fraction(100), Fraction(2, 3)),
    ],
)
def test_the_closer_the_result_the_farther_away(clear_from: Fraction, away: Fraction) -> None:
    limits = Thresholds(no_need_below=Fraction(30), close_below=Fraction(0), clear_from=clear_from)
    # A margin of a third of a hundred.
    standing = plan(a_quiz(thresholds=limits), answers("g3", "g2", "g0")).standing
    assert standing is not None
    assert standing.away == away


def test_on_a_tie_one_stands_half_way() -> None:
    standing = plan(a_quiz(), answers("g3", "g3", "g0")).standing
    assert standing is not None
    assert standing.away == 1
    assert standing.certainty is Certainty.CLOSE


def test_with_a_single_service_nothing_lies_on_the_other_side() -> None:
    quiz = a_quiz(services=("erste",), questions=(a_question("eins", erste=1),))
    standing = plan(quiz, {"eins": "g3"}).standing
    assert standing is not None
    assert (standing.near.service, standing.towards) == ("erste", None)
    assert not standing.neighbours


def test_who_needs_nothing_needs_no_route() -> None:
    assert plan(a_quiz(), answers("g0", "g0", "g0")).standing is None


@given(taken_quizzes())
def test_every_question_is_one_street_where_it_counts_most(busy: BusyInterval) -> None:
    quiz, chosen, result, found = busy
    assert sorted(one.number for one in busy.streets) == list(range(1, len(quiz.questions) + 1))
    for district in found.districts:
        assert district.need == result.needs[district.service]
        for street in district.streets:
            question = quiz.questions[street.number - 1]
            assert street.theme == question.theme
            weights = [question.weights[service] for service in quiz.services]
            assert quiz.services[weights.index(max(weights))] == district.service
            option = question.find_option(chosen[question.id])
            assert option is not None
            assert (street.surface is Surface.UNKNOWN) is (option.gap is None)
            assert (street.traffic is None) is not (question.dialogue and option.gap is not None)


@given(taken_quizzes())
def test_one_stands_nearest_to_the_greatest_need(busy: BusyInterval) -> None:
    result, standing = busy.result, busy.plan.standing
    assert (standing is None) is (result.recommended is None)
    if standing is not None:
        assert standing.near.need == max(result.needs.values())
        assert 0 <= standing.away <= 1
        assert (standing.away == 0) is (standing.certainty is Certainty.CLEAR)
