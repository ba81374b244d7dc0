"""The audit finds what was planted past the services, and nothing in a calendar that is right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from stadtfuehrer.booking.audit import audit, closed_since
from stadtfuehrer.booking.by_hand import enter
from stadtfuehrer.booking.cells import occupied_cells
from stadtfuehrer.booking.hours import change_hours, take_back
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.opening import Interval
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.slots import BusyInterval
from stadtfuehrer.booking.store import CALENDAR
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.context import AppContext
from tests.support import reference
from tests.support.contexts import NOW, OpenContext, a_wish, in_berlin
from tests.support.rows import a_booking, add, at
from tests.support.strategies import busy_intervals

NINE, TEN, ELEVEN = (in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "10:00", "11:00"))
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MISFIT = "Buchung {} belegt im Kalender nicht genau ihre Zeit"
GHOST = "Buchung {} gilt nicht und belegt trotzdem Zeit"
CLASH = "Die Buchungen {} und {} liegen zu dicht beieinander oder überschneiden sich"
OFF = "Buchung {} liegt nicht auf dem Raster von 5 Minuten, oder endet vor ihrem Anfang"


@pytest.fixture
def ids(context: AppContext) -> tuple[int, int]:
    """Book 09:00 and 11:00; the rows' ids."""
    tokens = [book(context, a_wish(context, start), now=NOW) for start in (NINE, ELEVEN)]
    first, second = (look_up(context, token).row_id for token in tokens)
    return first, second


def write(context: AppContext, statement: Any) -> None:
    """Past the services."""
    with context.database.begin() as session:
        session.execute(statement)


def plant(context: AppContext, row_id: int, **columns: object) -> None:
    write(context, update(DbBooking).where(DbBooking.id == row_id).values(**columns))


def cell(row_id: int, number: int, side: int = 0) -> dict[str, object]:
    return {"calendar_id": CALENDAR, "cell": number, "side": side, "booking_id": row_id}


def test_a_calendar_after_everything_that_can_be_done_is_clean(context: AppContext) -> None:
    assert audit(context) == []
    tokens = [book(context, a_wish(context, start), now=NOW) for start in (NINE, TEN, ELEVEN)]
    one = in_berlin("2026-03-05 13:00")
    book(context, a_wish(context, one, kind="hausbesuch"), now=NOW)
    move(context, tokens[0], in_berlin("2026-03-06 09:00"), now=NOW)
    cancel(context, tokens[1], "", now=NOW)
    book(context, a_wish(context, NINE, kind="stadtrundgang"), now=NOW)
    assert audit(context) == []


def test_an_overlap_is_found_by_the_bookings_themselves(
    context: AppContext, ids: tuple[int, int]
) -> None:
    """The first one ends at 09:30, its 15 minutes after it at 09:45."""
    for minutes, clash in ((5, True), (40, True), (45, False)):
        start = NINE + minutes * MINUTE
        plant(context, ids[1], start_at=start, end_at=start + 30 * MINUTE)
        said = [CLASH.format(*ids)] if clash else []
        assert audit(context) == [*said, MISFIT.format(ids[1])]


def test_cells_that_are_not_its_own_are_found(context: AppContext, ids: tuple[int, int]) -> None:
    last = max(occupied_cells(a_booking(ELEVEN, after=15).busy))
    its = (DbOccupied.cell == last.number, DbOccupied.side == last.side)
    write(context, delete(DbOccupied).where(*its))
    assert audit(context) == [MISFIT.format(ids[1])]
    write(context, insert(DbOccupied).values(cell(ids[1], last.number, last.side)))
    for number, side in ((1, 0), (2, 7)):
        assert audit(context) == []
        write(context, insert(DbOccupied).values(cell(ids[0], number, side)))
        assert audit(context) == [MISFIT.format(ids[0])]
        write(context, delete(DbOccupied).where(DbOccupied.cell == number))
    write(context, delete(DbOccupied))
    assert audit(context) == [MISFIT.format(row_id) for row_id in ids]


def test_cells_of_a_cancelled_booking_are_found(context: AppContext, ids: tuple[int, int]) -> None:
    for number, row_id in enumerate(ids, 1):
        plant(context, row_id, status="cancelled")
        assert audit(context) == [GHOST.format(one) for one in ids[:number]]


def test_cells_of_no_booking_at_all_are_found(sqlite_context: AppContext) -> None:
    """As left by a tool that leaves SQLite's foreign keys switched off; PostgreSQL's cannot be."""
    with sqlite_context.database.begin() as session:
        for statement in (
            "CREATE TABLE loose AS SELECT * FROM occupied",
            "DROP TABLE occupied",
            "ALTER TABLE loose RENAME TO occupied",
        ):
            session.connection().exec_driver_sql(statement)
        session.execute(insert(DbOccupied).values([cell(4711, 1), cell(4711, 2)]))
    assert audit(sqlite_context) == [GHOST.format(4711)]


@pytest.mark.parametrize(
    "columns",
    [
        {"start_at": NINE + 2 * MINUTE},
        {"end_at": TEN + timedelta(seconds=1)},
        {"after_minutes": 7},
        {"end_at": NINE},
        {"end_at": NINE - timedelta(hours=1)},
    ],
    ids=str,
)
def test_a_time_that_no_booking_can_have_is_found(
    context: AppContext, ids: tuple[int, int], columns: dict[str, object]
) -> None:
    plant(context, ids[0], **columns)
    assert audit(context) == [OFF.format(ids[0])]
    plant(context, ids[1], start_at=ELEVEN + 5 * MINUTE)
    assert audit(context) == [OFF.format(ids[0]), MISFIT.format(ids[1])]


