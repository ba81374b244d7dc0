"""Caps and the brake: who books at once, who has to confirm, and who has to wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import TooManyAtOnce, TooManyFromNetwork, TooManyLetters, TooManyMoves
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, OpenContext, a_visitor, a_wish, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import letters

CROWDED = '"when-crowded"'


class Crowd:
    """Visitors who book the first free time, each from their own place under their own name."""

    def __init__(self, context: AppContext, *, now: datetime = NOW) -> None:
        self.context, self.now = context, now
        self.number = 0

    def book(self, *, email: str = "", client: str = "", kind: str = "kennenlernen") -> str:
        self.number += 1
        start = free_times(self.context, self.context.get_kind(kind), now=self.now)[0]
        visitor = a_visitor(email=email or f"gast@firma-{self.number}.example")
        client = client or f"198.51.100.{self.number}"
        wanted = a_wish(self.context, start, kind=kind, visitor=visitor, client=client)
        return book(self.context, wanted, now=self.now)

    def status(self, **booked: str) -> Status:
        return look_up(self.context, self.book(**booked)).booking.status


@pytest.fixture
def braking(open_context: OpenContext) -> Iterator[Crowd]:
    with open_context(confirm=CROWDED) as context:
        yield Crowd(context)


HELD, CONFIRMED = Status.HELD, Status.CONFIRMED


@pytest.mark.parametrize(
    "clients",
    [
        ["192.0.2.1"] * 3,
        ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1::3"],
        ["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"],  # one /48
    ],
)
def test_the_third_booking_of_a_network_is_held(braking: Crowd, clients: list[str]) -> None:
    found = [braking.status(client=client) for client in clients]
    assert found == [CONFIRMED, CONFIRMED, HELD]
    assert braking.status() is CONFIRMED  # of somebody else


def test_a_network_is_calm_again_after_a_fortnight(braking: Crowd) -> None:
    for _ in range(2):
        braking.book(client="192.0.2.1")
    braking.now += timedelta(days=14) - timedelta(seconds=1)
    assert braking.status(client="192.0.2.1") is HELD
    braking.now += timedelta(seconds=1)
    assert braking.status(client="192.0.2.1") is CONFIRMED


def test_a_neighbour_on_this_machine_is_no_network(braking: Crowd) -> None:
    """Else a proxy that nobody spoke of would make all visitors one."""
    found = [braking.status(client=client) for client in ("127.0.0.1", "::1", "127.0.0.1")]
    assert found == [CONFIRMED] * 3


def test_many_addresses_below_one_domain_are_held_and_those_of_a_provider_are_not(
    braking: Crowd,
) -> None:
    found = [braking.status(email=f"gast-{number}@firma.example") for number in range(5)]
    assert found == [CONFIRMED] * 4 + [HELD]
    assert braking.status(email="erna@web.de") is CONFIRMED


def test_too_many_on_the_whole_site_are_held(open_context: OpenContext) -> None:
    with open_context(confirm=CROWDED) as context:
        crowd = Crowd(context)
        found = [crowd.status() for _ in range(9)]
        assert found[:8] == [CONFIRMED] * 8
        assert found[8] is not CONFIRMED
        crowd.now += timedelta(hours=1)
        assert crowd.status() is CONFIRMED


@pytest.mark.parametrize(
    ("confirm", "status"), [('"always"', HELD), ('"never"', CONFIRMED), (CROWDED, CONFIRMED)]
)
def test_the_settings_decide_whether_the_first_is_asked(
    open_sqlite_context: OpenContext, confirm: str, status: Status
) -> None:
    with open_sqlite_context(confirm=confirm) as context:
        assert Crowd(context).status() is status


def test_never_holds_nothing_however_many_there_are(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(confirm='"never"') as context:
        crowd = Crowd(context)
        assert {crowd.status(client="192.0.2.1") for _ in range(12)} == {CONFIRMED}


def test_the_consultant_is_told_of_a_crowd_once_a_day(braking: Crowd) -> None:
    def told() -> int:
        return [one.kind for one in letters(braking.context)].count(LetterKind.CROWD)

    for _ in range(5):
        braking.book(client="192.0.2.1")
    assert told() == 1
    braking.now += timedelta(hours=23)
    braking.book(client="192.0.2.1")
    assert told() == 1
    braking.now += timedelta(hours=1, seconds=1)
    braking.book(client="192.0.2.1")
    assert told() == 2


def test_a_network_may_book_so_often_within_any_day(open_context: OpenContext) -> None:
    with open_context(bookings_per_network="2") as context:
        crowd = Crowd(context)
        crowd.book(client="192.0.2.1")
        crowd.now += timedelta(hours=6)
        crowd.book(client="192.0.2.1")
        with pytest.raises(TooManyFromNetwork) as refused:
            crowd.book(client="192.0.2.1")
        assert refused.value.again_at == NOW + timedelta(days=1)
        crowd.book(client="192.0.2.2")
        crowd.now = refused.value.again_at
        crowd.book(client="192.0.2.1")


def test_the_site_takes_so_many_within_any_hour(open_context: OpenContext) -> None:
    with open_context(bookings_per_hour="3") as context:
        crowd = Crowd(context)
        for _ in range(3):
            crowd.book()
        with pytest.raises(TooManyAtOnce) as refused:
            crowd.book()
        assert refused.value.again_at == NOW + timedelta(hours=1)
        crowd.now = refused.value.again_at
        crowd.book()


def test_a_cap_is_exact_for_those_who_book_at_once(open_context: OpenContext) -> None:
    with open_context(bookings_per_network="3") as context:
        kind = context.kinds[0]
        starts = free_times(context, kind, now=NOW)[:16:2]

        def step(number: int, start: datetime) -> str:
            visitor = a_visitor(email=f"gast@firma-{number}.example")
            wanted = a_wish(context, start, visitor=visitor, client="192.0.2.1")
            return book(context, wanted, now=NOW)

        steps = [lambda one=one: step(*one) for one in enumerate(starts)]
        outcomes = race(steps)
    assert len(won(outcomes)) == 3
    assert lost(outcomes) == ["TooManyFromNetwork"] * 5


def test_a_booking_may_be_moved_so_often_within_any_day(open_context: OpenContext) -> None:
    with open_context(moves_per_day="2") as context:
        token = Crowd(context).book()
        uid = look_up(context, token).booking.uid
        days = ("05", "06", "09", "10", "12")
        first, second, third, fourth, fifth = (in_berlin(f"2026-03-{day} 10:00") for day in days)
        move(context, token, first, now=NOW)
        move(context, token, second, now=NOW + timedelta(hours=1))
        with pytest.raises(TooManyMoves) as refused:
            move(context, token, third, now=NOW + timedelta(hours=2))
        assert refused.value.again_at == NOW + timedelta(days=1)
        # The consultant is somebody who is known.
        own = consultant_token(context.secret, uid)
        move(context, own, fourth, now=NOW + timedelta(hours=2))
        cancelled = NOW + timedelta(hours=3)
        cancel(context, token, "", now=cancelled)
        assert look_up(context, token).booking.start == fourth != fifth


def test_who_has_to_confirm_but_gets_no_more_letters_today_is_told(
    open_context: OpenContext,
) -> None:
    with open_context(confirm='"always"', letters_per_address="2") as context:
        crowd = Crowd(context)
        for _ in range(2):
            crowd.book(email="opfer@web.de")
        with pytest.raises(TooManyLetters) as refused:
            crowd.book(email="Opfer+neu@web.de")
        assert refused.value.again_at == NOW + timedelta(days=1)
        crowd.book(email="erna@web.de")
