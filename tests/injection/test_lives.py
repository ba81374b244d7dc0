"""Whole lives of visitors who type anything at all.

`INJECTION_EXAMPLES=10000` types about so many values into forms, and looks for the shortest one
that does harm; ``test_addresses`` has the share of the addresses, tests/web looks at any page.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.injection.typed import EXAMPLES, INVISIBLE, TEXT_ONLY, VISIBLE, Typed
from tests.injection.visit import Street

VALUES_IN_A_LIFE = 12

HEADERS = st.builds(
    "{}{}: {}{}".format,
    st.sampled_from(
        ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "", "\r\n ", "%0d%0a", "\\r\\n"]
    ),
    st.sampled_from(["Bcc", "To", "Subject", "Content-Type", "X-Mailer", "ATTENDEE", "DTSTART"]),
    st.sampled_from(
        ["x@boese.example", "text/html", "mailto:x@boese.example", "a,b@boese.example"]
    ),
    st.sampled_from(["", "\r\n\r\n", "\n\n<b>", "\r\n.\r\n", ";", ">"]),
)
ENCODED = st.builds(
    "=?{}?{}?{}?={}".format,
    st.sampled_from(["utf-8", "UTF-8*de", "us-ascii", "utf-7", "x"]),
    st.sampled_from(["q", "B", "x"]),
    st.text("abcXYZ0123456789=_+/?\r\n", max_size=12),
    st.sampled_from(["", " ", " =?", "\r\n"]),
)
KNOWN = {**VISIBLE, **TEXT_ONLY, **INVISIBLE}


@st.composite
def known(draw: st.DrawFn) -> str:
    """One of the worst, by its name: Hypothesis warns of strategies that show as much as these."""
    return KNOWN[draw(st.sampled_from(sorted(KNOWN)))]


PIECES = st.lists(
    st.text(max_size=12)
    | st.text(st.characters(max_codepoint=0x2FF), max_size=8)
    | st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Cs", "Co", "Cn"]))
    | HEADERS
    | ENCODED
    | known(),
    max_size=4,
).map("".join)
NICE = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=110)
MARKS = st.lists(st.sampled_from("\"\\,;:<>()@'&`=?_ {}[]%ü👩\u200d\t\n"), max_size=110).map(
    "".join
)
LINES = NICE | MARKS | PIECES | ENCODED
TEXTS = PIECES | NICE | st.text(st.characters(), max_size=300)
# With „(0)“ there may be too little left to be dialled, and no link: another letter.
NUMBERS = (st.text("0123456789 ()/.-+", max_size=41) | PIECES).filter(lambda one: "(0)" not in one)
PLACES = st.sampled_from(["gast.example", "MÜLLER.example", "b.example"])
ADDRESSES = st.builds("{}@{}".format, st.text("aB.+%!'/?=-_{}|", min_size=1, max_size=64), PLACES)
TYPED = st.builds(
    Typed,
    name=LINES,
    email=ADDRESSES | PIECES,
    firma=LINES,
    telefon=NUMBERS,
    anliegen=TEXTS,
    grund=TEXTS,
    worte=TEXTS,
    result_name=LINES,
    result_email=ADDRESSES | PIECES,
    waiting_email=ADDRESSES | PIECES,
    zone=st.sampled_from(["", "Europe/Berlin", "Asia/Kathmandu"]) | PIECES,
    angebot=st.sampled_from(["", "marketingberatung"]) | PIECES,
)


@settings(
    max_examples=EXAMPLES * 3 // 5 // VALUES_IN_A_LIFE or 2,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(typed=TYPED)
def test_any_life(the_street: Street, typed: Typed) -> None:
    life = the_street.live(typed)
    the_street.check(life)
