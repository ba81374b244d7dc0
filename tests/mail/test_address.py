"""Whose mailbox an address is: spellings of one, and neighbours at a provider."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.mail.address import find_own_domain, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Anna@Firma.Example", "anna@firma.example"),
        ("anna+termin@firma.example", "anna@firma.example"),
        ("a.nna@firma.example", "a.nna@firma.example"),  # dots are somebody else's elsewhere
        ("a.n.n.a+x@gmail.com", "anna@gmail.com"),
        ("Anna@googlemail.com", "anna@gmail.com"),
        ("an.na@gmx.de", "an.na@gmx.de"),
        ("anna@me.com", "anna@icloud.com"),
        ("an-n_a@protonmail.com", "anna@proton.me"),
        ("+anna@firma.example", "+anna@firma.example"),  # nothing would be left of it
    ],
)
def test_spellings_of_one_mailbox_are_one(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


@given(st.emails())
def test_the_one_spelling_stays_as_it_is(address: str) -> None:
    once = mailbox_of(address)
    assert mailbox_of(once) == once
    assert once.count("@") == address.count("@")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("anna@firma.example", "firma.example"),
        ("anna@Web.de", None),
        ("anna@googlemail.com", None),
        ("anna@gmail.com.firma.example", "gmail.com.firma.example"),
    ],
)
def test_a_domain_is_counted_where_it_has_one_owner(address: str, domain: str | None) -> None:
    assert find_own_domain(address) == domain
