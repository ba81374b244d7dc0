"""What becomes of the answers when something was done, in part or not."""

from dataclasses import replace

import pytest

from stadtfuehrer.quiz.plan import Street, Surface, Traffic
from stadtfuehrer.quiz.plan_wording import change
from stadtfuehrer.quiz.week import Progress, answers_after, parameter, read_report
from tests.support.quiz_examples import a_quiz, answers

DONE, PARTLY, NOT = Progress
QUIZ = a_quiz()


@pytest.mark.parametrize(
    ("before", "progress", "after"),
    [
        *(("g3", DONE, "g0"), ("g3", PARTLY, "g2"), ("g3", NOT, "g3")),
        *(("g2", DONE, "g0"), ("g2", PARTLY, "g1"), ("g1", PARTLY, "g0"), ("g1", NOT, "g1")),
        # Better than good is nothing.
        *(("g0", DONE, "g0"), ("g0", PARTLY, "g0")),
        # Who did not know stands where a theme begins to be open.
        *(("x", DONE, "g0"), ("x", PARTLY, "g1"), ("x", NOT, "x")),
    ],
)
def test_progress_changes_the_one_answer(before: str, progress: Progress, after: str) -> None:
    changed = answers_after(QUIZ, answers("g3", before, "x"), {"zwei": progress})
    assert changed == answers("g3", after, "x")


def test_a_step_is_to_the_next_answer_that_there_is() -> None:
    few = tuple(option for option in QUIZ.questions[0].options if option.gap in {0, 3, None})
    quiz = replace(QUIZ, questions=(replace(QUIZ.questions[0], options=few), *QUIZ.questions[1:]))
    assert answers_after(quiz, answers("g3", "g3", "g3"), {"eins": PARTLY})["eins"] == "g0"


def test_a_report_is_read_out_of_whatever_stands_there() -> None:
    pairs = [
        *(("wie.eins", "geklappt"), ("wie.eins", "zum-teil"), ("wie.zwei", "bestens")),
        *(("eins", "nein"), ("wie.fremd", "nein"), ("wie.", "nein"), ("drei", "geklappt")),
    ]
    assert read_report(pairs, ["eins", "zwei", "drei"]) == {"eins": PARTLY}
    assert read_report([], ["eins"]) == {}
    assert parameter("eins") == "wie.eins"


def test_a_street_says_what_has_become_of_it() -> None:
    site = Street(number=2, theme="Dialog", surface=Surface.SITE, traffic=Traffic.ONE_WAY)
    paved = replace(site, surface=Surface.PAVED, traffic=Traffic.BOTH)
    assert change(site, paved) == (
        "Straße 2: vorher Baustelle, Einbahnstraße; jetzt läuft gut, in beide Richtungen."
    )
    assert change(site, site) == "Straße 2 bleibt, wie sie war: Baustelle, Einbahnstraße."
