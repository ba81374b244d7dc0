"""`quiz`: what can come out of it, what did, and where people leave, honest about small numbers."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.cli.quiz import BAR_WIDTH, bar, per_cent, thousands
from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.proof import TooManySums
from stadtfuehrer.quiz.service import count_run, today
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import add_counts
from tests.support.commands import Run
from tests.support.contexts import full_answers

Live = Callable[..., None]


@pytest.fixture
def live(instance: Path) -> Live:
    """`live(came={"orientierung": 30, "": 4}, finished={-2: 3}, days_ago=5)`: visitors to count.

    `finished` maps the place of the chosen answers to the number of runs with them.
    """

    def lived(
        *,
        came: Mapping[str, int] | None = None,
        finished: Mapping[int, int] | None = None,
        days_ago: int = 0,
        context_of: Callable[[AppContext], AppContext] = lambda context: context,
    ) -> None:
        context = context_of(open_context(instance, {}))
        now = datetime.now(UTC) - timedelta(days=days_ago)
        day, version = today(context, now=now), context.catalogue.quiz.version
        if came:
            with context.database.begin() as session:
                for name, number in came.items():
                    key = CounterKey(version, Metric.SHOWN, name)
                    add_counts(session, {(day, key): number})
        for at, number in (finished or {}).items():
            answers = full_answers(context, at=at)
            for one in range(number):
                form = f"{version} {days_ago} {at} {one}"
                assert count_run(context, answers, key=form, shown_at=now, now=now)
        context.database.close()

    return lived


def table(run: Run, *options: str) -> str:
    result = run("quiz", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    text: str = result.stdout
    assert max(map(len, text.splitlines())) <= 100
    return text


def as_json(run: Run, *options: str) -> dict[str, Any]:
    result = run("quiz", "--format", "json", *options)
    assert result.exit_code == 0
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def other_version(context: AppContext) -> AppContext:
    """A context whose quiz has one question fewer."""
    quiz = context.catalogue.quiz
    shorter = replace(quiz, questions=quiz.questions[1:])
    return replace(context, catalogue=replace(context.catalogue, quiz=shorter))


def test_before_anybody_came(instance: Path, run: Run) -> None:
    text = table(run)
    assert "9.765.625 Kombinationen von Antworten" in text
    assert re.search(r"Marketingberatung +42,5 % +█{12}", text)
    assert re.search(r"Marketingkonzeption +25,3 %", text)
    assert re.search(r"Marketingumsetzung +25,8 %", text)
    assert re.search(r"Keine Empfehlung +6,4 %  █", text)
    assert "weil die Hälfte „Weiß ich nicht“ ist: 3,3 %, darin enthalten." in text
    assert "Gleichstand an der Spitze: 7,2 %." in text
    assert "Zu Ende gemacht: 0\n" in text
    assert "In dieser Zeit hat noch niemand das Quiz geöffnet." in text


def test_where_people_leave_is_pointed_at(instance: Path, run: Run, live: Live) -> None:
    came = {"orientierung": 90, "dialog": 40, "rueckkanal": 38, "zufriedenheit": 20}
    live(came=came, finished={-2: 2})
    shown = table(run).partition("WO SIE AUSSTEIGEN")[2].splitlines()
    lines = {line[6:].split("  ")[0]: line for line in shown}
    pointed = [name for name, line in lines.items() if "◀" in line]
    assert pointed == ["Zufriedene Kunden"]
    assert lines["Orientierung"].split() == ["1", "Orientierung", "90", "50", "█" * BAR_WIDTH]
    assert lines["Ergebnis"].split()[1] == "2"


@pytest.mark.parametrize("number", [1, 19])
def test_few_visitors_are_not_turned_into_per_cent(
    instance: Path, run: Run, live: Live, number: int
) -> None:
    live(came={"orientierung": 99, "dialog": number}, finished={0: number})
    text = table(run)
    visited = text[text.index("WAS BESUCHER") :]
    assert "%" not in visited
    assert "Prozente stehen hier erst ab 20" in visited
    assert re.search(rf"Keine Empfehlung +{number} +█{{{BAR_WIDTH}}}\n", visited)
    assert "Noch zu wenige Besuche, um zu sagen, wo die meisten gehen." in visited
    assert "◀" not in visited
    assert "Frage 1 öffnen auch Suchmaschinen" in visited


def test_from_twenty_on_there_are_per_cent(instance: Path, run: Run, live: Live) -> None:
    live(finished={0: 15, 3: 5})
    assert re.search(r"Keine Empfehlung +15 +75 % +█", table(run))


def test_days_choose_whom_to_look_at(instance: Path, run: Run, live: Live) -> None:
    live(came={"orientierung": 1}, finished={0: 1}, days_ago=0)
    live(came={"orientierung": 10}, finished={0: 2}, days_ago=40)
    live(came={"orientierung": 100}, finished={0: 4}, days_ago=200)
    seen = {days: as_json(run, "--days", str(days))["visitors"] for days in (1, 41, 90, 365)}
    assert [visitors["finished"] for visitors in seen.values()] == [1, 3, 3, 7]
    assert [visitors["stops"][0]["came"] for visitors in seen.values()] == [1, 11, 11, 111]
    assert as_json(run)["visitors"] == seen[90]
    assert "WAS BESUCHER HEUTE HERAUSBEKAMEN" in table(run, "--days", "1")


@pytest.mark.parametrize("days", ["0", "732", "-1", "viele"])
def test_days_that_cannot_be(instance: Path, run: Run, days: str) -> None:
    assert run("quiz", "--days", days).exit_code == 2


def test_another_version_of_the_quiz_is_told_apart(instance: Path, run: Run, live: Live) -> None:
    live(came={"dialog": 30}, finished={0: 25}, context_of=other_version)
    live(finished={0: 1})
    data = as_json(run)["visitors"]
    assert (data["finished"], data["finished_with_other_versions"]) == (1, 25)
    assert {stop["came"] for stop in data["stops"]} == {0}
    assert "Mit früheren Fassungen des Quiz, hier nicht dabei: 25" in table(run)


def test_as_json(instance: Path, run: Run, live: Live) -> None:
    live(came={"orientierung": 3, "tun": 2}, finished={0: 1})
    data = as_json(run)
    sets, visitors = data["answer_sets"], data["visitors"]
    assert sets["total"] == 5**10
    assert sum(one["sets"] for one in sets["outcomes"]) == sets["total"]
    for one in sets["outcomes"]:
        assert one["sets"] == one["klar"] + one["eher"] + one["knapp"]
    assert [one["from"] for one in sets["margins"]] == list(range(0, 100, 5))
    assert sets["outcomes"][-1]["service"] is None
    assert visitors["outcomes"][-1] == {"service": None, "finished": 1}
    assert visitors["stops"][0] == {"question": "orientierung", "came": 3, "left": 3}
    assert visitors["stops"][-1] == {"question": "tun", "came": 2, "left": 1}
    assert len(visitors["stops"]) == 10


def test_a_quiz_with_too_many_sums_to_count(
    instance: Path, run: Run, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(_quiz: object) -> None:
        raise TooManySums

    # By its name, since the command of the same name hides the module.
    monkeypatch.setattr(sys.modules["stadtfuehrer.cli.quiz"], "spread_of", too_many)
    live(finished={0: 1})
    text = table(run)
    assert "zu viele Kombinationen von Antworten, um sie alle auszuzählen." in text
    assert "Zu Ende gemacht: 1" in text
    assert as_json(run)["answer_sets"] is None


@pytest.mark.parametrize(
    ("part", "whole", "digits", "words"),
    [
        (0, 7, 0, "0 %"),
        (1, 3, 0, "33 %"),
        (1, 3, 1, "33,3 %"),
        (7, 7, 1, "100,0 %"),
        (1, 9999, 1, "<0,1 %"),
        (1, 999, 0, "<1 %"),
    ],
)
def test_per_cent(part: int, whole: int, digits: int, words: str) -> None:
    assert per_cent(part, whole, digits=digits) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (9765625, "9.765.625")])
def test_thousands(number: int, words: str) -> None:
    assert thousands(number) == words


@pytest.mark.parametrize(
    ("part", "whole", "blocks"),
    [
        (0, 0, ""),
        (0, 9, ""),
        (1, 10**6, "▏"),
        (1, 2, "█" * (BAR_WIDTH // 2)),
        (9, 9, "█" * BAR_WIDTH),
    ],
)
def test_a_bar_shows_whatever_is_there(part: int, whole: int, blocks: str) -> None:
    assert bar(part, whole) == blocks
