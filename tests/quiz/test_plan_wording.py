"""The plan read out: the same facts as the drawing, none left out."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from stadtfuehrer.quiz.plan import District, Heading, Plan, Standing, Street, Surface, Traffic
from stadtfuehrer.quiz.plan_wording import in_words
from stadtfuehrer.quiz.result import Certainty
from tests.support.quiz_plans import BusyInterval, taken_quizzes

STATES = {
    Surface.PAVED: "gut ausgebaut",
    Surface.NARROW: "schmal",
    Surface.GRAVEL: "holprig",
    Surface.SITE: "Baustelle",
    Surface.UNKNOWN: "unbekannt",
}
WAYS = {Traffic.BOTH: "in beide Richtungen", Traffic.ONE_WAY: "Einbahnstraße"}


def district(title: str, *, beyond_river: bool = False) -> District:
    return District(
        service=title.lower(), title=title, need=Fraction(50), beyond_river=beyond_river, streets=()
    )


NEAR, OTHER = district("Beratung"), district("Werbung", beyond_river=True)
STANDING = Standing(
    near=NEAR,
    towards=OTHER,
    neighbours=True,
    certainty=Certainty.CLEAR,
    away=Fraction(0),
    heading=Heading.WEST,
)
BETWEEN = "zwischen den Abzweigungen nach Beratung und Werbung"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "gleich östlich der Abzweigung ins Viertel Beratung."),
        ({"heading": Heading.EAST}, "gleich westlich der Abzweigung ins Viertel Beratung."),
        ({"certainty": Certainty.RATHER}, f"{BETWEEN}, näher an Beratung."),
        (
            {"certainty": Certainty.CLOSE},
            f"fast in der Mitte {BETWEEN}, ein Stück näher an Beratung.",
        ),
        (
            {"certainty": Certainty.CLOSE, "neighbours": False},
            "östlich der Abzweigung ins Viertel Beratung, ein Stück in Richtung Werbung.",
        ),
        (
            {"towards": None, "neighbours": False, "heading": Heading.EAST},
            "westlich der Abzweigung ins Viertel Beratung.",
        ),
    ],
)
def test_where_one_stands(changes: dict[str, object], sentence: str) -> None:
    standing = replace(STANDING, **changes)  # type: ignore[arg-type]
    words = in_words(Plan(districts=(NEAR, OTHER), standing=standing))
    assert words.standing.startswith("Du stehst auf der Uferstraße")
    assert words.standing.endswith(sentence)


@pytest.mark.parametrize(
    ("near", "heading", "sentence"),
    [
        (NEAR, Heading.WEST, "nach Westen die Uferstraße entlang und dann nach Norden"),
        (OTHER, Heading.EAST, "nach Osten die Uferstraße entlang und dann über die Brücke"),
    ],
)
def test_the_way(near: District, heading: Heading, sentence: str) -> None:
    standing = replace(STANDING, near=near, heading=heading)
    words = in_words(Plan(districts=(NEAR, OTHER), standing=standing))
    assert sentence in words.way
    assert words.way.endswith(f"ins Viertel {near.title}.")


def test_without_a_recommendation_there_is_no_way() -> None:
    words = in_words(Plan(districts=(NEAR, OTHER), standing=None))
    assert words.standing == "Du stehst mitten in der Stadt."
    assert "Route ist nicht eingezeichnet" in words.way


def test_districts_with_no_one_and_more_streets() -> None:
    street = Street(number=1, theme="Plan", surface=Surface.SITE, traffic=None)
    one, two = replace(OTHER, streets=(street,)), replace(NEAR, streets=(street, street))
    sentences = [
        words.sentence
        for words in in_words(Plan(districts=(NEAR, one, two), standing=None)).districts
    ]
    assert "darum hat es keine Straße auf dem Plan." in sentences[0]
    assert sentences[1].startswith("Südlich vom Fluss: das Viertel Werbung, Bedarf 50 von 100.")
    assert sentences[1].endswith("Dort liegt eine Straße:")
    assert sentences[2].startswith("Nördlich vom Fluss")
    assert sentences[2].endswith("Dort liegen 2 Straßen:")


@given(taken_quizzes())
def test_words_name_every_street_with_its_state_and_traffic(busy: BusyInterval) -> None:
    words = in_words(busy.plan)
    for district_words, one in zip(words.districts, busy.plan.districts, strict=True):
        assert one.title in district_words.sentence
        for sentence, street in zip(district_words.streets, one.streets, strict=True):
            assert sentence.startswith(f"Nummer {street.number}, {street.theme}, ist ")
            assert [state for state in STATES.values() if state in sentence] == [
                STATES[street.surface]
            ]
            assert [way for way in WAYS.values() if way in sentence] == (
                [WAYS[street.traffic]] if street.traffic else []
            )


@given(taken_quizzes())
def test_words_are_whole_sentences(busy: BusyInterval) -> None:
    words = in_words(busy.plan)
    sentences = [words.standing, words.way]
    sentences += [one for district_words in words.districts for one in district_words.streets]
    for sentence in sentences:
        assert re.fullmatch(r"[A-ZÄÖÜ].*\.", sentence)
        assert not re.search(r"  |\.\.|\bNone\b|\bSie\b|\"|!", sentence)


@given(taken_quizzes())
def test_the_key_explains_what_is_on_the_plan_and_nothing_else(busy: BusyInterval) -> None:
    words = in_words(busy.plan)
    assert dict(words.surfaces) == {
        one: STATES[one] for one in Surface if one in {street.surface for street in busy.streets}
    }
    assert dict(words.traffic) == {
        one: WAYS[one] for one in Traffic if one in {street.traffic for street in busy.streets}
    }
