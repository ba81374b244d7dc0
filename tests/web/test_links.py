"""Signed links: by every secret that was ever ours, for one purpose, and by nobody else."""

from dataclasses import replace

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.web.forms import new_form_token
from stadtfuehrer.web.links import find_signed, sign
from tests.support.contexts import NOW

UID = "0123456789abcdef" * 2


def test_a_link_finds_what_it_was_made_of_for_its_purpose_only(sqlite_context: AppContext) -> None:
    token = sign(sqlite_context, "voice", UID)
    assert find_signed(sqlite_context, "voice", token) == UID
    assert find_signed(sqlite_context, "check-in", token) is None
    assert token == sign(sqlite_context, "voice", UID)


def test_a_link_outlives_its_secret_and_the_new_one_signs(sqlite_context: AppContext) -> None:
    old = sign(sqlite_context, "voice", UID)
    changed = replace(sqlite_context, secret=b"new", old_secrets=(sqlite_context.secret,))
    new = sign(changed, "voice", UID)
    assert new != old
    assert [find_signed(changed, "voice", one) for one in (old, new)] == [UID, UID]
    # Whoever lost the old one knows neither; whoever has only that one does not know the new link.
    foreign = replace(sqlite_context, secret=b"foreign")
    assert [find_signed(foreign, "voice", one) for one in (old, new)] == [None, None]
    assert find_signed(sqlite_context, "voice", new) is None


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", f'"{UID}"', "\udcff", "ä.ö", "x" * 100_000])
def test_what_is_none_of_ours_finds_nothing(sqlite_context: AppContext, token: str) -> None:
    assert find_signed(sqlite_context, "voice", token) is None


def test_what_was_cut_off_changed_or_signed_for_something_else_finds_nothing(
    sqlite_context: AppContext,
) -> None:
    token = sign(sqlite_context, "voice", UID)
    changed = token.replace(token[3], "A" if token[3] != "A" else "B", 1)
    for one in (token[:-1], token[1:], changed, new_form_token(sqlite_context, now=NOW)):
        assert find_signed(sqlite_context, "voice", one) is None
