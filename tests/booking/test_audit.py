"""The audit finds what was planted past the services, and nothing in a calendar that is right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.cells import occupied_cells
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.store import CALENDAR
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.context import AppContext
from tests.support import reference
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.rows import a_booking, add
from tests.support.strategies import takens

NINE, TEN, ELEVEN = (in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "10:00", "11:00"))
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
MISFIT = "Buchung {} belegt im Kalender nicht genau ihre Zeit"
GHOST = "Buchung {} gilt nicht und belegt trotzdem Zeit"
CLASH = "Die Buchungen {} und {} liegen zu dicht beieinander oder überschneiden sich"
OFF = "Buchung {} liegt nicht auf dem Raster von 5 Minuten, oder endet vor ihrem Anfang"


def booked(context: AppContext, start: datetime, kind: str = "kennenlernen") -> int:
    return look_up(context, book(context, a_wish(context, start, kind=kind), now=NOW)).row_id


def plant(context: AppContext, row_id: int, **columns: object) -> None:
    """Write past the services."""
    with context.database.begin() as session:
        session.execute(update(DbBooking).where(DbBooking.id == row_id).values(**columns))


def test_a_calendar_after_everything_that_can_be_done_is_clean(context: AppContext) -> None:
    tokens = [book(context, a_wish(context, start), now=NOW) for start in (NINE, TEN, ELEVEN)]
    book(context, a_wish(context, in_berlin("2026-03-05 13:00"), kind="hausbesuch"), now=NOW)
    move(context, tokens[0], in_berlin("2026-03-06 09:00"), now=NOW)
    cancel(context, tokens[1], "", now=NOW)
    booked(context, NINE, "stadtrundgang")
    assert audit(context) == []


def test_an_empty_calendar_is_clean(context: AppContext) -> None:
    assert audit(context) == []


def test_an_overlap_is_found_by_the_bookings_themselves(context: AppContext) -> None:
    first, second = booked(context, NINE), booked(context, ELEVEN)
    plant(context, second, start_at=NINE + timedelta(minutes=5), end_at=TEN)
    assert audit(context) == [CLASH.format(first, second), MISFIT.format(second)]


def test_a_buffer_that_is_too_short_is_found(context: AppContext) -> None:
    """The first one's 15 minutes after it end at 09:45."""
    first, second = booked(context, NINE), booked(context, ELEVEN)
    plant(context, second, start_at=NINE + timedelta(minutes=40))
    assert audit(context) == [CLASH.format(first, second), MISFIT.format(second)]
    plant(context, second, start_at=NINE + timedelta(minutes=45))
    assert audit(context) == [MISFIT.format(second)]


def test_a_missing_cell_is_found(context: AppContext) -> None:
    booked(context, NINE)
    second = booked(context, ELEVEN)
    with context.database.begin() as session:
        cell = max(occupied_cells(a_booking(ELEVEN, after=15).busy))
        session.execute(
            delete(DbOccupied).where(DbOccupied.cell == cell.number, DbOccupied.side == cell.side)
        )
    assert audit(context) == [MISFIT.format(second)]


def test_a_booking_without_any_cell_is_found(context: AppContext) -> None:
    row_id = booked(context, NINE)
    with context.database.begin() as session:
        session.execute(delete(DbOccupied))
    assert audit(context) == [MISFIT.format(row_id)]


def test_a_cell_too_many_is_found(context: AppContext) -> None:
    row_id = booked(context, NINE)
    with context.database.begin() as session:
        session.execute(insert(DbOccupied).values(_cell(row_id, 1)))
    assert audit(context) == [MISFIT.format(row_id)]


def test_cells_of_a_cancelled_booking_are_found(context: AppContext) -> None:
    row_id, other = booked(context, NINE), booked(context, ELEVEN)
    plant(context, row_id, status="cancelled")
    assert audit(context) == [GHOST.format(row_id)]
    plant(context, other, status="cancelled")
    assert audit(context) == [GHOST.format(row_id), GHOST.format(other)]


