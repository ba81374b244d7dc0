"""Bookings as rows: nothing lost, found again, counted, and their cells let no other in."""

import itertools
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.slots import Place
from stadtfuehrer.booking.store import (
    add_booking,
    all_bookings,
    find_by_key,
    get_by_token_hash,
    keep_change,
)
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.booking.visitor import LABELS, Interest, Visitor
from stadtfuehrer.consent import Consent
from stadtfuehrer.database import Database
from stadtfuehrer.refusals import NotFree, UnknownBooking, WhyNotFree
from tests.support.rows import MONDAY_TEN, NOW, a_booking, added, at, cells_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# PostgreSQL keeps no NUL and nothing keeps half a surrogate pair; the forms refuse both.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60
) | st.sampled_from(
    ["👩‍💻 Zoë", "O'Hara; DROP", "a\r\nb\tc", "%s :x {y}", "ß" * 2000, "\u202eumgedreht"]
)
slugs = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=40)
instants = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - Hypothesis wants them naive
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
fives = st.integers(0, 24 * 12).map(lambda n: 5 * n * MINUTE)
room = itertools.count()


@st.composite
def any_bookings(draw: st.DrawFn) -> Booking:
    """Each begins days away from each other example's."""
    start = datetime(1990, 1, 1, tzinfo=UTC) + 5 * next(room) * DAY + draw(fives)
    names = {name: draw(texts) for name in LABELS}
    answers = draw(st.dictionaries(texts, texts, max_size=3))
    versions = st.text("0123456789-", max_size=20)
    consents = st.builds(Consent, version=versions, wording=texts, given_at=instants)
    return Booking(
        uid=secrets.token_hex(32),
        kind=draw(slugs),
        title=draw(texts),
        place=draw(st.sampled_from(Place)),
        start=start,
        end=start + draw(fives) + 5 * MINUTE,
        before=draw(fives),
        after=draw(fives),
        status=draw(st.sampled_from(Status)),
        sequence=draw(st.integers(0, 2**31 - 1)),
        visitor=Visitor(**names, zone=draw(st.sampled_from(["", *sorted(available_timezones())]))),
        interest=Interest(service=draw(slugs), answers=answers, quiz_version=draw(slugs)),
        booked_at=draw(instants),
        changed_at=draw(instants),
        cancel_reason=draw(texts),
        consent=draw(st.none() | consents),
    )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(was=any_bookings(), becomes=any_bookings())
def test_a_booking_comes_back_as_it_was_and_as_it_became(
    database: Database, was: Booking, becomes: Booking
) -> None:
    becomes = replace(becomes, uid=was.uid)
    key, own, other, content = secrets.token_hex(32), *map(secrets.token_bytes, [32] * 3)
    with database.begin() as session:
        row_id = add_booking(
            session, was, key=key, content=content, token_hash=own, consultant_hash=other
        )
    with database.read() as session:
        assert find_by_key(session, key) == (was.uid, content)
        assert find_by_key(session, "unbekannt") is None
        assert get_by_token_hash(session, own) == (row_id, was, Party.VISITOR)
        assert get_by_token_hash(session, other) == (row_id, was, Party.CONSULTANT)
    with database.begin() as session:
        keep_change(session, row_id, was=was, booking=becomes)
    with database.read() as session:
        assert get_by_token_hash(session, own) == (row_id, becomes, Party.VISITOR)
        assert find_by_key(session, key) == (was.uid, content)


@pytest.mark.parametrize("for_change", [True, False])
def test_an_unknown_token_is_refused(database: Database, *, for_change: bool) -> None:
    added(database, a_booking())
    with database.begin() as session, pytest.raises(UnknownBooking):
        get_by_token_hash(session, bytes(32), for_change=for_change)


@pytest.mark.parametrize(
    ("minutes", "second", "fits"),
    [
        (0, {}, False),
        (25, {}, False),
        (30, {}, False),  # the first one's time after
        (40, {}, False),
        (45, {}, True),
        (45, {"before": 15}, True),  # buffers may overlap
        (45, {"before": 20}, False),
        (-25, {}, False),
        (-30, {}, True),
        (-30, {"after": 5}, False),
        (-35, {"after": 5}, True),
        (-60, {"minutes": 240}, False),
    ],
)
def test_cells_refuse_what_comes_too_close(
    database: Database, minutes: int, second: dict[str, int], *, fits: bool
) -> None:
    """The first one is from 10:00 to 10:30, with 15 minutes after; a refused one leaves nothing."""
    first_id = added(database, a_booking(after=15))
    other = a_booking(MONDAY_TEN + minutes * MINUTE, **second)
    if fits:
        added(database, other)
    else:
        with pytest.raises(NotFree) as caught:
            added(database, other)
        assert caught.value.why is WhyNotFree.TAKEN
        assert len(cells_of(database, first_id)) == 15
    with database.read() as session:
        assert len(list(all_bookings(session))) == 1 + fits
        rows = session.scalar(select(func.count()).select_from(DbBooking))
        cells = session.scalar(select(func.count()).select_from(DbOccupied))
    assert rows == 1 + fits
    assert (cells == 15) is not fits


def test_a_cancelled_booking_has_no_cells(database: Database) -> None:
    booking = a_booking(after=15)
    row_id = added(database, booking)
    with database.begin() as session:
        keep_change(session, row_id, was=booking, booking=booking.cancelled("", now=NOW))
    assert cells_of(database, row_id) == set()
    assert cells_of(database, added(database, a_booking().cancelled("", now=NOW))) == set()
    added(database, a_booking(after=15))


def test_a_moved_booking_may_overlap_its_own_place(database: Database) -> None:
    booking = a_booking(minutes=60)
    row_id = added(database, booking)
    with database.begin() as session:
        keep_change(session, row_id, was=booking, booking=at(booking, MONDAY_TEN + HOUR / 2))
    fresh = added(database, a_booking(MONDAY_TEN + DAY, minutes=60))
    shift = 24 * 12 - 6
    assert {(cell + shift, side) for cell, side in cells_of(database, row_id)} == cells_of(
        database, fresh
    )


def test_a_move_onto_another_booking_changes_nothing(database: Database) -> None:
    booking, other = a_booking(), a_booking(MONDAY_TEN + HOUR)
    row_id, other_id = added(database, booking), added(database, other)
    before = cells_of(database, row_id), cells_of(database, other_id)
    with pytest.raises(NotFree), database.begin() as session:
        keep_change(session, row_id, was=booking, booking=at(booking, other.start))
    assert (cells_of(database, row_id), cells_of(database, other_id)) == before
    with database.read() as session:
        assert [one.start for _, one in all_bookings(session)] == [booking.start, other.start]


def test_all_bookings_come_by_start(database: Database) -> None:
    starts = [MONDAY_TEN + hours * HOUR for hours in (5, 1, 3)]
    ids = {start: added(database, a_booking(start)) for start in starts}
    with database.read() as session:
        found = [(row_id, booking.start) for row_id, booking in all_bookings(session)]
    assert found == [(ids[start], start) for start in sorted(starts)]