def as_booking(one: BusyInterval) -> Booking:
    return a_booking(
        one.interval.start,
        minutes=(one.interval.end - one.interval.start) // MINUTE,
        before=one.before // MINUTE,
        after=one.after // MINUTE,
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(busy_intervals(near=NOON, spread=6 * 60), max_size=8))
def test_the_audit_finds_exactly_the_pairs_that_are_too_close(
    sqlite_context: AppContext, wanted: list[BusyInterval]
) -> None:
    """Kept far apart, then moved together past the services, so that no cell refuses them."""
    fitting: list[BusyInterval] = []
    with sqlite_context.database.begin() as session:
        session.execute(delete(DbOccupied))
        session.execute(delete(DbBooking))
        for one in wanted:
            if not any(reference.too_close(one, other) for other in fitting):
                add(session, as_booking(one))
                fitting.append(one)
    # Whatever the cells let in is clean.
    assert audit(sqlite_context) == []
    with sqlite_context.database.begin() as session:
        session.execute(delete(DbOccupied))
        session.execute(delete(DbBooking))
        ids = [
            add(session, at(as_booking(one), one.interval.start + number * timedelta(days=9)))
            for number, one in enumerate(wanted, 1)
        ]
        for row_id, one in zip(ids, wanted, strict=True):
            times = {"start_at": one.interval.start, "end_at": one.interval.end}
            session.execute(update(DbBooking).where(DbBooking.id == row_id).values(**times))
    numbered = sorted(
        zip(ids, wanted, strict=True), key=lambda pair: (pair[1].interval.start, pair[0])
    )
    expected = [
        CLASH.format(one_id, other_id)
        for index, (one_id, one) in enumerate(numbered)
        for other_id, other in numbered[index + 1 :]
        if reference.too_close(one, other)
    ]
    found = [said for said in audit(sqlite_context) if said.startswith("Die Buchungen")]
    assert sorted(found) == sorted(expected)


OTHERWISE = {
    "a closure": (
        "[[booking.closed]]\nfrom = 2026-03-05\nto = 2026-03-05\n",
        "an einem geschlossenen Tag",
    ),
    "a closed special day": (
        "[[booking.special]]\ndate = 2026-03-05\nhours = []\n",
        "an einem geschlossenen Tag",
    ),
    "a special day's hours": (
        '[[booking.special]]\ndate = 2026-03-05\nhours = ["09:00-09:25"]\n',
        "außerhalb deiner Zeiten",
    ),
    "as it was": ("", ""),
    "just enough": ('[[booking.special]]\ndate = 2026-03-05\nhours = ["09:00-09:30"]\n', ""),
    "another day": ("[[booking.closed]]\nfrom = 2026-03-06\nto = 2026-03-31\n", ""),
}


@pytest.mark.parametrize("why", OTHERWISE)
def test_bookings_at_a_time_that_was_closed_since_are_named(
    open_sqlite_context: OpenContext, why: str
) -> None:
    appended, how = OTHERWISE[why]
    with open_sqlite_context() as before:
        token = book(before, a_wish(before, NINE), now=NOW)
        cancel(before, book(before, a_wish(before, TEN), now=NOW), "", now=NOW)
    with open_sqlite_context(appended=f"\n{appended}") as context:
        row_id = look_up(context, token).row_id
        named = f"Buchung {row_id}, Donnerstag, 5. März 2026, 09:00 Uhr, liegt {how}"
        assert closed_since(context, now=NOW) == ([named] if how else [])
        # What has begun cannot be helped.
        assert closed_since(context, now=NINE) == []


def test_a_holiday_of_another_land_is_named(open_sqlite_context: OpenContext) -> None:
    """The sixth of January is one in Bavaria."""
    epiphany, now = in_berlin("2027-01-06 09:00"), in_berlin("2026-12-20 09:00")
    with open_sqlite_context(subdivision='"BE"') as berlin:
        book(berlin, a_wish(berlin, epiphany), now=now)
        assert closed_since(berlin, now=now) == []
    with open_sqlite_context(subdivision='"BY"') as bavaria:
        assert closed_since(bavaria, now=now) == [
            "Buchung 1, Mittwoch, 6. Januar 2027, 09:00 Uhr, liegt an einem geschlossenen Tag"
        ]


def test_what_was_closed_or_opened_or_entered_by_hand_is_known(sqlite_context: AppContext) -> None:
    context, evening = sqlite_context, in_berlin("2026-03-05 20:00")
    hour = Interval(evening, evening + timedelta(hours=1))
    opened = change_hours(context, hour, is_open=True, who="", now=NOW)
    book(context, a_wish(context, evening), now=NOW)
    sunday = a_wish(context, in_berlin("2026-03-08 11:00"))
    enter(context, sunday, tells_guest=False, who="", now=NOW)
    assert closed_since(context, now=NOW) == []
    take_back(context, opened, who="", now=NOW)
    (said,) = closed_since(context, now=NOW)
    assert said.endswith("20:00 Uhr, liegt außerhalb deiner Zeiten")
    book(context, a_wish(context, NINE), now=NOW)
    day = Interval(in_berlin("2026-03-05 00:00"), in_berlin("2026-03-06 00:00"))
    change_hours(context, day, is_open=False, who="", now=NOW)
    nine, late = closed_since(context, now=NOW)
    assert nine.endswith("09:00 Uhr, liegt an einem geschlossenen Tag")
    assert late.endswith("20:00 Uhr, liegt an einem geschlossenen Tag")
