"""`check` on a quiz that somebody edited badly: what is wrong, where, and in plain words."""

import re
import time
from pathlib import Path

import pytest

from tests.support.commands import Run

QUIZZES = Path(__file__).parent.parent / "quizzes"
ANDRANG = "Frage 2 („Wie lange wartet am Samstag, wer nur eine Zeitung kauft?“)"
GESPRAECH = "Frage 3 („Bleibt Zeit, mit Stammkunden zu reden?“)"

PLANTED = {
    "a question counts against its own service": (
        "weights = { zweite-kasse = 3 }",
        "weights = { blick-von-aussen = 0, zweite-kasse = -3 }",
        [
            (
                f"questions[2].weights.zweite-kasse: {GESPRAECH} zählt gegen „zweite-kasse“: "
                "ein Gewicht muss mindestens 0 sein, ist aber -3"
            ),
            (
                "questions: die Gewichte jeder Leistung brauchen dieselbe Summe über 0: "
                "blick-von-aussen 6, zweite-kasse 0"
            ),
        ],
    ),
    "a weight that nobody can reckon with": (
        "weights = { blick-von-aussen = 3 }",
        "weights = { blick-von-aussen = 30 }",
        [
            "questions[0].weights.blick-von-aussen: darf höchstens 9 sein, ist aber 30",
            (
                "questions: die Gewichte jeder Leistung brauchen dieselbe Summe über 0: "
                "blick-von-aussen 33, zweite-kasse 6"
            ),
        ],
    ),
    "one service is favoured": (
        "weights = { blick-von-aussen = 2, zweite-kasse = 1 }",
        "weights = { blick-von-aussen = 2, zweite-kasse = 2 }",
        [
            (
                "questions: die Gewichte jeder Leistung brauchen dieselbe Summe über 0: "
                "blick-von-aussen 6, zweite-kasse 7"
            )
        ],
    ),
    "a service that nothing leads to": (
        "weights = .*",
        "weights = { blick-von-aussen = 1, zweite-kasse = 1 }",
        ["outcomes.zweite-kasse: keine Kombination von Antworten führt zu „zweite-kasse“"],
    ),
    "a threshold that no need reaches": (
        "no_need_below = 20.5",
        "no_need_below = 100.5",
        [
            "thresholds.no_need_below: muss über 0 und höchstens 100 sein",
            (
                "outcomes.blick-von-aussen: keine Kombination von Antworten führt zu "
                "„blick-von-aussen“"
            ),
            "outcomes.zweite-kasse: keine Kombination von Antworten führt zu „zweite-kasse“",
        ],
    ),
    "always a need": (
        "no_need_below = 20.5",
        "no_need_below = 0",
        [
            "thresholds.no_need_below: muss über 0 und höchstens 100 sein",
            (
                "thresholds.no_need_below: keine Kombination von Antworten führt zu „no_need“: "
                "immer erreicht mindestens ein Bedarf diese Schwelle"
            ),
        ],
    ),
    "knapp above klar": (
        "close_below = 8",
        "close_below = 9",
        [
            (
                "thresholds.close_below: close_below und clear_from liegen zwischen 0 und 100, "
                "close_below nicht höher"
            )
        ],
    ),
    "answers from bad to well": (
        r'id = "kurz", gap = 0(.*)"lang", gap = 2',
        r'id = "kurz", gap = 2\1"lang", gap = 0',
        [
            (
                f"questions[1].options: bei {ANDRANG} stehen die Antworten nicht von gut nach "
                "schlecht: gap muss von Antwort zu Antwort wachsen"
            )
        ],
    ),
    "no answer for those who do very well": (
        'id = "immer", gap = 0',
        'id = "immer", gap = 1',
        [
            (
                f"questions[2].options: bei {GESPRAECH} stehen die Antworten nicht von gut nach "
                "schlecht: gap muss von Antwort zu Antwort wachsen"
            ),
            f"questions[2].options: {GESPRAECH} braucht eine Antwort mit gap 0 (alles gut)",
        ],
    ),
    "a gap out of the scale": (
        'id = "weg", gap = 3',
        'id = "weg", gap = 4',
        [
            "questions[1].options[3].gap: muss zwischen 0 und 3 liegen",
            f"questions[1].options: {ANDRANG} braucht eine Antwort mit gap 3 (große Lücke)",
        ],
    ),
    "nobody may not know": (
        '  { id = "wer", text = "Weiß ich nicht." },\n',
        "",
        [
            (
                f"questions[1].options: {ANDRANG} braucht genau eine Antwort ohne gap "
                "(„weiß ich nicht“), hat aber keine"
            )
        ],
    ),
    "two ways not to know": (
        'id = "selten", gap = 2,',
        'id = "selten",',
        [
            (
                f"questions[2].options: {GESPRAECH} braucht genau eine Antwort ohne gap "
                "(„weiß ich nicht“), hat aber 2"
            )
        ],
    ),
    "not knowing is worse than the worst": (
        "blick-von-aussen = 2.5",
        "blick-von-aussen = 3.5",
        ["unknown_gaps.blick-von-aussen: muss zwischen 0 und 3 liegen"],
    ),
    "a question twice": (
        'id = "feierabend"',
        'id = "schlange"',
        ["questions[3].id: „schlange“ gibt es schon"],
    ),
    "an answer twice": (
        'id = "selten"',
        'id = "oft"',
        ["questions[2].options[2].id: „oft“ gibt es schon"],
    ),
    "a text that is missing": (
        'tip = "Zähl am Samstag um elf, wie viele warten."',
        'tip = " "',
        ["questions[1].tip: hier fehlt der Text"],
    ),
    "a text that is left out": (
        'next_step = "Grüß deine Stammkunden."\n',
        "",
        ["no_need.next_step: fehlt"],
    ),
    "an outcome for nobody": (
        r"\[outcomes.zweite-kasse]",
        "[outcomes.dritte-kasse]",
        [
            "outcomes.zweite-kasse: fehlt",
            "outcomes.dritte-kasse: diese Leistung steht nicht unter services",
        ],
    ),
    "half a weight": (
        "zweite-kasse = 2 }",
        "zweite-kasse = 2.5 }",
        ["questions[1].weights.zweite-kasse: muss eine ganze Zahl sein, ist aber die Zahl 2.5"],
    ),
}


