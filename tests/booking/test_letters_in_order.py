"""A booking's invitations as libical judges them, arriving in order and in any other."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations, permutations

import pytest

from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.context import AppContext
from tests.support.contexts import NOW, a_wish
from tests.support.mailbag import read
from tests.support.readers import libical
from tests.support.steps import FIRST, SECOND
from tests.support.stored import letters

IN_ORDER = ["REQUEST-NEW", "REQUEST-RESCHEDULE", "REQUEST-RESCHEDULE", "CANCEL-EVENT"]
IGNORED = {"OBSOLETE", "MISSEQUENCED"}
BETWEEN = [
    pytest.param(timedelta(), id="within-a-second"),
    pytest.param(timedelta(days=1), id="a-day-each"),
    pytest.param(timedelta(seconds=-30), id="the-clock-is-set-back"),
]


def inboxes(
    context: AppContext, *, between: timedelta = timedelta(), kind: str = "kennenlernen"
) -> dict[str, list[bytes]]:
    """Book, move, move back, cancel; the invitations that each of the two got, oldest first."""
    token = book(context, a_wish(context, FIRST, kind=kind), now=NOW)
    move(context, token, SECOND, now=NOW + between)
    move(context, token, FIRST, now=NOW + 2 * between)
    cancel(context, token, "", now=NOW + 3 * between)
    received = defaultdict(list)
    for letter in letters(context):
        invitation = read(letter).invitation
        assert invitation is not None
        received[letter.recipient].append(invitation)
    return received


def kept(reader: str, arriving: Iterable[bytes]) -> bytes | None:
    """What stands in the calendar of ``reader`` after all these have arrived."""
    known = None
    for message in arriving:
        if libical.classify(message, known, reader=reader) not in IGNORED:
            known = message
    return known


@pytest.mark.parametrize("between", BETWEEN)
def test_in_order_each_message_is_what_it_is_meant_to_be(
    context: AppContext, between: timedelta
) -> None:
    received = inboxes(context, between=between)
    assert sorted(received) == ["aenne@gast.example", "vera@stadtfuehrer.example"]
    for reader, messages in received.items():
        known = [None, *messages[:-1]]
        verdicts = [
            libical.classify(message, before, reader=reader)
            for message, before in zip(messages, known, strict=True)
        ]
        assert verdicts == IN_ORDER


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_every_message_is_obsolete_after_a_later_one(sqlite_context: AppContext, kind: str) -> None:
    for reader, messages in inboxes(sqlite_context, kind=kind).items():
        for older, newer in combinations(messages, 2):
            assert libical.classify(older, newer, reader=reader) == "OBSOLETE"
        for request in messages[:3]:
            assert libical.classify(request, request, reader=reader) == "OBSOLETE"


@pytest.mark.parametrize("between", BETWEEN)
def test_in_whatever_order_they_arrive_the_last_one_stays(
    sqlite_context: AppContext, between: timedelta
) -> None:
    for reader, messages in inboxes(sqlite_context, between=between).items():
        for so_many in range(1, len(messages) + 1):
            for arriving in permutations(messages[:so_many]):
                assert kept(reader, arriving) == messages[so_many - 1]


def test_a_move_that_never_arrived_changes_nothing_for_the_next(sqlite_context: AppContext) -> None:
    for reader, (booked, _, back, cancelled) in inboxes(sqlite_context).items():
        # The time is the first one again, so a calendar that missed the other sees an update.
        assert libical.classify(back, booked, reader=reader) == "REQUEST-UPDATE"
        assert libical.classify(cancelled, booked, reader=reader) == "CANCEL-EVENT"
