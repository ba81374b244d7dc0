"""The change window: to the second, and for moving and cancelling alike."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.domain.refusals import AlreadyOver, TooLateToChange, UnknownBooking
from stadtfuehrer.services.booking import book, cancel, look_up, move
from stadtfuehrer.services.office import Office
from tests.support.offices import NOW, OpenOffice, a_wish, in_berlin
from tests.support.stored import counts

TEN = in_berlin("2026-03-05 10:00")
HALF_PAST_TEN = in_berlin("2026-03-05 10:30")
THREE = in_berlin("2026-03-10 15:00")
WINDOW = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def token(office: Office) -> str:
    return book(office, a_wish(office, TEN, kind="stadtrundgang"), now=NOW)


def move_it(office: Office, token: str, now: datetime) -> None:
    move(office, token, THREE, now=now)


def cancel_it(office: Office, token: str, now: datetime) -> None:
    cancel(office, token, "", now=now)


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
    office: Office,
    token: str,
    change: Callable[[Office, str, datetime], None],
    now: datetime,
    refusal: type[Exception],
) -> None:
    before, was = counts(office), look_up(office, token)
    with pytest.raises(refusal):
        change(office, token, now)
    assert (counts(office), look_up(office, token)) == (before, was)


@pytest.mark.parametrize("change", [move_it, cancel_it])
def test_a_change_at_the_windows_very_edge_is_possible(
    office: Office, token: str, change: Callable[[Office, str, datetime], None]
) -> None:
    change(office, token, TEN - WINDOW)
    assert look_up(office, token).booking.sequence == 1


def test_a_change_window_of_zero_ends_with_the_start(open_office: OpenOffice) -> None:
    with open_office(change_hours="0") as office:
        token = book(office, a_wish(office, TEN), now=NOW)
        with pytest.raises(AlreadyOver):
            cancel(office, token, "", now=TEN)
        cancel(office, token, "", now=TEN - SECOND)


@pytest.mark.parametrize("change", [move_it, cancel_it])
def test_an_unknown_token_changes_nothing(
    office: Office, token: str, change: Callable[[Office, str, datetime], None]
) -> None:
    with pytest.raises(UnknownBooking):
        change(office, token[::-1], NOW)
    assert look_up(office, token).booking.sequence == 0
