"""The line of those who wait: in order, once each, and of nothing twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.times import whole_horizon
from stadtfuehrer.booking.waiting import FIRST_CHOICE, LONGEST_WAIT, tell_waiting
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.purge import forget
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.lines import SCARCE, address_of, in_line, join, told, with_scarce_times
from tests.support.statements import heard
from tests.support.stored import letters

NINE, HALF_PAST, TEN = (in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "09:30", "10:00"))
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NARROW, WIDE = [Hours(540, 600)], [Hours(540, 630)]
"""09:00 and 09:30, and 10:00 besides."""


@pytest.fixture
def narrow(context: AppContext) -> AppContext:
    """Give a context with two free times in the week to come."""
    return with_scarce_times(context, NARROW)


def take(context: AppContext, start: datetime, *, now: datetime = NOW) -> str:
    return book(context, a_wish(context, start, kind=SCARCE), now=now)


@pytest.fixture
def full(narrow: AppContext) -> tuple[str, str]:
    """Book both; the tokens."""
    return take(narrow, NINE), take(narrow, HALF_PAST)


def test_who_came_first_is_told_first_and_each_of_another_time(narrow: AppContext) -> None:
    join(narrow, "c", "a", "b", now=NOW)
    assert tell_waiting(narrow, now=NOW + HOUR) == 2
    assert told(narrow) == [("c", NINE), ("a", HALF_PAST)]


def test_an_address_is_forgotten_with_its_letter_and_no_other(narrow: AppContext) -> None:
    join(narrow, "a", "b", "c", now=NOW)
    tell_waiting(narrow, now=NOW + HOUR)
    assert in_line(narrow) == ["c"]


def test_while_nothing_is_free_nobody_is_told(narrow: AppContext, full: tuple[str, str]) -> None:
    join(narrow, "a", now=NOW)
    assert len(full) == 2
    assert tell_waiting(narrow, now=NOW + HOUR) == 0
    assert (told(narrow), in_line(narrow)) == ([], ["a"])


def test_the_next_is_told_when_the_first_choice_is_over(narrow: AppContext) -> None:
    join(narrow, "a", "b", "c", now=NOW)
    tell_waiting(narrow, now=NOW)
    over = NOW + FIRST_CHOICE
    assert timedelta(hours=24) == FIRST_CHOICE
    for early in (NOW, NOW + HOUR, over - SECOND):
        assert tell_waiting(narrow, now=early) == 0
    assert tell_waiting(narrow, now=over) == 1
    assert told(narrow)[2:] == [("c", NINE)]


def test_who_joins_later_is_told_of_what_nobody_was_told_of(narrow: AppContext) -> None:
    join(narrow, "a", now=NOW)
    tell_waiting(narrow, now=NOW)
    join(narrow, "b", "c", now=NOW + SECOND)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert told(narrow) == [("a", NINE), ("b", HALF_PAST)]


def test_a_cancelled_booking_is_told_of(narrow: AppContext, full: tuple[str, str]) -> None:
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    cancel(narrow, full[1], "", now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert told(narrow) == [("a", HALF_PAST)]


def test_the_place_that_a_moved_booking_left_is_told_of(narrow: AppContext) -> None:
    token = take(narrow, NINE)
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    move(narrow, token, HALF_PAST, now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert told(narrow) == [("a", HALF_PAST), ("b", NINE)]


def test_what_changed_hours_open_is_told_of(narrow: AppContext, full: tuple[str, str]) -> None:
    assert len(full) == 2
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    assert tell_waiting(with_scarce_times(narrow, WIDE), now=NOW + HOUR) == 1
    assert told(narrow) == [("a", TEN)]


def test_a_new_day_at_the_horizon_is_told_of(narrow: AppContext, full: tuple[str, str]) -> None:
    assert len(full) == 2
    join(narrow, "a", "b", "c", now=NOW)
    midnight = in_berlin("2026-03-05 00:00")
    assert tell_waiting(narrow, now=midnight - SECOND) == 0
    assert tell_waiting(narrow, now=midnight) == 2
    week = timedelta(days=7)
    assert told(narrow) == [("a", NINE + week), ("b", HALF_PAST + week)]


def test_a_time_that_was_booked_and_is_free_again_is_news(narrow: AppContext) -> None:
    take(narrow, HALF_PAST)
    join(narrow, "a", "b", now=NOW)
    tell_waiting(narrow, now=NOW)
    token = take(narrow, NINE, now=NOW + HOUR)
    assert tell_waiting(narrow, now=NOW + HOUR) == 0
    cancel(narrow, token, "", now=NOW + 2 * HOUR)
    assert tell_waiting(narrow, now=NOW + 2 * HOUR) == 1
    assert told(narrow) == [("a", NINE), ("b", NINE)]


def test_a_kind_taken_out_of_the_settings_is_told_of_when_it_comes_back(
    narrow: AppContext, context: AppContext
) -> None:
    join(narrow, "a", now=NOW)
    join(narrow, "b", now=NOW, kind="kennenlernen")
    assert tell_waiting(context, now=NOW) == 1
    assert in_line(context) == ["a"]
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert told(narrow)[1:] == [("a", NINE)]


def test_each_kind_has_a_line_of_its_own(narrow: AppContext, full: tuple[str, str]) -> None:
    assert len(full) == 2
    both = with_scarce_times(narrow, [Hours(720, 750)], id="mittagstisch")
    join(both, "a", "b", now=NOW)
    join(both, "a", "c", now=NOW, kind="mittagstisch")
    assert tell_waiting(both, now=NOW + HOUR) == 1
    assert told(both) == [("a", in_berlin("2026-03-05 12:00"))]
    assert in_line(both) == ["a", "b", "c"]


def test_who_asks_again_keeps_their_place(narrow: AppContext) -> None:
    join(narrow, "a", "b", "c", now=NOW)
    join(narrow, "b", "a", now=NOW + HOUR)
    assert in_line(narrow) == ["a", "b", "c"]


def test_another_spelling_of_an_address_is_no_second_place(narrow: AppContext) -> None:
    join(narrow, "aenne", "Aenne", now=NOW)
    assert tell_waiting(narrow, now=NOW + HOUR) == 1
    assert told(narrow) == [("aenne", NINE)]
    assert in_line(narrow) == []


def test_who_waited_in_vain_is_forgotten(narrow: AppContext, full: tuple[str, str]) -> None:
    assert len(full) == 2
    join(narrow, "a", now=NOW)
    assert timedelta(days=90) == LONGEST_WAIT
    forget(narrow, now=NOW + LONGEST_WAIT)
    assert in_line(narrow) == ["a"]
    forget(narrow, now=NOW + LONGEST_WAIT + SECOND)
    assert in_line(narrow) == []


def test_a_letter_that_was_sent_leaves_no_address_behind(
    narrow: AppContext, tmp_path: Path
) -> None:
    join(narrow, "a", now=NOW)
    tell_waiting(narrow, now=NOW)
    mailer = FolderMailer(folder=tmp_path, clock=Clock())
    assert deliver_due(narrow, mailer, compose=compose, clock=Clock()).sent == 1
    (letter,) = letters(narrow)
    assert (letter.recipient, letter.message) == ("", b"")


def test_nor_does_one_that_never_left_after_its_days(narrow: AppContext) -> None:
    join(narrow, "a", now=NOW)
    tell_waiting(narrow, now=NOW)
    days = timedelta(days=narrow.settings.privacy.letters_days)
    forget(narrow, now=NOW + days)
    assert [letter.recipient for letter in letters(narrow)] == [address_of("a")]
    forget(narrow, now=NOW + days + SECOND)
    assert letters(narrow) == []


def test_limits_of_the_kind_and_of_the_day_keep_a_time_from_being_told_of(
    narrow: AppContext,
) -> None:
    (kind,) = (one for one in narrow.kinds if one.id == SCARCE)
    limited = replace(narrow, kinds=(replace(kind, per_day=1),))
    token = take(limited, NINE)
    join(limited, "a", "b", now=NOW)
    assert tell_waiting(limited, now=NOW + HOUR) == 0
    cancel(limited, token, "", now=NOW + HOUR)
    assert tell_waiting(limited, now=NOW + HOUR) == 2


def test_only_what_can_be_booked_is_told_of(narrow: AppContext) -> None:
    """The last moment of the notice, and what the letter leads to can be booked."""
    join(narrow, "a", "b", now=NOW)
    last_moment = NINE - HOUR
    assert tell_waiting(narrow, now=last_moment + SECOND) == 2
    heard_of = [start for _, start in told(narrow)]
    assert heard_of == whole_horizon(narrow, narrow.get_kind(SCARCE), now=last_moment + SECOND)[:2]
    for start in heard_of:
        visitor = a_visitor(email="a@gast.example")
        wanted = a_wish(narrow, start, kind=SCARCE, visitor=visitor)
        assert book(narrow, wanted, now=last_moment + SECOND)


def test_an_empty_line_costs_one_statement(context: AppContext) -> None:
    with heard(context) as statements:
        tell_waiting(context, now=NOW)
    assert len(statements) == 1
