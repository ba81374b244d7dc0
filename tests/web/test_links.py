"""Signed ids: only ours, only for their purpose, and through a change of the key."""

from dataclasses import replace

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.web.links import find_signed, sign


def test_an_id_comes_back_for_its_own_purpose_only(sqlite_context: AppContext) -> None:
    token = sign(sqlite_context, "asking", "a1")
    assert find_signed(sqlite_context, "asking", token) == "a1"
    assert find_signed(sqlite_context, "telling", token) is None
    assert sign(sqlite_context, "asking", "a2") != token


def test_another_key_knows_it_while_it_keeps_the_one_that_signed(
    sqlite_context: AppContext,
) -> None:
    token = sign(sqlite_context, "asking", "a1")
    other = replace(sqlite_context, secret=b"another key")
    assert find_signed(other, "asking", token) is None
    kept = replace(other, old_secrets=(sqlite_context.secret,))
    assert find_signed(kept, "asking", token) == "a1"
    assert sign(kept, "asking", "a1") == sign(other, "asking", "a1") != token


@pytest.mark.parametrize("made_up", ["", ".", "a1", "ImExIg", "ImExIg.x", "ä\x00�", "x" * 999])
def test_what_nobody_signed_is_nobodys(sqlite_context: AppContext, made_up: str) -> None:
    assert find_signed(sqlite_context, "asking", made_up) is None
    token = sign(sqlite_context, "asking", "a1")
    for changed in (token[:-1], f"x{token}", token.upper()):
        assert find_signed(sqlite_context, "asking", changed) is None
