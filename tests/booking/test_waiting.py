"""The line of those who wait: in order, once each, and of nothing twice, also by many workers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.store import get_by_token_hash, keep_change
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.booking.waiting import FIRST_CHOICE, LONGEST_WAIT, tell_waiting
from stadtfuehrer.booking.waiting_store import note_notified
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.purge import forget
from stadtfuehrer.tokens import token_hash
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.lines import SCARCE, address_of, in_line, join, notified, with_scarce_times
from tests.support.racing import forking, in_processes, race
from tests.support.statements import heard
from tests.support.stored import letters

STARTS = [in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "09:30", "10:00", "10:30")]
NINE, HALF_PAST, TEN = STARTS[:3]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NARROW, WIDE, FOUR_TIMES = [Hours(540, 600)], [Hours(540, 630)], [Hours(540, 660)]
"""09:00 and 09:30, and 10:00 besides, and 10:30."""
NAMES = [f"gast{number}" for number in range(6)]
PAUSE_SECONDS = 0.3
"""For a thread that cannot be asked how far it is; too short, the test proves less."""


@pytest.fixture
def narrow(sqlite_context: AppContext) -> AppContext:
    """Give a context with two free times in the week to come."""
    return with_scarce_times(sqlite_context, NARROW)


def take(context: AppContext, start: datetime, *, now: datetime = NOW) -> str:
    return book(context, a_wish(context, start, kind=SCARCE), now=now)


@pytest.fixture
def full(narrow: AppContext) -> tuple[str, str]:
    """Book both; the tokens."""
    return take(narrow, NINE), take(narrow, HALF_PAST)


def test_who_came_first_hears_first_and_each_of_another_time(context: AppContext) -> None:
    narrow = with_scarce_times(context, NARROW)
    join(narrow, "c", "a", "b", now=NOW)
    # Who asks again keeps their place; another spelling is no second one.
    join(narrow, "b", "C", now=NOW + SECOND)
    assert in_line(narrow) == ["c", "a", "b"]
    assert tell_waiting(narrow, now=NOW + HOUR) == 2
    assert notified(narrow) == [("c", NINE), ("a", HALF_PAST)]
    # Each is forgotten with their letter; the next hears when the first choice is over.
    assert in_line(narrow) == ["b"]
    over = NOW + HOUR + FIRST_CHOICE
    assert timedelta(hours=24) == FIRST_CHOICE
    for early in (NOW + HOUR, over - SECOND):
        assert tell_waiting(narrow, now=early) == 0
    assert tell_waiting(narrow, now=over) == 1
    assert notified(narrow)[2:] == [("b", NINE)]


def test_who_joins_later_hears_of_what_nobody_heard_of(narrow: AppContext) -> None:
    join(narrow, "a", now=NOW)
    tell_waiting(narrow, now=NOW)
    join(narrow, "b", "c", now=NOW + SECOND)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert notified(narrow) == [("a", NINE), ("b", HALF_PAST)]


def test_a_cancelled_booking_is_news(narrow: AppContext, full: tuple[str, str]) -> None:
    join(narrow, "a", "b", now=NOW)
    assert tell_waiting(narrow, now=NOW) == 0
    assert (notified(narrow), in_line(narrow)) == ([], ["a", "b"])
    cancel(narrow, full[1], "", now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert notified(narrow) == [("a", HALF_PAST)]


def test_the_place_that_a_moved_booking_left_is_news(narrow: AppContext) -> None:
    token = take(narrow, NINE)
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    move(narrow, token, HALF_PAST, now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert notified(narrow) == [("a", HALF_PAST), ("b", NINE)]


@pytest.mark.usefixtures("full")
def test_what_changed_hours_open_is_news(narrow: AppContext) -> None:
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    assert tell_waiting(with_scarce_times(narrow, WIDE), now=NOW + HOUR) == 1
    assert notified(narrow) == [("a", TEN)]


@pytest.mark.usefixtures("full")
def test_a_new_day_at_the_horizon_is_news(narrow: AppContext) -> None:
    join(narrow, "a", "b", "c", now=NOW)
    midnight, week = in_berlin("2026-03-05 00:00"), timedelta(days=7)
    assert tell_waiting(narrow, now=midnight - SECOND) == 0
    assert tell_waiting(narrow, now=midnight) == 2
    assert notified(narrow) == [("a", NINE + week), ("b", HALF_PAST + week)]


def test_a_time_that_was_booked_and_is_free_again_is_news(narrow: AppContext) -> None:
    take(narrow, HALF_PAST)
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    token = take(narrow, NINE, now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 0
    cancel(narrow, token, "", now=NOW + 2 * HOUR)
    assert tell_waiting(narrow, now=NOW + 2 * HOUR) == 1
    assert notified(narrow) == [("a", NINE), ("b", NINE)]


def test_a_kind_that_was_gone_is_news_when_it_comes_back(
    narrow: AppContext, sqlite_context: AppContext
) -> None:
    join(narrow, "a", now=NOW)
    join(narrow, "b", now=NOW, kind="kennenlernen")
    assert tell_waiting(sqlite_context, now=NOW) == 1
    assert in_line(narrow) == ["a"]
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert notified(narrow)[1:] == [("a", NINE)]


@pytest.mark.usefixtures("full")
def test_each_kind_has_a_line_of_its_own(narrow: AppContext) -> None:
    both = with_scarce_times(narrow, [Hours(720, 750)], kind_id="mittagstisch")
    join(both, "a", "b", now=NOW)
    join(both, "a", "c", now=NOW, kind="mittagstisch")
    assert tell_waiting(both, now=NOW + HOUR) == 1
    assert notified(both) == [("a", in_berlin("2026-03-05 12:00"))]
    assert in_line(both) == ["a", "b", "c"]


@pytest.mark.usefixtures("full")
def test_who_waited_in_vain_is_forgotten(narrow: AppContext) -> None:
    join(narrow, "a", now=NOW)
    assert timedelta(days=90) == LONGEST_WAIT
    forget(narrow, now=NOW + LONGEST_WAIT)
    assert in_line(narrow) == ["a"]
    forget(narrow, now=NOW + LONGEST_WAIT + SECOND)
    assert in_line(narrow) == []


def test_a_letter_leaves_no_address_behind(narrow: AppContext, tmp_path: Path) -> None:
    """Neither one that was sent nor, after its days, one that never left."""
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    mailer, clock = FolderMailer(folder=tmp_path, clock=Clock()), Clock()
    assert deliver_due(narrow, mailer, compose=compose, clock=clock).sent == 2
    assert {(letter.recipient, letter.message) for letter in letters(narrow)} == {("", b"")}
    join(narrow, "c", now=NOW)
    tell_waiting(narrow, now=NOW + FIRST_CHOICE)
    days = timedelta(days=narrow.settings.privacy.letters_days)
    forget(narrow, now=NOW + FIRST_CHOICE + days)
    assert letters(narrow)[-1].recipient == address_of("c")
    forget(narrow, now=NOW + FIRST_CHOICE + days + SECOND)
    assert address_of("c") not in {letter.recipient for letter in letters(narrow)}


def test_limits_of_the_kind_keep_a_time_from_being_news(narrow: AppContext) -> None:
    limited = replace(narrow, kinds=(replace(narrow.get_kind(SCARCE), per_day=1),))
    token = take(limited, NINE)
    join(limited, "a", "b", now=NOW)
    assert tell_waiting(limited, now=NOW + HOUR) == 0
    cancel(limited, token, "", now=NOW + HOUR)
    assert tell_waiting(limited, now=NOW + HOUR) == 2


def test_only_what_can_be_booked_is_news(narrow: AppContext) -> None:
    """In the last moment of the notice, and what the letter leads to can be booked."""
    join(narrow, "a", "b", now=NOW)
    now = NINE - HOUR + SECOND
    assert tell_waiting(narrow, now=now) == 2
    heard_of = [start for _, start in notified(narrow)]
    assert heard_of == free_times(narrow, narrow.get_kind(SCARCE), now=now)[:2]
    for start in heard_of:
        visitor = a_visitor(email="a@gast.example")
        assert book(narrow, a_wish(narrow, start, kind=SCARCE, visitor=visitor), now=now)


@pytest.mark.usefixtures("full")
def test_a_look_that_finds_no_news_writes_nothing_and_holds_nobody_up(narrow: AppContext) -> None:
    join(narrow, "a", now=NOW)
    with narrow.database.begin(), heard(narrow) as statements:
        # Somebody else is writing, and this returns.
        assert tell_waiting(narrow, now=NOW) == 0
    assert [one.split()[0] for one in statements] == ["SELECT"] * 3


def test_an_empty_line_costs_one_statement(sqlite_context: AppContext) -> None:
    with heard(sqlite_context) as statements:
        tell_waiting(sqlite_context, now=NOW)
    assert len(statements) == 1


def test_of_workers_at_once_each_guest_hears_from_one(context: AppContext) -> None:
    """Guests who join at once all find their place, too."""
    open_context = with_scarce_times(context, FOUR_TIMES)
    joined = race(
        [lambda name=name: join(open_context, name, now=NOW) for name in [*NAMES, *NAMES]]  # type: ignore[misc]
    )
    assert joined == [None] * 12
    line = in_line(open_context)
    assert sorted(line) == NAMES
    outcomes = race([lambda: tell_waiting(open_context, now=NOW)] * 6)
    assert sorted(outcomes, key=str) == [0, 0, 0, 0, 0, 4]
    assert notified(open_context) == list(zip(line, STARTS, strict=False))
    assert in_line(open_context) == line[4:]


@forking
def test_of_processes_at_once_each_guest_hears_from_one(context: AppContext) -> None:
    open_context = with_scarce_times(context, FOUR_TIMES)
    join(open_context, *NAMES, now=NOW)
    context.database.close()

    def work(_which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        return [str(tell_waiting(open_context, now=NOW)) for _ in range(3)]

    assert sorted(sum(map(int, said)) for said in in_processes(2, work)) == [0, 4]
    assert notified(open_context) == list(zip(NAMES, STARTS, strict=False))


def test_what_another_worker_has_just_written_is_no_news(context: AppContext) -> None:
    """One that looked at the calendar too early must not forget what has been told since."""
    narrow = with_scarce_times(context, [Hours(540, 570)])
    token = take(narrow, NINE)
    join(narrow, "a", now=NOW)
    with narrow.database.begin() as session:
        # Told of long ago, and taken since: what a look would have forgotten.
        note_notified(session, SCARCE, [NINE], now=NOW - 2 * FIRST_CHOICE)
    late = Thread(target=tell_waiting, args=(narrow,), kwargs={"now": NOW})
    with narrow.database.begin() as session:
        advisory_lock(session, f"line {SCARCE}")
        late.start()
        late.join(PAUSE_SECONDS)  # It comes as far as it can.
        # The time becomes free, and the worker whose turn it is tells somebody of it.
        row_id, was, _ = get_by_token_hash(session, token_hash(token))
        keep_change(session, row_id, was=was, booking=was.cancelled("", now=NOW))
        note_notified(session, SCARCE, [NINE], now=NOW)
    late.join()
    assert tell_waiting(narrow, now=NOW) == 0
    assert in_line(narrow) == ["a"]
