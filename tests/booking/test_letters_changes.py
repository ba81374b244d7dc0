"""Who moved it, who called it off: each reader is told in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_wish
from tests.support.mailbag import Read, read
from tests.support.steps import FIRST, REASON, SECOND
from tests.support.stored import letters
from tests.support.written import in_both

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


class Change(NamedTuple):
    """A step, and what it is called to the visitor and to the consultant."""

    by_consultant: bool
    to_visitor: str
    to_consultant: str


MOVED = [
    Change(
        by_consultant=False,
        to_visitor="du hast deinen Termin verschoben.",
        to_consultant="Änne Müller hat den Termin verschoben.",
    ),
    Change(
        by_consultant=True,
        to_visitor="ich musste unseren Termin verschieben.",
        to_consultant="Du hast den Termin mit Änne Müller verschoben",
    ),
]
CANCELLED = [
    Change(
        by_consultant=False,
        to_visitor="du hast deinen Termin abgesagt",
        to_consultant="Änne Müller hat abgesagt.",
    ),
    Change(
        by_consultant=True,
        to_visitor="ich muss unseren Termin leider absagen.",
        to_consultant="Du hast den Termin mit Änne Müller abgesagt",
    ),
]


def changed(
    context: AppContext, *, by_consultant: bool, reason: str | None = None
) -> dict[str, Read]:
    """Book, then move or (given a reason) cancel with either one's link."""
    token = book(context, a_wish(context, FIRST), now=NOW)
    if by_consultant:
        token = consultant_token(context.secret, look_up(context, token).booking.uid)
    if reason is None:
        move(context, token, SECOND, now=NOW)
    else:
        cancel(context, token, reason, now=NOW)
    return {one.kind: read(one) for one in letters(context)}


@pytest.mark.parametrize("change", MOVED)
def test_both_read_who_moved_it(sqlite_context: AppContext, change: Change) -> None:
    found = changed(sqlite_context, by_consultant=change.by_consultant)
    in_both(found[LetterKind.MOVED_VISITOR], change.to_visitor)
    in_both(found[LetterKind.MOVED_CONSULTANT], change.to_consultant)
    said = "".join(letter.everything for letter in found.values())
    for other in MOVED:
        if other is not change:
            assert other.to_visitor not in said
            assert other.to_consultant not in said


@pytest.mark.parametrize("change", CANCELLED)
def test_both_read_who_called_it_off_and_why(sqlite_context: AppContext, change: Change) -> None:
    found = changed(sqlite_context, by_consultant=change.by_consultant, reason=REASON)
    in_both(found[LetterKind.CANCELLED_VISITOR], change.to_visitor, *REASON.splitlines())
    in_both(found[LetterKind.CANCELLED_CONSULTANT], change.to_consultant, *REASON.splitlines())


@pytest.mark.parametrize("by_consultant", [False, True])
def test_without_a_reason_the_visitor_reads_of_none(
    sqlite_context: AppContext, *, by_consultant: bool
) -> None:
    found = changed(sqlite_context, by_consultant=by_consultant, reason="")
    letter = found[LetterKind.CANCELLED_VISITOR]
    for form in (letter.text, letter.shown):
        assert "Grund" not in form
        assert "dazu geschrieben" not in form


@pytest.mark.parametrize("by_consultant", [False, True])
def test_whoever_did_not_choose_the_time_is_offered_another(
    sqlite_context: AppContext, *, by_consultant: bool
) -> None:
    letter = changed(sqlite_context, by_consultant=by_consultant)[LetterKind.MOVED_VISITOR]
    offered = "Passt dir die neue Zeit nicht"
    assert (offered in letter.text) is (offered in letter.shown) is by_consultant