@pytest.fixture
def quiz_file(instance: Path) -> Path:
    """Give the quiz of an instance that has offers and quiz of its own."""
    content = instance / "content"
    content.mkdir()
    for file in (QUIZZES / "laden").glob("*.toml"):
        (content / file.name).write_bytes(file.read_bytes())
    return content / "quiz.toml"


def test_before_anything_is_planted_all_is_well(quiz_file: Path, run: Run) -> None:
    assert run("check").stdout == "Alles in Ordnung.\n"


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_told_with_its_place(quiz_file: Path, run: Run, planted: str) -> None:
    old, new, told = PLANTED[planted]
    before = quiz_file.read_text(encoding="utf-8")
    after = re.sub(old, new, before, flags=re.DOTALL if "(.*)" in old else 0)
    assert after != before
    quiz_file.write_text(after, encoding="utf-8")
    result = run("check")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [f"{quiz_file}: {one}" for one in told]


def test_an_absurdly_long_quiz_is_refused_soon(quiz_file: Path, run: Run) -> None:
    text = quiz_file.read_text(encoding="utf-8")
    question = text[text.index("[[questions]]") : text.index('[[questions]]\nid = "schlange"')]
    more = (question.replace('"schaufenster"', f'"frage-{number}"', 1) for number in range(2000))
    quiz_file.write_text(text + "".join(more), encoding="utf-8")
    began = time.process_time()
    result = run("check")

    assert time.process_time() - began < 10
    assert result.stderr.splitlines()[0] == (
        f"{quiz_file}: questions: es dürfen höchstens 30 Fragen sein"
    )
