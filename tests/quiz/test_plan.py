"""The plan of a result, drawn from the answers and read out: the same facts, none left out."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from stadtfuehrer.quiz.model import Quiz
from stadtfuehrer.quiz.plan import (
    District,
    Heading,
    Plan,
    Standing,
    Street,
    Surface,
    Traffic,
    plan_of,
)
from stadtfuehrer.quiz.plan_wording import in_words
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.quiz.scoring import Thresholds
from tests.support.quiz_examples import a_question, a_quiz, answers, changed_question
from tests.support.quiz_plans import TakenQuiz, taken_quizzes

few = settings(max_examples=40)
"""Tables show the same; these look for what nobody thought of."""

STATES = {
    Surface.PAVED: "läuft gut",
    Surface.NARROW: "läuft meistens",
    Surface.GRAVEL: "holprig",
    Surface.SITE: "Baustelle",
    Surface.UNKNOWN: "unbekannt",
}

WAYS = {Traffic.BOTH: "in beide Richtungen", Traffic.ONE_WAY: "Einbahnstraße"}


def plan(quiz: Quiz, chosen: dict[str, str]) -> Plan:
    return plan_of(quiz, quiz.result(chosen), {one: one.capitalize() for one in quiz.services})


def standing_of(quiz: Quiz, chosen: dict[str, str]) -> Standing:
    standing = plan(quiz, chosen).standing
    assert standing is not None
    return standing


@pytest.mark.parametrize(
    ("option", "surface", "traffic"),
    [
        ("g0", Surface.PAVED, Traffic.BOTH),
        ("g1", Surface.NARROW, Traffic.BOTH),
        ("g2", Surface.GRAVEL, Traffic.ONE_WAY),
        ("g3", Surface.SITE, Traffic.ONE_WAY),
        ("x", Surface.UNKNOWN, None),
    ],
)
def test_a_street_shows_its_answer(option: str, surface: Surface, traffic: Traffic | None) -> None:
    for dialogue in (False, True):
        quiz = changed_question(a_quiz(), 1, dialogue=dialogue)
        (street,) = plan(quiz, answers("g0", option, "g0")).districts[1].streets
        assert (street.number, street.theme, street.surface) == (2, "Thema zwei", surface)
        assert street.traffic == (traffic if dialogue else None)


def test_a_question_of_equal_weight_lies_in_the_earlier_district() -> None:
    questions = (
        a_question("eins", erste=1, zweite=2),
        a_question("zwei", zweite=1, dritte=1),
        a_question("drei", erste=1, dritte=2),
    )
    found = plan(a_quiz(questions=questions), answers("g0", "g0", "g0"))
    numbers = [[street.number for street in district.streets] for district in found.districts]
    assert numbers == [[], [1, 2], [3]]


@pytest.mark.parametrize(
    ("options", "near", "towards", "neighbours", "heading"),
    [
        ("g3 g2 g0", "erste", "zweite", True, Heading.WEST),
        ("g3 g0 g2", "erste", "dritte", False, Heading.WEST),
        ("g1 g3 g2", "zweite", "dritte", True, Heading.WEST),
        ("g2 g3 g1", "zweite", "erste", True, Heading.EAST),
        ("g2 g0 g3", "dritte", "erste", False, Heading.EAST),
    ],
)
def test_the_visitor_stands_by_the_recommended_district_on_the_side_of_the_second(
    options: str, near: str, towards: str, *, neighbours: bool, heading: Heading
) -> None:
    standing = standing_of(a_quiz(), answers(*options.split()))
    assert standing.towards is not None
    assert (standing.near.service, standing.towards.service) == (near, towards)
    assert (standing.neighbours, standing.heading) == (neighbours, heading)


@pytest.mark.parametrize(
    ("options", "clear_from", "away"),
    [
        # A margin of a third of a hundred, and none at all.
        *(("g3 g2 g0", Fraction(part), 0) for part in (0, 30, Fraction(100, 3))),
        ("g3 g2 g0", Fraction(200, 3), Fraction(1, 2)),
        ("g3 g2 g0", Fraction(100), Fraction(2, 3)),
        ("g3 g3 g0", Fraction(15), 1),
    ],
)
def test_close_results_are_far_away(options: str, clear_from: Fraction, away: Fraction) -> None:
    limits = Thresholds(no_need_below=Fraction(30), close_below=Fraction(0), clear_from=clear_from)
    assert standing_of(a_quiz(thresholds=limits), answers(*options.split())).away == away


def test_with_a_single_service_nothing_lies_on_the_other_side() -> None:
    quiz = a_quiz(services=("erste",), questions=(a_question("eins", erste=1),))
    standing = standing_of(quiz, {"eins": "g3"})
    assert (standing.near.service, standing.towards) == ("erste", None)
    assert not standing.neighbours


@few
@given(taken_quizzes())
def test_every_question_is_one_street_where_it_counts_most(taken: TakenQuiz) -> None:
    quiz, chosen, result, found = taken
    assert sorted(one.number for one in taken.streets) == list(range(1, len(quiz.questions) + 1))
    for district in found.districts:
        for street in district.streets:
            question = quiz.questions[street.number - 1]
            assert street.theme == question.theme
            weights = [question.weights[service] for service in quiz.services]
            assert quiz.services[weights.index(max(weights))] == district.service
            option = question.find_option(chosen[question.id])
            assert option is not None
            assert (street.surface is Surface.UNKNOWN) is (option.gap is None)
            assert (street.traffic is None) is not (question.dialogue and option.gap is not None)
    standing = found.standing
    assert (standing is None) is (result.recommended is None)
    if standing is not None:
        assert standing.near.service == result.recommended
        assert 0 <= standing.away <= 1
        assert (standing.away == 0) is (standing.certainty is Certainty.CLEAR)


def district(title: str) -> District:
    return District(service=title.lower(), title=title, streets=())


NEAR, OTHER = district("Beratung"), district("Werbung")

STANDING = Standing(
    near=NEAR,
    towards=OTHER,
    neighbours=True,
    certainty=Certainty.CLEAR,
    away=Fraction(0),
    heading=Heading.WEST,
)

BETWEEN = "zwischen Beratung und Werbung"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "gleich daneben."),
        ({"certainty": Certainty.RATHER}, f"{BETWEEN}, näher an Beratung."),
        ({"certainty": Certainty.CLOSE}, f"fast in der Mitte {BETWEEN}."),
        (
            {"certainty": Certainty.CLOSE, "neighbours": False},
            "in der Nähe, ein Stück in Richtung Werbung.",
        ),
        ({"towards": None, "neighbours": False, "certainty": Certainty.CLOSE}, "gleich daneben."),
    ],
)
def test_where_the_way_leads_and_where_one_stands(
    changes: dict[str, object], sentence: str
) -> None:
    standing = replace(STANDING, **changes)  # type: ignore[arg-type]
    words = in_words(Plan(districts=(NEAR, OTHER), standing=standing))
    assert words.standing == f"Der gelbe Weg führt ins Viertel Beratung. Du stehst {sentence}"


def test_districts_with_no_one_and_more_streets_and_no_way_without_a_recommendation() -> None:
    street = Street(number=1, theme="Plan", surface=Surface.SITE, traffic=None)
    one, two = replace(OTHER, streets=(street,)), replace(NEAR, streets=(street, street))
    words = in_words(Plan(districts=(NEAR, one, two), standing=None))
    assert words.standing == "Du stehst mitten in der Stadt. Ein Weg ist nicht eingezeichnet."
    sentences = [one.sentence for one in words.districts]
    assert sentences == [
        "Im Viertel Beratung liegt keine: Keine Frage zählt dort am meisten.",
        "Im Viertel Werbung liegt eine Straße:",
        "Im Viertel Beratung liegen 2 Straßen:",
    ]


@few
@given(taken_quizzes())
def test_words_name_every_street_and_the_key_what_is_on_the_plan(taken: TakenQuiz) -> None:
    words = in_words(taken.plan)
    for described, one in zip(words.districts, taken.plan.districts, strict=True):
        assert one.title in described.sentence
        for sentence, street in zip(described.streets, one.streets, strict=True):
            assert sentence.startswith(f"Nummer {street.number}, {street.theme}: ")
            assert [state for state in STATES.values() if state in sentence] == [
                STATES[street.surface]
            ]
            assert [way for way in WAYS.values() if way in sentence] == (
                [WAYS[street.traffic]] if street.traffic else []
            )
    for sentence in (words.standing, *(s for one in words.districts for s in one.streets)):
        assert re.fullmatch(r"[A-ZÄÖÜ].*\.", sentence)
        assert not re.search(r"  |\.\.|\bNone\b|\bSie\b|\"|!", sentence)
    surfaces = {street.surface for street in taken.streets}
    assert dict(words.surfaces) == {one: STATES[one] for one in Surface if one in surfaces}
    ways = {street.traffic for street in taken.streets}
    assert dict(words.traffic) == {one: WAYS[one] for one in Traffic if one in ways}
