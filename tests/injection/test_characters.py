"""Each class of character that has ever broken a letter, in every field at once."""

import re
import unicodedata

import pytest

from tests.injection.typed import (
    EXAMPLES,
    INVISIBLE,
    LEFT_OUT,
    LINES,
    TEXT_ONLY,
    TEXTS,
    VISIBLE,
    Typed,
)
from tests.injection.visit import Street

_NO_NUMBER = "Eine Telefonnummer besteht aus Ziffern, zum Beispiel 089 123456."


def packed(lines: list[str], texts: list[str]) -> list[dict[str, str]]:
    """Lives in which each value stands in a field; with many examples, in each field once."""
    lives = []
    for turn in range(3 if EXAMPLES else 1):
        for first in range(0, max(len(lines), len(texts)), 3):
            life = {}
            for fields, values in ((LINES, lines), (TEXTS, texts)):
                for number, name in enumerate(fields):
                    life[name] = values[(first + (number + turn) % 3) % len(values)]
            lives.append(life)
    return lives


LIVES = packed([*VISIBLE.values()], [*TEXT_ONLY.values(), *VISIBLE.values()][: len(VISIBLE)])


NAMES = ("name", "result_name")


def leads_somewhere(value: str) -> bool:
    """Whether a letter must not greet anybody like this: a domain, an address."""
    return bool(re.search(r"@|://|[.。]\w\w", unicodedata.normalize("NFKC", value)))


@pytest.mark.parametrize("life", LIVES, ids=range(len(LIVES)))
def test_what_can_be_seen_arrives_as_it_was_typed(the_street: Street, life: dict[str, str]) -> None:
    lived = the_street.live(Typed(**life))
    assert lived.refused.keys() == {one for one in NAMES if leads_somewhere(life[one])}
    the_street.check(lived)


def test_what_breaks_a_line_is_refused_in_it_and_left_out_of_a_text(the_street: Street) -> None:
    value = f"Än{''.join(INVISIBLE.values())}ne"
    life = the_street.live(Typed(**dict.fromkeys((*LINES, *TEXTS), value)))
    assert life.refused.keys() == {*LINES}
    assert all("ohne unsichtbare Zeichen" in sentence for sentence in life.refused.values())
    for text in (life.accepted.anliegen, life.accepted.grund, life.accepted.worte):
        assert text.replace("\n", "").replace("\t", "") == "Änne"
    the_street.check(life)


@pytest.mark.parametrize("case", sorted(INVISIBLE.keys() - LEFT_OUT))
def test_a_single_one_is_enough(the_street: Street, case: str) -> None:
    every = 1 if EXAMPLES else 12
    for one in INVISIBLE[case][::every]:
        said = the_street.refusals(Typed(name=f"Än{one}ne", firma=f"{one} x{one}y"))
        assert said.keys() == {"name", "firma"}, f"U+{ord(one):04X}"


@pytest.mark.parametrize("case", sorted(LEFT_OUT))
def test_what_is_pasted_along_unseen_is_left_out_of_a_line(the_street: Street, case: str) -> None:
    life = the_street.live(Typed(**dict.fromkeys(("name", "firma"), f"Än{INVISIBLE[case]}ne")))
    assert (life.refused, life.accepted.name, life.accepted.firma) == ({}, "Änne", "Änne")
    the_street.check(life)


@pytest.mark.parametrize("name", ["\u3164", "\u200d\u200c", "\u2800 \u115f", "\ufe0f\u034f"])
def test_a_name_of_which_nothing_can_be_seen_is_none(the_street: Street, name: str) -> None:
    said = the_street.refusals(Typed(name=name))
    assert said == {"name": "Wie heißt du? Dein Name fehlt noch."}


def test_what_can_be_seen_of_a_name_may_be_little(the_street: Street) -> None:
    life = the_street.live(Typed(name="🌻", firma="\u3164", result_name="\u3164"))
    assert (life.refused, life.accepted.name) == ({}, "🌻")
    assert (life.accepted.firma, life.accepted.result_name) == ("", "")
    the_street.check(life)


NO_ANSWERS = [
    ("name", "ü" * 121, "Der Name darf höchstens 120 Zeichen haben."),
    ("firma", "W" * 60_000, "Höchstens 120 Zeichen für die Firma."),
    ("anliegen", "x" * 3001, "Höchstens 3000 Zeichen für dein Anliegen."),
    ("telefon", "0" * 41, _NO_NUMBER),
    ("telefon", "0800\r\nBcc: x@boese.example", _NO_NUMBER),
    ("telefon", "٠١٢٣٤٥٦", _NO_NUMBER),
    ("telefon", '0800 12345" x="', _NO_NUMBER),
]


@pytest.mark.parametrize(("field", "value", "sentence"), NO_ANSWERS)
def test_what_is_no_answer_is_refused_at_its_field(
    the_street: Street, field: str, value: str, sentence: str
) -> None:
    assert the_street.refusals(Typed(**{field: value})) == {field: sentence}


def test_what_is_no_answer_later_on_is_refused_as_well(the_street: Street) -> None:
    typed = Typed(
        grund='"' * 20_000,
        worte="x\n" * 10_000,
        result_name="x " * 20_000,
        zufrieden='sehr" onclick="x',
        start="20260306T100000Z\r\nX: y",
        zone="Europe/Berlin\r\nX: y",
        angebot="marketingberatung\x00",
    )
    life = the_street.live(typed)
    assert life.refused == {
        "grund": "Höchstens 3000 Zeichen für den Grund.",
        "worte": "Höchstens 3000 Zeichen für deine Worte.",
        "result_name": "Der Name darf höchstens 120 Zeichen haben.",
        "zufrieden": "Wähle eine der vier Antworten aus.",
    }
    assert (life.accepted.zone, life.accepted.angebot) == ("", "")
    the_street.check(life)
