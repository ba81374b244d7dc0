"""Each class of character that has ever broken a letter, in every field at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.injection.examples import EXAMPLES
from tests.injection.typed import LINES, TEXTS, Typed

if TYPE_CHECKING:
    from tests.injection.visit import Street

INVISIBLE = {
    "C0": "".join(map(chr, range(0x20))),
    "DEL and C1": "".join(map(chr, range(0x7F, 0xA0))),
    "line breaks": "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029",
    "bidi": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "zero width": "\u00ad\u180e\u200b\u2060\u2061\ufeff",
    "no characters": "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff",
    "language tag and others": "\U000e0001\ufff9\ufffa\ufffb",
}
"""What a line must not have, and a text loses."""

VISIBLE = {
    "header-like": "Bcc: alle@boese.example",
    "quotes and angle brackets": 'Änne "x" <b@boese.example>, \'y\' \\" <c@boese.example',
    "an encoded word": "=?utf-8?q?x=0D=0ABcc=3A_alle=40boese.example?=",
    "an encoded word in base64": "=?utf-8?B?eA0KQmNjOiBhbGxlQGJvZXNlLmV4YW1wbGU=?= =?x",
    "a group": "alle: b@boese.example, c@boese.example;",
    "comments and routes": "(Kommentar) <@a.example,@b.example:c@boese.example>",
    "markup": "</title></td></p><script>alert(1)</script><a href='//boese.example'>x</a><!--",
    "entities": "&lt;b&gt; &amp;amp; &#60; &#x3c; ]]> -->",
    "an attribute's end": '" style="x" onload=\'alert(1)\' href=javascript:alert(1) x="',
    "templates": "{{ 7 * 7 }} {% raw %} {# x #} ${x} %s {0} #{x}",
    "a calendar": "x;CN=Otto:mailto:b@boese.example\\nATTENDEE:mailto:b@boese.example\\,\\;",
    "escapes that look like line breaks": "x\\r\\nBcc: y =0D=0A %0d%0aBcc: z \\u000a &#10;",
    "Unicode's brackets and likenesses": "＜b＠boese．example＞ ﹤script﹥ ＂ ：；，",
    "emoji and joiners": "👩‍💻 👨‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e007f علی‌رضا ❤️ 🇩🇪",
    "marks upon marks": "Z" + "\u0300\u0323\u0489" * 12,
    "the longest umlauts": "ü" * 120,
    "the longest word": "W" * 120,
    "the longest quotation marks": '"' * 120,
    "blanks of all kinds": "x\u00a0\u2003\u3000\u2009y  z",
    "not in this Unicode": "x\U0003fffdy\ue000z\U0010fffd",
    "other scripts": "李雷 Ω≈ç√ Łódź ñandú שלום नमस्ते",
}
"""What arrives as it was typed."""

_NO_NUMBER = "Eine Telefonnummer besteht aus Ziffern, zum Beispiel 089 123456."

TEXT_ONLY = {
    "an end of the headers": "x\r\n\r\nBcc: alle@boese.example\r\nSubject: y\r\n\r\n<b>z</b>",
    "an end of the message": "x\r\n.\r\nMAIL FROM:<a@boese.example>\r\n..\r\n.",
    "a boundary": "--=_alternative_00000000000000000000000000000000--\r\nContent-Type: text/html",
    "a calendar's lines": "x\nEND:VEVENT\nBEGIN:VALARM\nATTACH:https://boese.example\n FOO\n\tx",
    "lines of mbox": "From b@boese.example Sat Jan  1 00:00:00 2026\n>From\n-- \nx",
    "the longest line": "ü" * 3000,
    "the longest quotation marks": '"' * 3000,
    "the most lines": "x\n" * 1499 + "y",
    "white space at the ends": "x \ny\t\n\t z=\n=20",
}


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


@pytest.mark.parametrize("life", LIVES, ids=range(len(LIVES)))
def test_what_can_be_seen_arrives_as_it_was_typed(the_street: Street, life: dict[str, str]) -> None:
    lived = the_street.live(Typed(**life))
    assert lived.refused == {}
    the_street.check(lived)


def test_what_cannot_be_seen_is_refused_in_a_line_and_left_out_of_a_text(
    the_street: Street,
) -> None:
    value = f"Än{''.join(INVISIBLE.values())}ne"
    life = the_street.live(Typed(**dict.fromkeys((*LINES, *TEXTS), value)))
    assert life.refused.keys() == {*LINES}
    assert all("ohne unsichtbare Zeichen" in sentence for sentence in life.refused.values())
    for text in (life.accepted.anliegen, life.accepted.grund, life.accepted.worte):
        assert text.replace("\n", "").replace("\t", "") == "Änne"
    the_street.check(life)


@pytest.mark.parametrize("case", sorted(INVISIBLE))
def test_a_single_one_is_enough(the_street: Street, case: str) -> None:
    every = 1 if EXAMPLES else 12
    for one in INVISIBLE[case][::every]:
        said = the_street.refusals(Typed(name=f"Än{one}ne", firma=f"{one} x{one}y"))
        assert said.keys() == {"name", "firma"}, f"U+{ord(one):04X}"


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
    ("telefon", "0800 12345\u202e", _NO_NUMBER),
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
