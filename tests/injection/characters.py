"""The classes of characters that have ever broken a letter."""

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