def test_cells_of_no_booking_at_all_are_found(sqlite_context: AppContext) -> None:
    """As left by a tool that leaves SQLite's foreign keys switched off; PostgreSQL's cannot be."""
    with sqlite_context.database.begin() as session:
        session.connection().exec_driver_sql("CREATE TABLE loose AS SELECT * FROM occupied")
        session.connection().exec_driver_sql("DROP TABLE occupied")
        session.connection().exec_driver_sql("ALTER TABLE loose RENAME TO occupied")
        session.execute(insert(DbOccupied).values([_cell(4711, 1), _cell(4711, 2)]))
    assert audit(sqlite_context) == [GHOST.format(4711)]


@pytest.mark.parametrize(
    "columns",
    [
        {"start_at": NINE + timedelta(minutes=2)},
        {"end_at": TEN + timedelta(seconds=1)},
        {"after_minutes": 7},
        {"end_at": NINE},
        {"end_at": NINE - timedelta(hours=1)},
    ],
    ids=str,
)
def test_a_time_that_no_booking_can_have_is_found(
    context: AppContext, columns: dict[str, object]
) -> None:
    row_id, other = booked(context, NINE), booked(context, ELEVEN)
    plant(context, row_id, **columns)
    assert audit(context) == [OFF.format(row_id)]
    plant(context, other, start_at=ELEVEN + timedelta(minutes=5))
    assert audit(context) == [OFF.format(row_id), MISFIT.format(other)]


def test_a_side_that_no_cell_has_is_found(context: AppContext) -> None:
    row_id = booked(context, NINE)
    with context.database.begin() as session:
        session.execute(insert(DbOccupied).values(_cell(row_id, 1) | {"side": 7}))
    assert audit(context) == [MISFIT.format(row_id)]


def _cell(row_id: int, number: int) -> dict[str, object]:
    return {"calendar_id": CALENDAR, "cell": number, "side": 0, "booking_id": row_id}


def _minutes(length: timedelta) -> int:
    return int(length / timedelta(minutes=1))


def _as_booking(one: BusyInterval) -> Booking:
    return a_booking(
        one.interval.start,
        minutes=_minutes(one.interval.end - one.interval.start),
        before=_minutes(one.before),
        after=_minutes(one.after),
    )


def _far(one: BusyInterval, number: int) -> Booking:
    """The booking on a day of its own."""
    booking, days = _as_booking(one), number * timedelta(days=9)
    return replace(booking, start=booking.start + days, end=booking.end + days)


several = st.lists(takens(near=NOON, spread=6 * 60), max_size=8)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several)
def test_the_audit_finds_exactly_the_pairs_that_are_too_close(
    sqlite_context: AppContext, wanted: list[BusyInterval]
) -> None:
    """Kept far apart, then moved together past the services, so that no cell refuses them."""
    with sqlite_context.database.begin() as session:
        session.execute(delete(DbOccupied))
        session.execute(delete(DbBooking))
        ids = [add(session, _far(one, number)) for number, one in enumerate(wanted, 1)]
        for row_id, one in zip(ids, wanted, strict=True):
            times = {"start_at": one.interval.start, "end_at": one.interval.end}
            session.execute(update(DbBooking).where(DbBooking.id == row_id).values(**times))
    numbered = sorted(
        zip(ids, wanted, strict=True), key=lambda pair: (pair[1].interval.start, pair[0])
    )
    expected = {
        CLASH.format(one_id, other_id)
        for at, (one_id, one) in enumerate(numbered)
        for other_id, other in numbered[at + 1 :]
        if reference.too_close(one, other)
    }
    found = [said for said in audit(sqlite_context) if said.startswith("Die Buchungen")]
    assert sorted(found) == sorted(expected)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several)
def test_whatever_the_cells_let_in_is_clean(
    sqlite_context: AppContext, wanted: list[BusyInterval]
) -> None:
    kept: list[BusyInterval] = []
    with sqlite_context.database.begin() as session:
        session.execute(delete(DbOccupied))
        session.execute(delete(DbBooking))
        for one in wanted:
            if not any(reference.too_close(one, other) for other in kept):
                add(session, _as_booking(one))
                kept.append(one)
    assert audit(sqlite_context) == []
