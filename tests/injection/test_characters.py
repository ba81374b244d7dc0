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
    "an attribute's end": "\" style=\"x\" onload='alert(1)' href=javascript:alert(1) x=\"",
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


@pytest.mark.parametrize("case", sorted(VISIBLE))
def test_what_can_be_seen_arrives_as_it_was_typed(the_street: Street, case: str) -> None:
    life = the_street.live(Typed(**dict.fromkeys((*LINES, *TEXTS), VISIBLE[case])))
    assert life.refused == {}
    the_street.check(life)


@pytest.mark.parametrize("case", sorted(INVISIBLE))
def test_what_cannot_be_seen_is_refused_in_a_line_and_left_out_of_a_text(
    the_street: Street, case: str
) -> None:
    value = f"Än{INVISIBLE[case]}ne"
    life = the_street.live(Typed(**dict.fromkeys((*LINES, *TEXTS), value)))
    assert life.refused.keys() == {*LINES}
    assert all("ohne unsichtbare Zeichen" in sentence for sentence in life.refused.values())
    assert life.accepted.anliegen.replace("\n", "").replace("\t", "") == "Änne"
    the_street.check(life)


@pytest.mark.parametrize("case", sorted(TEXT_ONLY))
def test_a_text_of_several_lines_arrives_as_a_text(the_street: Street, case: str) -> None:
    life = the_street.live(Typed(**dict.fromkeys(TEXTS, TEXT_ONLY[case])))
    assert life.refused == {}
    the_street.check(life)


@pytest.mark.parametrize("case", sorted(INVISIBLE))
def test_a_single_one_is_enough(the_street: Street, case: str) -> None:
    every = 1 if EXAMPLES else 12
    for one in INVISIBLE[case][::every]:
        said = the_street.refusals(Typed(name=f"Än{one}ne", firma=f"{one} x{one}y"))
        assert said.keys() == {"name", "firma"}, f"U+{ord(one):04X}"


@pytest.mark.parametrize("name", ["\u3164", "\u200d\u200c", "\u2800 \u115f", "\ufe0f\u034f"])
def test_a_name_of_which_nothing_can_be_seen_is_none(the_street: Street, name: str) -> None:
    life = the_street.live(Typed(name=name, result_name=name))
    assert life.refused == {"name": "Wie heißt du? Dein Name fehlt noch."}
    assert life.accepted.result_name == ""
    the_street.check(life)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "ü" * 121, "Der Name darf höchstens 120 Zeichen haben."),
        ("firma", "W" * 60_000, "Höchstens 120 Zeichen für die Firma."),
        ("anliegen", "x" * 3001, "Höchstens 3000 Zeichen für dein Anliegen."),
        ("grund", '"' * 60_000, "Höchstens 3000 Zeichen für den Grund."),
        ("worte", "x\n" * 20_000, "Höchstens 3000 Zeichen für deine Worte."),
        ("result_name", "x " * 20_000, "Der Name darf höchstens 120 Zeichen haben."),
        ("telefon", "0" * 41, "Eine Telefonnummer besteht aus Ziffern"),
        ("telefon", "0800\r\nBcc: x@boese.example", "Eine Telefonnummer besteht aus Ziffern"),
        ("telefon", "0800 12345\u202e", "Eine Telefonnummer besteht aus Ziffern"),
        ("telefon", "٠١٢٣٤٥٦", "Eine Telefonnummer besteht aus Ziffern"),
        ("telefon", '0800 12345" x="', "Eine Telefonnummer besteht aus Ziffern"),
        ("zufrieden", 'sehr" onclick="x', "Wähle eine der vier Antworten aus."),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(
    the_street: Street, field: str, value: str, sentence: str
) -> None:
    life = the_street.live(Typed(**{field: value}))
    assert life.refused.keys() == {field}
    assert life.refused[field].startswith(sentence)
    the_street.check(life)
