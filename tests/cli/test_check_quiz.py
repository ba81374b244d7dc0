"""`check` on a quiz that somebody edited badly: what is wrong, where, and in plain words."""

import re
from pathlib import Path

import pytest

from tests.support.commands import Run

QUIZZES = Path(__file__).parent.parent / "quizzes"
SECOND = "Frage 2 („Wie lange wartet am Samstag, wer nur eine Zeitung kauft?“)"
THIRD = "Frage 3 („Bleibt Zeit, mit Stammkunden zu reden?“)"
SUMS = (
    "questions: die Gewichte jeder Leistung brauchen dieselbe Summe über 0: "
    "blick-von-aussen {}, zweite-kasse {}"
)
ORDER = "stehen die Antworten nicht von gut nach schlecht: gap muss von Antwort zu Antwort wachsen"
UNSURE = "braucht genau eine Antwort ohne gap („weiß ich nicht“), hat aber"
NEVER = "outcomes.{0}: keine Kombination von Antworten führt zu „{0}“"
NO_NEED = "thresholds.no_need_below: muss über 0 und höchstens 100 sein"


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


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        # weights
        ("weights = { zweite-kasse = 3 }", "weights = { blick-von-aussen = 0, zweite-kasse = -3 }",
         [(f"questions[2].weights.zweite-kasse: {THIRD} zählt gegen „zweite-kasse“: "
          "ein Gewicht muss mindestens 0 sein, ist aber -3"), SUMS.format(6, 0)]),
        ("weights = { blick-von-aussen = 3 }", "weights = { blick-von-aussen = 30 }",
         ["questions[0].weights.blick-von-aussen: darf höchstens 9 sein, ist aber 30",
          SUMS.format(33, 6)]),
        ("{ blick-von-aussen = 2, zweite-kasse = 1 }", "{ blick-von-aussen = 2, zweite-kasse = 2 }",
         [SUMS.format(6, 7)]),
        ("weights = .*", "weights = { blick-von-aussen = 1, zweite-kasse = 1 }",
         [NEVER.format("zweite-kasse")]),
        ("zweite-kasse = 2 }", "zweite-kasse = 2.5 }",
         ["questions[1].weights.zweite-kasse: muss eine ganze Zahl sein, ist aber die Zahl 2.5"]),
        # thresholds
        ("no_need_below = 20.5", "no_need_below = 100.5",
         [NO_NEED, NEVER.format("blick-von-aussen"), NEVER.format("zweite-kasse")]),
        ("no_need_below = 20.5", "no_need_below = 0",
         [NO_NEED]),
        ("close_below = 8", "close_below = 9",
         [("thresholds.close_below: close_below und clear_from liegen zwischen 0 und 100, "
          "close_below nicht höher")]),
        # answers
        (r'id = "kurz", gap = 0(.*)"lang", gap = 2', r'id = "kurz", gap = 2\1"lang", gap = 0',
         [f"questions[1].options: bei {SECOND} {ORDER}"]),
        ('id = "immer", gap = 0', 'id = "immer", gap = 1',
         [f"questions[2].options: bei {THIRD} {ORDER}",
          f"questions[2].options: {THIRD} braucht eine Antwort mit gap 0 (alles gut)"]),
        ('id = "weg", gap = 3', 'id = "weg", gap = 4',
         ["questions[1].options[3].gap: muss zwischen 0 und 3 liegen",
          f"questions[1].options: {SECOND} braucht eine Antwort mit gap 3 (große Lücke)"]),
        ('  { id = "wer", text = "Weiß ich nicht." },\n', "",
         [f"questions[1].options: {SECOND} {UNSURE} keine"]),
        ('id = "selten", gap = 2,', 'id = "selten",',
         [f"questions[2].options: {THIRD} {UNSURE} 2"]),
        ("blick-von-aussen = 2.5", "blick-von-aussen = 3.5",
         ["unknown_gaps.blick-von-aussen: muss zwischen 0 und 3 liegen"]),
        # names and texts
        ('id = "feierabend"', 'id = "schlange"', ["questions[3].id: „schlange“ gibt es schon"]),
        ('id = "selten"', 'id = "oft"', ["questions[2].options[2].id: „oft“ gibt es schon"]),
        ('tip = "Zähl am Samstag um elf, wie viele warten."', 'tip = " "',
         ["questions[1].tip: hier fehlt der Text"]),
        ('next_step = "Grüß deine Stammkunden."\n', "", ["no_need.next_step: fehlt"]),
        (r"\[outcomes.zweite-kasse]", "[outcomes.dritte-kasse]",
         ["outcomes.zweite-kasse: fehlt",
          "outcomes.dritte-kasse: diese Leistung steht nicht unter services"]),
    ],
)  # fmt: skip
def test_what_is_planted_is_named_with_its_place(
    quiz_file: Path, run: Run, old: str, new: str, lines: list[str]
) -> None:
    before = quiz_file.read_text(encoding="utf-8")
    after = re.sub(old, new, before, flags=re.DOTALL if "(.*)" in old else 0)
    assert after != before
    quiz_file.write_text(after, encoding="utf-8")
    result = run("check")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [f"{quiz_file}: {one}" for one in lines]
