"""Each kind by its own rules, where bookings are made, moved and called off."""

from datetime import datetime, timedelta

import pytest

from stadtfuehrer.domain.letter import LetterKind
from stadtfuehrer.domain.refusals import AlreadyOver, NotFree, TooLateToChange, WhyNotFree
from stadtfuehrer.services.booking import book, cancel, look_up, move
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import whole_horizon
from tests.support.mailbag import read
from tests.support.offices import NOW, OpenOffice, a_kind, a_wish, in_berlin
from tests.support.racing import lost, race, won
from tests.support.stored import letters, live_bookings
from tests.support.written import in_both

OWN = "eigen"
TEN = in_berlin("2026-03-05 10:00")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def booked(office: Office, start: datetime, *, now: datetime = NOW, kind: str = OWN) -> str:
    return book(office, a_wish(office, start, kind=kind), now=now)


def why(office: Office, start: datetime, *, now: datetime = NOW) -> WhyNotFree:
    with pytest.raises(NotFree) as refusal:
        booked(office, start, now=now)
    return refusal.value.why


@pytest.mark.parametrize("hours", [0, 1, 48])
def test_notice_of_a_kind_ends_to_the_second(open_sqlite_office: OpenOffice, hours: int) -> None:
    with open_sqlite_office(appended=a_kind(OWN, notice_hours=str(hours))) as office:
        edge = TEN - hours * HOUR
        assert why(office, TEN, now=edge + SECOND) is WhyNotFree.TOO_SOON
        assert booked(office, TEN, now=edge)


def test_horizon_of_a_kind_includes_its_last_day(open_sqlite_office: OpenOffice) -> None:
    with open_sqlite_office(appended=a_kind(OWN, horizon_days="3")) as office:
        last, next_one = in_berlin("2026-03-05 18:30"), in_berlin("2026-03-06 09:00")
        kind = office.get_kind(OWN)
        assert whole_horizon(office, kind, now=NOW)[-1] == last
        assert why(office, next_one) is WhyNotFree.TOO_FAR
        assert booked(office, next_one, kind="kennenlernen")
        assert booked(office, last)


def test_hours_of_a_kind_are_its_alone(open_sqlite_office: OpenOffice) -> None:
    with open_sqlite_office(appended=a_kind(OWN, hours='{ saturday = ["10:00-11:00"] }')) as office:
        saturday = in_berlin("2026-03-07 10:00")
        assert why(office, TEN) is WhyNotFree.NOT_OFFERED
        assert booked(office, saturday)
        with pytest.raises(NotFree):
            booked(office, saturday + HOUR / 2, kind="kennenlernen")


@pytest.mark.parametrize("hours", [0, 1, 24])
@pytest.mark.parametrize("step", ["move", "cancel"])
def test_change_window_of_a_kind_closes_to_the_second(
    open_sqlite_office: OpenOffice, hours: int, step: str
) -> None:
    def change(token: str, now: datetime) -> None:
        if step == "move":
            move(office, token, TEN + 7 * DAY, now=now)
        else:
            cancel(office, token, "", now=now)

    with open_sqlite_office(appended=a_kind(OWN, change_hours=str(hours))) as office:
        token = booked(office, TEN)
        edge = TEN - hours * HOUR
        refusal = TooLateToChange if hours else AlreadyOver
        with pytest.raises(refusal):
            change(token, edge + (SECOND if hours else 0 * SECOND))
        change(token, edge - (0 * SECOND if hours else SECOND))
        assert look_up(office, token).booking.sequence == 1


def test_a_kind_that_is_gone_changes_by_the_general_rules(open_sqlite_office: OpenOffice) -> None:
    with open_sqlite_office(appended=a_kind(OWN, change_hours="48")) as office:
        token = booked(office, TEN)
    with open_sqlite_office(change_hours="2") as office:
        with pytest.raises(TooLateToChange):
            cancel(office, token, "", now=TEN - 2 * HOUR + SECOND)
        move(office, token, TEN + 7 * DAY, now=TEN - 24 * HOUR)
        cancel(office, token, "", now=TEN - 2 * HOUR)


def test_a_kinds_limit_a_day_is_its_alone(open_office: OpenOffice) -> None:
    with open_office(appended=a_kind(OWN, per_day="1"), per_day="2") as office:
        token = booked(office, TEN)
        assert why(office, TEN + HOUR) is WhyNotFree.TAKEN
        booked(office, TEN + HOUR, kind="kennenlernen")
        with pytest.raises(NotFree):
            booked(office, TEN + 4 * HOUR, kind="kennenlernen")
        # Its own place does not count when it moves, and is free again when it is called off.
        move(office, token, TEN - HOUR, now=NOW)
        cancel(office, token, "", now=NOW)
        booked(office, TEN - HOUR)


def test_a_kinds_limit_counts_for_those_who_move_there(open_office: OpenOffice) -> None:
    with open_office(appended=a_kind(OWN, per_day="1")) as office:
        booked(office, TEN)
        other = booked(office, TEN + 7 * DAY)
        with pytest.raises(NotFree):
            move(office, other, TEN + HOUR, now=NOW)
        assert look_up(office, other).booking.start == TEN + 7 * DAY


def test_a_kinds_limit_is_exact_in_a_race(open_office: OpenOffice) -> None:
    with open_office(appended=a_kind(OWN, per_day="2")) as office:
        starts = [TEN + n * HOUR for n in (-1, 0, 1, 3, 4, 5, 6)]
        for _ in range(2):
            wishes = [a_wish(office, start, kind=OWN) for start in starts]
            outcomes = race(
                [lambda wish=wish: book(office, wish, now=NOW) for wish in wishes]  # type: ignore[misc]
            )
            assert len(won(outcomes)) == 2
            assert lost(outcomes) == ["NotFree"] * 5
            starts = [start + 7 * DAY for start in starts]
        assert len(live_bookings(office)) == 4


def test_a_kinds_limit_is_exact_for_those_who_move_at_once(open_office: OpenOffice) -> None:
    with open_office(appended=a_kind(OWN, per_day="1")) as office:
        tokens = [booked(office, TEN + days * DAY) for days in (7, 14, 21, 28)]
        outcomes = race(
            [
                lambda token=token, start=TEN + n * HOUR: move(office, token, start, now=NOW)  # type: ignore[misc]
                for n, token in zip((-1, 0, 1, 3), tokens, strict=True)
            ]
        )
        assert len(won(outcomes)) == 1
        assert lost(outcomes) == ["NotFree"] * 3
        assert sum(one.start < TEN + DAY for one in live_bookings(office)) == 1


@pytest.mark.parametrize(
    ("hours", "said"),
    [("0", "bis zum Beginn"), ("1", "bis eine Stunde vorher"), ("12", "bis 12 Stunden vorher")],
)
def test_letters_say_how_long_this_kind_can_be_changed(
    open_sqlite_office: OpenOffice, hours: str, said: str
) -> None:
    own = a_kind(OWN, change_hours=hours)
    with open_sqlite_office(appended=own, change_hours="36") as office:
        token = booked(office, TEN)
        move(office, token, TEN + HOUR, now=NOW)
        for letter in map(read, letters(office)):
            if letter.kind in {LetterKind.CONFIRMATION, LetterKind.MOVED_VISITOR}:
                in_both(letter, said)
            assert "36 Stunden" not in letter.everything
