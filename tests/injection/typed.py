"""What a visitor types over their life with the site, how it is compared, and the worst of it."""

import os
import unicodedata
from dataclasses import asdict, dataclass

import idna

EXAMPLES = int(os.environ.get("INJECTION_EXAMPLES", "0"))
"""How hard to look: `INJECTION_EXAMPLES=10000` types about so many values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Every field of every form that a letter could come of; these values are harmless.

    Each word is one that no letter has of itself, so that it can be found in them again.
    """

    name: str = "Nnamee"
    email: str = "eemaill@gast.example"
    firma: str = "Ffirmaa"
    telefon: str = "+49 30 5550 77"
    anliegen: str = "Aanliegenn"
    grund: str = "Ggrundd"
    worte: str = "Wwortee"
    result_name: str = "Rnamee"
    result_email: str = "rresultt@gast.example"
    waiting_email: str = "wwaitingg@gast.example"
    zone: str = "Asia/Kathmandu"
    angebot: str = "marketingberatung"
    zufrieden: str = "eher"
    start: str = "20260306T100000Z"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


HARMLESS = Typed()
ADDRESSES = ("email", "result_email", "waiting_email")
LINES = ("name", "firma", "result_name")
TEXTS = ("anliegen", "grund", "worte")

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Hangul's fillers and Braille's empty pattern, which are letters and signs by category only."""


def seen_of(value: str) -> str:
    """Letters, digits and signs of a value: these must survive every refusal."""
    return "".join(
        one for one in value if unicodedata.category(one)[0] in "LNPS" and one not in _BLANKS
    )


def in_one_piece(text: str) -> str:
    """The text without white space, which letters lay out as they like."""
    return "".join(text.split())


def as_the_dns_knows_it(address: str) -> str:
    """The address with its domain as A-labels, by a library that letters have nothing to do with.

    Raises idna.IDNAError for a domain that cannot be one (RFC 5891, UTS 46).
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True, transitional=False).decode()}"


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

LEFT_OUT = {"bidi", "zero width", "language tag and others"}
"""Of these what a line loses as well: phones and autofill paste it along."""

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
