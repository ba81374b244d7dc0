"""Addresses: each goes to exactly where it says, or is refused with a sentence."""

import idna
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.injection.typed import EXAMPLES, Typed, as_the_dns_knows_it
from tests.injection.visit import Street

ONE = "Bitte genau eine E-Mail-Adresse angeben, ohne Leerzeichen."
WHOLE = "Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@firma.de"
LONG = "Mehr als 254 Zeichen hat keine E-Mail-Adresse."
LOCAL = "An diese Adresse kann ich leider keine Mail schicken: Vor dem @"
DOMAIN = "An diese Adresse kann ich leider keine Mail schicken: Hinter dem @"

FULL = f"{'v' * 64}@{'x' * 60}.{'x' * 60}.{'x' * 60}"

REFUSED = {
    ONE: [
        *("a@b.example,c@d.example", "a@b.example;c@d.example", "a@b.example c@d.example"),
        *("a@b.example\r\nBcc: c@d.example", "Änne <a@b.example>", "a@b.example>,<c@d.example"),
        "alle:a@b.example;",
    ],
    WHOLE: [
        *("a@b.example%0d%0aBcc:c@d.example", "<a@b.example>", "a@b.example><c@d.example"),
        *("(x)a@b.example", "a(x)b@c.example", "a@b.example(x)", "@a.example:b@c.example"),
        *("a@b@c.example", "a@b.example.", "a@.b.example", "a@b..example"),
        *(".a@b.example", "a.@b.example", "a..b@c.example"),
        *('"a"@b.example', '"a@b.example"@c.example', "a\\@b@c.example"),
        *("a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@localhost"),
        *("a@b_c.example", "a@-b.example", "a@xn--a.example", "a@b.example/x"),
        *("a@b.example?bcc=c@d.example", "a@b.example\x00", "a\x00@b.example"),
        "a@b\u200d.example",
        *("a@\u0dc1\u0dca\u200d\u0dbb\u0dd3.example", "=?utf-8?q?a@b.example?="),
        *(f"a@{'x' * 64}.example", f"a@{'ü' * 58}.example"),
    ],
    LOCAL: [
        *("änne@b.example", "ａ@b.example", "用户@b.example", f"{'v' * 65}@b.example"),
        # Some parsers would answer a@b.example.
        *("=?utf-8?q?a?=@b.example", "a=?utf-8?b?QA==?=x@b.example"),
    ],
    DOMAIN: ["a@b。example", "a@Ꭰb.example", "a@x\ufe0fy.example"],
    LONG: [f"{FULL}.examples", f"a@{'b.' * 30_000}example", "a" * 60_000],
}
ARRIVES = {
    f"{FULL}.exampl": f"{FULL}.exampl",
    f"{'v' * 64}@b.example": f"{'v' * 64}@b.example",
    f"a@{'x' * 63}.example": f"a@{'x' * 63}.example",
    f"a@{'ü' * 57}.example": f"a@xn--t{'da' + 'a' * 56}.example",
    "a%b.example@c.example": "a%b.example@c.example",
    "b.example!a@c.example": "b.example!a@c.example",
    "!#$%&'*+/?=^_`{|}~-@c.example": "!#$%&'*+/?=^_`{|}~-@c.example",
    "a?=b?=@c.example": "a?=b?=@c.example",
    "Anne@C.example": "Anne@c.example",
    "A.B@MÜLLER.EXAMPLE": "A.B@xn--mller-kva.example",
    "a@mu\u0308ller.example": "a@xn--mller-kva.example",
    "a@ｍüller.example": "a@xn--mller-kva.example",
    "a@straße.example": "a@xn--strae-oqa.example",
    "a@STRAẞE.example": "a@xn--strae-oqa.example",
    "a@ΣΊΣΥΦΟΣ.example": "a@xn--kxa6akbbkh.example",
    "a@σίσυφος.example": "a@xn--kxa6ajbbmh.example",
    "a@XN--MLLER-KVA.example": "a@xn--mller-kva.example",
    "a@раураl.example": "a@xn--l-7sba6dbr.example",
    " a@b.example\r\n": "a@b.example",
}
"""Mixed scripts are somebody's domain, too: whoever types one gets their own letter there."""


