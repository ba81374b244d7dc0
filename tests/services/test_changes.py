"""Moving and cancelling: cells, letters and SEQUENCE go together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from stadtfuehrer.domain.booking import Status
from stadtfuehrer.domain.refusals import AlreadyCancelled, NotFree, WhyNotFree
from stadtfuehrer.services import letters as letters_module
from stadtfuehrer.services.audit import audit
from stadtfuehrer.services.booking import book, cancel, kind_of, look_up, move
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import free_times
from tests.support.offices import BERLIN, NOW, OpenOffice, a_wish, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import Counts, counts, letters, live_bookings

TEN = in_berlin("2026-03-05 10:00")
HALF_PAST_TEN = in_berlin("2026-03-05 10:30")
THREE = in_berlin("2026-03-10 15:00")
WINDOW = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def token(office: Office) -> str:
    return book(office, a_wish(office, TEN, kind="stadtrundgang"), now=NOW)


def kinds(office: Office) -> list[str]:
    return [one.kind for one in letters(office)]


def free_on(office: Office, day: datetime, kind: str = "kennenlernen") -> list[datetime]:
    date = day.date()
    return free_times(office, office.get_kind(kind), first=date, last=date, now=NOW)


def test_a_move_takes_the_booking_along(office: Office, token: str) -> None:
    was = look_up(office, token).booking
    move(office, token, THREE, now=NOW + SECOND)
    its = look_up(office, token).booking
    assert (its.start, its.end) == (THREE, THREE + timedelta(hours=1))
    assert (its.sequence, its.status) == (1, Status.CONFIRMED)
    assert (its.uid, its.visitor, its.booked_at) == (was.uid, was.visitor, was.booked_at)
    assert its.changed_at == NOW + SECOND
    assert audit(office) == []


def test_a_move_tells_both(office: Office, token: str) -> None:
    move(office, token, THREE, now=NOW + SECOND)
    new = letters(office)[2:]
    assert [(one.kind, one.recipient, one.sequence, one.method) for one in new] == [
        ("verschoben-gast", "aenne@gast.example", 1, "REQUEST"),
        ("verschoben-beratung", "vera@stadtfuehrer.example", 1, "REQUEST"),
    ]
    assert {one.due_at for one in new} == {NOW + SECOND}


def test_the_place_a_booking_leaves_is_free_again(office: Office, token: str) -> None:
    assert TEN not in free_on(office, TEN)
    move(office, token, THREE, now=NOW)
    assert TEN in free_on(office, TEN)
    assert THREE not in free_on(office, THREE)
    book(office, a_wish(office, TEN), now=NOW)


def test_a_booking_may_move_into_its_own_place(office: Office, token: str) -> None:
    move(office, token, HALF_PAST_TEN, now=NOW)
    assert look_up(office, token).booking.start == HALF_PAST_TEN
    assert audit(office) == []


@pytest.mark.parametrize("same", [TEN, TEN.astimezone(BERLIN)])
def test_a_move_to_where_it_is_changes_nothing(office: Office, token: str, same: datetime) -> None:
    before = look_up(office, token).booking
    move(office, token, same, now=NOW + SECOND)
    assert look_up(office, token).booking == before
    assert kinds(office) == ["bestaetigung", "einladung"]


def test_a_move_sent_twice_tells_once(office: Office, token: str) -> None:
    for _ in range(2):
        move(office, token, THREE, now=NOW)
    assert look_up(office, token).booking.sequence == 1
    assert len(kinds(office)) == 4


def test_a_move_sent_twice_at_the_same_moment_tells_once(office: Office, token: str) -> None:
    outcomes = race([lambda: move(office, token, THREE, now=NOW)] * 5)
    assert lost(outcomes) == []
    assert look_up(office, token).booking.sequence == 1
    assert len(kinds(office)) == 4


def test_a_move_back_and_forth_tells_each_time(office: Office, token: str) -> None:
    for start in (THREE, TEN, THREE):
        move(office, token, start, now=NOW)
    assert look_up(office, token).booking.sequence == 3
    assert [one.sequence for one in letters(office)] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (TEN + timedelta(minutes=5), WhyNotFree.NOT_OFFERED),
        (in_berlin("2026-03-05 18:30"), WhyNotFree.NOT_OFFERED),  # an hour would end after seven
        (NOW + timedelta(hours=1), WhyNotFree.TOO_SOON),
        (in_berlin("2026-05-04 10:00"), WhyNotFree.TOO_FAR),
        (THREE, WhyNotFree.TAKEN),
        (THREE + timedelta(minutes=30), WhyNotFree.TAKEN),  # its own time before
    ],
)
def test_a_move_to_what_is_not_free_changes_nothing(
    office: Office, token: str, start: datetime, why: WhyNotFree
) -> None:
    book(office, a_wish(office, THREE), now=NOW)
    before, was = counts(office), look_up(office, token)
    with pytest.raises(NotFree) as caught:
        move(office, token, start, now=NOW)
    assert caught.value.why is why
    assert (counts(office), look_up(office, token)) == (before, was)


@pytest.mark.parametrize("step", ["when_moved", "when_cancelled"])
def test_a_change_whose_letters_cannot_be_kept_is_none(
    office: Office, token: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write = getattr(letters_module, step)

    def with_one_twice(*args: object, **named: object) -> list[object]:
        owed = write(*args, **named)
        return [*owed, owed[0]]

    monkeypatch.setattr(letters_module, step, with_one_twice)
    before, was = counts(office), look_up(office, token)
    changes: dict[str, Callable[[], None]] = {
        "when_moved": lambda: move(office, token, THREE, now=NOW),
        "when_cancelled": lambda: cancel(office, token, "", now=NOW),
    }
    with pytest.raises(IntegrityError):
        changes[step]()
    assert (counts(office), look_up(office, token)) == (before, was)
    assert audit(office) == []


def test_a_cancelled_booking_keeps_its_facts_and_its_reason(office: Office, token: str) -> None:
    was = look_up(office, token).booking
    cancel(office, token, "Die Messe 🎪", now=NOW + SECOND)
    its = look_up(office, token).booking
    assert (its.status, its.sequence) == (Status.CANCELLED, 1)
    assert (its.cancel_reason, its.changed_at) == ("Die Messe 🎪", NOW + SECOND)
    assert (its.start, its.visitor, its.uid) == (was.start, was.visitor, was.uid)


def test_a_cancellation_frees_the_cells_and_tells_both(office: Office, token: str) -> None:
    cancel(office, token, "", now=NOW)
    assert counts(office) == Counts(bookings=1, cells=0, letters=4)
    assert [(one.kind, one.recipient, one.sequence, one.method) for one in letters(office)[2:]] == [
        ("absage-gast", "aenne@gast.example", 1, "CANCEL"),
        ("absage-beratung", "vera@stadtfuehrer.example", 1, "CANCEL"),
    ]
    book(office, a_wish(office, TEN, kind="stadtrundgang"), now=NOW)
    assert len(live_bookings(office)) == 1


def test_a_cancelled_booking_counts_no_more_for_its_day(open_office: OpenOffice) -> None:
    with open_office(per_day="1") as office:
        token = book(office, a_wish(office, TEN), now=NOW)
        assert free_on(office, TEN) == []
        cancel(office, token, "", now=NOW)
        assert TEN in free_on(office, TEN)


def test_a_move_within_a_full_day_is_possible(open_office: OpenOffice) -> None:
    with open_office(per_day="1") as office:
        token = book(office, a_wish(office, TEN), now=NOW)
        move(office, token, HALF_PAST_TEN, now=NOW)
        other = book(office, a_wish(office, THREE), now=NOW)
        with pytest.raises(NotFree):
            move(office, other, in_berlin("2026-03-05 15:00"), now=NOW)


def test_a_move_counts_against_no_limit_of_the_address(open_office: OpenOffice) -> None:
    with open_office(bookings_per_address="1") as office:
        token = book(office, a_wish(office, TEN), now=NOW)
        move(office, token, THREE, now=NOW)
        assert look_up(office, token).booking.start == THREE


def test_a_cancelled_booking_cannot_be_changed(office: Office, token: str) -> None:
    cancel(office, token, "Erster Grund", now=NOW)
    before = counts(office)
    with pytest.raises(AlreadyCancelled):
        cancel(office, token, "Zweiter Grund", now=NOW)
    with pytest.raises(AlreadyCancelled):
        move(office, token, THREE, now=NOW)
    assert counts(office) == before
    assert look_up(office, token).booking.cancel_reason == "Erster Grund"


def test_of_cancellations_at_the_same_moment_one_counts(office: Office, token: str) -> None:
    outcomes = race([lambda: cancel(office, token, "", now=NOW)] * 4)
    assert len(won(outcomes)) == 1
    assert lost(outcomes) == ["AlreadyCancelled"] * 3
    assert counts(office) == Counts(bookings=1, cells=0, letters=4)


def test_a_booking_keeps_what_was_agreed_though_its_kind_changed(open_office: OpenOffice) -> None:
    with open_office() as office:
        token = book(office, a_wish(office, TEN), now=NOW)
    with open_office(minutes="45", after="0", title='"Umbenannt"') as office:
        kind = kind_of(office, look_up(office, token).booking)
        assert (kind.title, kind.minutes, kind.after) == ("Kennenlerngespräch", 30, 15)
        move(office, token, THREE, now=NOW)
        assert look_up(office, token).booking.end == THREE + timedelta(minutes=30)


def test_a_booking_can_be_moved_though_its_kind_is_gone(office: Office, token: str) -> None:
    without = replace(office, kinds=())
    move(without, token, THREE, now=NOW)
    assert look_up(office, token).booking.end == THREE + timedelta(hours=1)
