"""The sentences of a result.

None may contradict an answer: tests/quiz/test_sentences.py has the condition of each.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil

from stadtfuehrer.quiz.result import Certainty, Reason, Result, ThemeStep, Verdict
from stadtfuehrer.quiz.scoring import Scoring
from stadtfuehrer.text import quoted

Titles = Mapping[str, str]
"""Service slug → title."""

MANY_UNKNOWN = 3
"""With so many „weiß ich nicht“ no result is called clear."""


def points(scoring: Scoring, need: Fraction) -> int:
    """Hundredths of the greatest need as points, which are whole, so that they add up.

    A threshold is rounded up: from so many whole points on it is reached.
    """
    return ceil(need * scoring.most_points / 100)


def certainty(titles: Titles, result: Result) -> str:
    """How sure it is, in words that visitor and consultant can both read."""
    if result.recommended is None:
        return _without_service(titles, result)
    title, second = titles[result.recommended], titles.get(result.second or "")
    if result.verdict is Verdict.TIE:
        level = [title, *(titles[slug] for slug in result.level)]
        return f"Gleichstand: {_in_a_row(level)} haben gleich viele Punkte."
    if second and result.certainty is Certainty.CLOSE:
        return (
            f"Es ist knapp: {title} liegt nur wenig vor {second}. "
            "Im Gespräch klärt sich, womit es besser anfängt."
        )
    if second and result.certainty is Certainty.RATHER:
        return f"Die Antworten sprechen eher für {title} als für {second}."
    doubt, unknown = "", len(result.unknown)
    if result.change:
        doubt = "Eine einzige andere hätte das geändert."
    elif unknown >= MANY_UNKNOWN:
        doubt = f"{unknown} davon stehen noch aus."
    if doubt:
        return f"Die Antworten sprechen für {title}. {doubt}"
    return f"Das ist eindeutig: Die Antworten sprechen klar für {title}."


def _without_service(titles: Titles, result: Result) -> str:
    match result.verdict:
        case Verdict.UNSURE:
            return f"{len(result.unknown)} von {len(result.themes)} Antworten stehen noch aus."
        case Verdict.WELL:
            return "Alle Themen laufen gut oder meistens."
        case Verdict.ONE_THING:
            return f"Offen ist nur ein Thema: {_listed(result.open_themes)}."
    nearly = ""
    if result.second and result.certainty is Certainty.CLOSE:
        nearly = f" Bis zu einer Empfehlung für {titles[result.second]} fehlt nicht viel."
    return f"Offen sind nur {_listed(result.open_themes)}.{nearly}"


def because(result: Result) -> str:
    """Which answers count most for the one service; empty without one."""
    if result.verdict is not Verdict.SERVICE:
        return ""
    if len(result.reasons) == 1:
        return f"Den Ausschlag gibt die Antwort zu {_listed(result.reasons)}."
    return f"Den Ausschlag geben die Antworten zu {_listed(result.reasons)}."


def meaning(reason: Reason) -> str:
    """What an answer means that is one of the reasons."""
    if reason.option.gap is None:
        return "Das lässt sich herausfinden, auch ohne mich."
    return reason.question.meaning if reason.option.is_open else "Da fehlt nicht viel."


def margin(scoring: Scoring, result: Result) -> str:
    """Why there is a recommendation, or none, in points that can be checked."""
    limits = scoring.thresholds
    if result.recommended and result.second:
        return (
            f"Der Abstand zum Nächsten: {points(scoring, result.margin)}. "
            f"Unter {points(scoring, limits.close_below)} nenne ich es knapp."
        )
    if result.verdict is Verdict.UNSURE:
        return "Solange so viele Antworten ausstehen, sagen die Punkte wenig."
    if result.verdict is Verdict.ONE_THING:
        return "Eine Empfehlung gibt es erst, wenn mehr als ein Thema offen ist."
    return f"Eine Empfehlung gibt es ab {points(scoring, limits.no_need_below)} Punkten."


def change(titles: Titles, result: Result) -> str | None:
    """Which one answer would have changed the result; None where no single one would."""
    made = result.change
    if made is None:
        return None
    other = (
        f"wäre {titles[made.outcome]} die erste Empfehlung"
        if made.outcome
        else "gäbe es keine Empfehlung"
    )
    # In the middle of a sentence an answer loses the full stop that it may end with.
    chosen, instead = (quoted(option.text.rstrip(".")) for option in (made.chosen, made.instead))
    return f"Auf {quoted(made.question.text)} hast du {chosen} geantwortet. Mit {instead} {other}."


def _listed(themes: Sequence[Reason | ThemeStep]) -> str:
    return _in_a_row([quoted(one.question.theme) for one in themes])


def _in_a_row(words: Sequence[str]) -> str:
    """„a, b und c“."""
    return " und ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
