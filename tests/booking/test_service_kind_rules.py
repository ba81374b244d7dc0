"""Each kind by its own rules, where bookings are made, moved and called off."""

from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.times import whole_horizon
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import AlreadyOver, NotFree, TooLateToChange, WhyNotFree
from tests.support.contexts import NOW, OpenContext, a_kind, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.racing import lost, race, won
from tests.support.stored import letters, live_bookings
from tests.support.written import in_both

OWN = "eigen"
TEN = in_berlin("2026-03-05 10:00")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def booked(context: AppContext, start: datetime, *, now: datetime = NOW, kind: str = OWN) -> str:
    return book(context, a_wish(context, start, kind=kind), now=now)


def why(context: AppContext, start: datetime, *, now: datetime = NOW) -> WhyNotFree:
    with pytest.raises(NotFree) as refusal:
        booked(context, start, now=now)
    return refusal.value.why


@pytest.mark.parametrize("hours", [0, 1, 48])
def test_notice_of_a_kind_ends_to_the_second(open_sqlite_context: OpenContext, hours: int) -> None:
    with open_sqlite_context(appended=a_kind(OWN, notice_hours=str(hours))) as context:
        edge = TEN - hours * HOUR
        assert why(context, TEN, now=edge + SECOND) is WhyNotFree.TOO_SOON
        assert booked(context, TEN, now=edge)


def test_horizon_of_a_kind_includes_its_last_day(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(appended=a_kind(OWN, horizon_days="3")) as context:
        last, next_one = in_berlin("2026-03-05 18:30"), in_berlin("2026-03-06 09:00")
        kind = context.get_kind(OWN)
        assert whole_horizon(context, kind, now=NOW)[-1] == last
        assert why(context, next_one) is WhyNotFree.TOO_FAR
        assert booked(context, next_one, kind="kennenlernen")
        assert booked(context, last)


def test_hours_of_a_kind_are_its_alone(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(
        appended=a_kind(OWN, hours='{ saturday = ["10:00-11:00"] }')
    ) as context:
        saturday = in_berlin("2026-03-07 10:00")
        assert why(context, TEN) is WhyNotFree.NOT_OFFERED
        assert booked(context, saturday)
        with pytest.raises(NotFree):
            booked(context, saturday + HOUR / 2, kind="kennenlernen")


@pytest.mark.parametrize("hours", [0, 1, 24])
@pytest.mark.parametrize("step", ["move", "cancel"])
def test_change_window_of_a_kind_closes_to_the_second(
    open_sqlite_context: OpenContext, hours: int, step: str
) -> None:
    def change(token: str, now: datetime) -> None:
        if step == "move":
            move(context, token, TEN + 7 * DAY, now=now)
        else:
            cancel(context, token, "", now=now)

    with open_sqlite_context(appended=a_kind(OWN, change_hours=str(hours))) as context:
        token = booked(context, TEN)
        edge = TEN - hours * HOUR
        refusal = TooLateToChange if hours else AlreadyOver
        with pytest.raises(refusal):
            change(token, edge + (SECOND if hours else 0 * SECOND))
        change(token, edge - (0 * SECOND if hours else SECOND))
        assert look_up(context, token).booking.sequence == 1


def test_a_kind_that_is_gone_changes_by_the_general_rules(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(appended=a_kind(OWN, change_hours="48")) as context:
        token = booked(context, TEN)
    with open_sqlite_context(change_hours="2") as context:
        with pytest.raises(TooLateToChange):
            cancel(context, token, "", now=TEN - 2 * HOUR + SECOND)
        move(context, token, TEN + 7 * DAY, now=TEN - 24 * HOUR)
        cancel(context, token, "", now=TEN - 2 * HOUR)


def test_a_kinds_limit_a_day_is_its_alone(open_context: OpenContext) -> None:
    with open_context(appended=a_kind(OWN, per_day="1"), per_day="2") as context:
        token = booked(context, TEN)
        assert why(context, TEN + HOUR) is WhyNotFree.TAKEN
        booked(context, TEN + HOUR, kind="kennenlernen")
        with pytest.raises(NotFree):
            booked(context, TEN + 4 * HOUR, kind="kennenlernen")
        # Its own place does not count when it moves, and is free again when it is called off.
        move(context, token, TEN - HOUR, now=NOW)
        cancel(context, token, "", now=NOW)
        booked(context, TEN - HOUR)


def test_a_kinds_limit_counts_for_those_who_move_there(open_context: OpenContext) -> None:
    with open_context(appended=a_kind(OWN, per_day="1")) as context:
        booked(context, TEN)
        other = booked(context, TEN + 7 * DAY)
        with pytest.raises(NotFree):
            move(context, other, TEN + HOUR, now=NOW)
        assert look_up(context, other).booking.start == TEN + 7 * DAY


def test_a_kinds_limit_is_exact_in_a_race(open_context: OpenContext) -> None:
    with open_context(appended=a_kind(OWN, per_day="2")) as context:
        starts = [TEN + n * HOUR for n in (-1, 0, 1, 3, 4, 5, 6)]
        for _ in range(2):
            wishes = [a_wish(context, start, kind=OWN) for start in starts]
            outcomes = race(
                [lambda wanted=wanted: book(context, wanted, now=NOW) for wanted in wishes]  # type: ignore[misc]
            )
            assert len(won(outcomes)) == 2
            assert lost(outcomes) == ["NotFree"] * 5
            starts = [start + 7 * DAY for start in starts]
        assert len(live_bookings(context)) == 4


def test_a_kinds_limit_is_exact_for_those_who_move_at_once(open_context: OpenContext) -> None:
    with open_context(appended=a_kind(OWN, per_day="1")) as context:
        tokens = [booked(context, TEN + days * DAY) for days in (7, 14, 21, 28)]
        outcomes = race(
            [
                lambda token=token, start=TEN + n * HOUR: move(context, token, start, now=NOW)  # type: ignore[misc]
                for n, token in zip((-1, 0, 1, 3), tokens, strict=True)
            ]
        )
        assert len(won(outcomes)) == 1
        assert lost(outcomes) == ["NotFree"] * 3
        assert sum(one.start < TEN + DAY for one in live_bookings(context)) == 1


@pytest.mark.parametrize(
    ("hours", "said"),
    [("0", "bis zum Beginn"), ("1", "bis eine Stunde vorher"), ("12", "bis 12 Stunden vorher")],
)
def test_letters_say_how_long_this_kind_can_be_changed(
    open_sqlite_context: OpenContext, hours: str, said: str
) -> None:
    own = a_kind(OWN, change_hours=hours)
    with open_sqlite_context(appended=own, change_hours="36") as context:
        token = booked(context, TEN)
        move(context, token, TEN + HOUR, now=NOW)
        for letter in map(read, letters(context)):
            if letter.kind in {LetterKind.CONFIRMATION, LetterKind.MOVED_VISITOR}:
                in_both(letter, said)
            assert "36 Stunden" not in letter.everything
