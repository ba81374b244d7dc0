"""The change window: to the second, and for moving and cancelling alike."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import AlreadyOver, TooLateToChange, UnknownBooking
from tests.support.contexts import NOW, OpenContext, a_wish, in_berlin
from tests.support.stored import counts

TEN = in_berlin("2026-03-05 10:00")
HALF_PAST_TEN = in_berlin("2026-03-05 10:30")
THREE = in_berlin("2026-03-10 15:00")
WINDOW = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN, kind="stadtrundgang"), now=NOW)


def move_it(context: AppContext, token: str, now: datetime) -> None:
    move(context, token, THREE, now=now)


def cancel_it(context: AppContext, token: str, now: datetime) -> None:
    cancel(context, token, "", now=now)


@pytest.mark.parametrize("change", [move_it, cancel_it])
@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (TEN - WINDOW + SECOND, TooLateToChange),
        (TEN - SECOND, TooLateToChange),
        (TEN, AlreadyOver),
        (TEN + timedelta(days=30), AlreadyOver),
    ],
)
def test_a_change_within_the_window_is_refused(
    context: AppContext,
    token: str,
    change: Callable[[AppContext, str, datetime], None],
    now: datetime,
    refusal: type[Exception],
) -> None:
    before, was = counts(context), look_up(context, token)
    with pytest.raises(refusal):
        change(context, token, now)
    assert (counts(context), look_up(context, token)) == (before, was)


@pytest.mark.parametrize("change", [move_it, cancel_it])
def test_a_change_at_the_windows_very_edge_is_possible(
    context: AppContext, token: str, change: Callable[[AppContext, str, datetime], None]
) -> None:
    change(context, token, TEN - WINDOW)
    assert look_up(context, token).booking.sequence == 1


def test_a_change_window_of_zero_ends_with_the_start(open_context: OpenContext) -> None:
    with open_context(change_hours="0") as context:
        token = book(context, a_wish(context, TEN), now=NOW)
        with pytest.raises(AlreadyOver):
            cancel(context, token, "", now=TEN)
        cancel(context, token, "", now=TEN - SECOND)


@pytest.mark.parametrize("change", [move_it, cancel_it])
def test_an_unknown_token_changes_nothing(
    context: AppContext, token: str, change: Callable[[AppContext, str, datetime], None]
) -> None:
    with pytest.raises(UnknownBooking):
        change(context, token[::-1], NOW)
    assert look_up(context, token).booking.sequence == 0