@pytest.mark.parametrize("sentence", list(REFUSED))
def test_what_is_not_one_address_to_write_to_is_refused(the_street: Street, sentence: str) -> None:
    for address in REFUSED[sentence]:
        life = the_street.wait_only(address)
        assert life.refused.keys() == {"waiting_email"}, ascii(address)[:50]
        assert life.refused["waiting_email"].startswith(sentence), ascii(address)[:50]


@pytest.mark.parametrize("address", list(ARRIVES), ids=lambda address: ascii(address)[:50])
def test_a_letter_arrives_where_the_dns_has_it(the_street: Street, address: str) -> None:
    life = the_street.wait_only(address)
    assert life.refused == {}
    (letter,) = life.letters
    assert letter.recipient == ARRIVES[address] == as_the_dns_knows_it(address.strip())


@pytest.mark.parametrize("address", list(ARRIVES)[3:] if EXAMPLES else ["A'b/?&=+%@MÜLLER.example"])
def test_every_letter_of_a_life_goes_there(the_street: Street, address: str) -> None:
    life = the_street.live(Typed(email=address, result_email=address, waiting_email=address))
    assert life.refused == {}
    the_street.check(life)


SIGNS = st.sampled_from(
    [*"@.,;:<>()[]\\\"'% +-_=?!/&#\r\n\t\0ßſςΣİıK\u200d\u200c\u3002\uff0e\u00ad"]
)
WORDS = st.sampled_from(
    [
        *("a", "b.example", "c@d.example", "xn--mller-kva", "müller", "MÜLLER", "example", "=?x?="),
        *(
            "\r\nBcc: x@y.example",
            "mailto:",
            "[127.0.0.1]",
            "(x)",
            "<x@y.example>",
            "@a,@b:",
            "%0a",
        ),
    ]
)
PIECES = st.lists(SIGNS | WORDS | st.text(max_size=3), max_size=6).map("".join)
ADDRESSES = (
    st.builds("{}@{}.example".format, st.text("abcXYZ.+-%!", min_size=1, max_size=70), PIECES)
    | st.builds("{}@{}".format, PIECES, PIECES)
    | st.builds("a@{}.example".format, st.text(st.characters(categories=["L", "N", "M"])))
    | st.builds("a{}@{}".format, PIECES, st.sampled_from(["b.example", "müller.example"]))
)


@settings(
    max_examples=EXAMPLES * 2 // 5 or 15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(address=ADDRESSES)
def test_any_address(the_street: Street, address: str) -> None:
    life = the_street.wait_only(address)
    if life.refused:
        assert life.refused["waiting_email"].startswith((ONE, WHOLE, LONG, LOCAL, DOMAIN)) or (
            not address.strip()
        )
        return
    (letter,) = life.letters
    typed = address.strip()
    assert letter.recipient == as_the_dns_knows_it(typed)
    assert letter.recipient.isascii()
    assert letter.recipient.partition("@")[0] == typed.rpartition("@")[0]


@given(domain=st.text(st.characters(categories=["L", "N", "M"]), min_size=1, max_size=8))
@settings(max_examples=EXAMPLES // 10 or 5, suppress_health_check=[HealthCheck.filter_too_much])
def test_no_usual_domain_is_refused(the_street: Street, domain: str) -> None:
    """What IDNA 2008 allows as it stands is never one of those that can be read in two ways."""
    address = f"a@{domain}.example"
    try:
        idna.encode(domain)
        validate_email(address, check_deliverability=False, test_environment=True)
    except (idna.IDNAError, EmailNotValidError):
        return
    assert the_street.wait_only(address).refused == {}
