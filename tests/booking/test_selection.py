"""Many bookings called off at once, with letters and without."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.selection import Letters, Selection, cancel_many, select_changeable
from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import NOW, a_visitor, a_wish
from tests.support.stored import letters, live_bookings

HOUR = timedelta(hours=1)
ADDRESSES = ("eins@robot.example", "zwei@robot.example", "Erna+tag@web.de", "otto@web.de")

VERA = "vera@stadtfuehrer.example"


@pytest.fixture
def tokens(context: AppContext) -> list[str]:
    """Four bookings, an hour apart; none of their letters has left."""
    made = []
    for number, email in enumerate(ADDRESSES):
        now = NOW + number * HOUR
        start = free_times(context, context.kinds[0], now=now)[0]
        made.append(book(context, a_wish(context, start, visitor=a_visitor(email=email)), now=now))
    return made


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        (Selection(ids=[1, 4]), [1, 4]),
        (Selection(since=NOW + HOUR), [2, 3, 4]),
        (Selection(until=NOW + HOUR), [1, 2]),
        (Selection(since=NOW + HOUR, until=NOW + 2 * HOUR), [2, 3]),
        (Selection(sender="@Robot.example"), [1, 2]),
        (Selection(sender="@bot.example"), []),
        (Selection(sender="erna@web.de"), [3]),
        (Selection(sender="@web.de", since=NOW + 3 * HOUR), [4]),
    ],
)
def test_all_that_is_given_applies(
    context: AppContext, tokens: list[str], selection: Selection, meant: list[int]
) -> None:
    assert len(tokens) == 4
    found = select_changeable(context, selection, now=NOW + 4 * HOUR)
    assert sorted(row_id for row_id, _ in found) == meant


def test_what_is_cancelled_or_over_is_not_meant(context: AppContext, tokens: list[str]) -> None:
    cancel(context, tokens[0], "", now=NOW)
    everything = Selection(since=NOW)
    assert len(select_changeable(context, everything, now=NOW + 4 * HOUR)) == 3
    assert select_changeable(context, everything, now=NOW + timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("tell", "told", "waiting"),
    [
        (Letters.ALL, {LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT}, 8 + 4),
        (Letters.CONSULTANT, {LetterKind.CANCELLED_CONSULTANT}, 8 + 2 - 2),
        (Letters.NONE, set(), 8 - 4),
    ],
)
def test_who_is_told_and_whose_waiting_letters_stay_behind(
    context: AppContext, tokens: list[str], tell: Letters, told: set[str], waiting: int
) -> None:
    assert len(tokens) == 4
    assert cancel_many(context, [1, 2], reason="Ein Programm.", tell=tell, who=VERA, now=NOW) == 2
    assert cancel_many(context, [1, 2, 99], tell=tell, who=VERA, now=NOW) == 0
    assert [one.visitor.email for one in live_bookings(context)] == list(ADDRESSES[2:])
    assert {one.kind for one in letters(context)} - {"bestaetigung", "einladung"} == told
    states = [one.state for one in letters(context)]
    assert states.count("waiting") == waiting
    assert audit(context) == []
