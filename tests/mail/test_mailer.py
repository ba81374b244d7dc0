from __future__ import annotations

import smtplib

import pytest
from flask_mail import sanitize_address
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.mail.mailer import Envelope, Refused
from tests.support.envelopes import RECIPIENT, SENDER, an_envelope


@pytest.mark.parametrize(
    "address",
    [
        "",
        "vera",
        "vera@x.example\r\nRCPT TO:<y@x.example>",
        "a@x.example,b@x.example",
        "<a@x.example>",
        "vérà@x.example",
        "a b@x.example",
        "a@müller.example",
        "o(x)k@x.example",
        "a@b@x.example",
        "a[b]@x.example",
        "a..b@x.example",
        "a@x..example",
        "a@-x.example",
        "a@" + "x" * 64 + ".example",
    ],
)
def test_an_address_that_is_not_a_plain_ascii_one_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="Die Adresse des Empfängers ist keine"):
        an_envelope(recipient=address)
    with pytest.raises(Refused, match="Die Adresse des Absenders ist keine"):
        Envelope(name="x", sender=address, recipient=RECIPIENT, message=b"")


@given(address=st.from_regex(r"[!-~]{1,12}@([a-zA-Z0-9-]{1,5}\.){0,2}[a-z]{1,5}", fullmatch=True))
def test_an_address_that_is_taken_is_the_one_that_flask_mail_writes_to(address: str) -> None:
    try:
        busy = an_envelope(recipient=address).recipient
    except Refused:
        return
    assert sanitize_address(busy) == address
    assert smtplib.quoteaddr(sanitize_address(busy)) == f"<{address}>"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "ü", "a.b", "A", "a\n", "x" * 101])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="part of a file name"):
        Envelope(name=name, sender=SENDER, recipient=RECIPIENT, message=b"")
