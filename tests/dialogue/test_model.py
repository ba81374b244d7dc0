"""What may be a robot's, how long an answer takes, and whose name is shown."""

from datetime import timedelta

import pytest

from stadtfuehrer.dialogue.model import (
    CheckInChoice,
    Kind,
    Satisfaction,
    Voice,
    leads_away,
    usual_wait,
    wait_in_words,
)
from tests.support.contexts import NOW

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("", False),
        ("Schau auf https://laden.example", True),
        ("HTTP://LADEN.EXAMPLE", True),
        ("ftp://laden.example", True),
        ("Schau auf www.laden.example", True),
        ("Schau auf\nWWW.laden.example", True),
        ("<a href=x>billig</a>", True),
        ("nur </A>", True),
        ("[url=x]billig[/url]", True),
        ("[link]x", True),
        # What people write without leading anywhere.
        ("Wir heißen laden.example, findet ihr das gut?", False),
        ("Mail an info@laden.example", False),
        ("Das <Angebot> und <abc>", False),
        ("[urlaub] und awww. wie nett", False),
        ("Preis: 3 // 4", False),
    ],
)
def test_links_are_found(text: str, leads: bool) -> None:  # noqa: FBT001
    assert leads_away(text) == leads


@pytest.mark.parametrize(
    ("hours", "median"),
    [
        ([], None),
        ([1, 1], None),
        ([1, 5, 100], 5),
        ([100, 1, 5], 5),
        ([1, 4, 6, 100], 5),
        ([0, 0, 0], 0),
    ],
)
def test_the_usual_wait_is_the_median_of_three_answers_at_least(
    hours: list[int], median: int | None
) -> None:
    expected = None if median is None else median * HOUR
    assert usual_wait([one * HOUR for one in hours]) == expected


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(), "höchstens eine Stunde"),
        (HOUR, "höchstens eine Stunde"),
        (HOUR + SECOND, "etwa 2 Stunden"),
        (2 * HOUR, "etwa 2 Stunden"),
        (23 * HOUR, "etwa 23 Stunden"),
        (23 * HOUR + SECOND, "etwa einen Tag"),
        (DAY, "etwa einen Tag"),
        (DAY + SECOND, "etwa 2 Tage"),
        (2 * DAY + 12 * HOUR, "etwa 3 Tage"),
        (90 * DAY, "etwa 90 Tage"),
    ],
)
def test_a_wait_is_never_said_to_be_shorter_than_it_was(wait: timedelta, said: str) -> None:
    assert wait_in_words(wait) == said


@pytest.mark.parametrize(
    ("name", "with_name", "shown"),
    [
        ("Änne Müller", True, "Änne"),
        ("  Änne  ", True, "Änne"),
        ("Änne Müller", False, ""),
        ("", True, ""),
    ],
)
def test_a_first_name_is_shown_to_whoever_wants_it(name: str, with_name: bool, shown: str) -> None:  # noqa: FBT001
    voice = Voice(
        uid="1", kind=Kind.QUESTION, text="?", name=name, with_name=with_name, said_at=NOW
    )
    assert voice.first_name == shown


def test_each_choice_is_said_in_words_of_its_own() -> None:
    choices = [*Satisfaction, *CheckInChoice]
    voices = [
        Voice(uid="1", kind=Kind.FEEDBACK, text="", choice=one, said_at=NOW) for one in choices
    ]
    # „Teils, teils“ is a choice of both.
    assert [one.choice_label for one in voices] == [one.label for one in choices]
    assert Voice(uid="1", kind=Kind.QUESTION, text="?", said_at=NOW).choice_label == ""
