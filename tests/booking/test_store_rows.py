"""Bookings as rows: nothing of them is lost, whatever they hold."""

import itertools
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from stadtfuehrer.booking.model import LABELS, Booking, Consent, Interest, Party, Status, Visitor
from stadtfuehrer.booking.slots import Place
from stadtfuehrer.booking.store import add_booking, find_by_key, get_by_token_hash, keep_change
from stadtfuehrer.database import Database

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
fives = st.integers(0, 24 * 12).map(lambda n: timedelta(minutes=5 * n))
room = itertools.count()


def with_room() -> SearchStrategy[datetime]:
    """A start that is days away from each other example's."""
    return st.integers(0, 287).map(
        lambda n: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=5 * next(room), minutes=5 * n)
    )


@st.composite
def any_bookings(draw: st.DrawFn) -> Booking:
    start = draw(with_room())
    return Booking(
        uid=secrets.token_hex(32),
        kind=draw(slugs),
        title=draw(texts),
        place=draw(st.sampled_from(Place)),
        start=start,
        end=start + draw(fives) + timedelta(minutes=5),
        before=draw(fives),
        after=draw(fives),
        status=draw(st.sampled_from(Status)),
        sequence=draw(st.integers(0, 2**31 - 1)),
        visitor=Visitor(
            **{name: draw(texts) for name in LABELS},
            zone=draw(st.sampled_from(["", *sorted(available_timezones())])),
        ),
        interest=Interest(
            service=draw(slugs),
            answers=draw(st.dictionaries(texts, texts, max_size=3)),
            quiz_version=draw(slugs),
        ),
        booked_at=draw(instants),
        changed_at=draw(instants),
        cancel_reason=draw(texts),
        consent=draw(
            st.none()
            | st.builds(
                Consent,
                version=st.text("0123456789-", max_size=20),
                wording=texts,
                given_at=instants,
            )
        ),
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(booking=any_bookings())
def test_a_booking_comes_back_as_it_was(database: Database, booking: Booking) -> None:
    key, own, other = secrets.token_hex(32), secrets.token_bytes(32), secrets.token_bytes(32)
    with database.begin() as session:
        row_id = add_booking(session, booking, key=key, token_hash=own, consultant_hash=other)
    with database.read() as session:
        assert find_by_key(session, key) == booking
    with database.read() as session:
        assert get_by_token_hash(session, own) == (row_id, booking, Party.VISITOR)
        assert get_by_token_hash(session, other) == (row_id, booking, Party.CONSULTANT)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(was=any_bookings(), becomes=any_bookings())
def test_a_changed_booking_comes_back_as_it_became(
    database: Database, was: Booking, becomes: Booking
) -> None:
    becomes = replace(becomes, uid=was.uid)
    key, own, other = secrets.token_hex(32), secrets.token_bytes(32), secrets.token_bytes(32)
    with database.begin() as session:
        row_id = add_booking(session, was, key=key, token_hash=own, consultant_hash=other)
    with database.begin() as session:
        keep_change(session, row_id, was=was, booking=becomes)
    with database.read() as session:
        assert find_by_key(session, key) == becomes
