"""Consultations in the nights in which clocks change, from the form to the letters."""

from datetime import UTC, datetime, timedelta

import pytest

from stadtfuehrer.booking.service import book, cancel, move
from tests.support.contexts import OpenContext, a_kind, a_visitor, a_wish
from tests.support.mailbag import read
from tests.support.stored import letters
from tests.support.written import in_both

DAY = timedelta(days=1)
NIGHTS = "".join(
    f'\n[[booking.special]]\ndate = {night}\nhours = ["01:00-05:00"]\n'
    for night in ("2026-03-29", "2026-10-25")
)
NIGHT_SHIFT = NIGHTS + a_kind("nachtgang", step="15")


@pytest.mark.parametrize(
    ("utc", "clock", "zone", "in_new_york"),
    [
        # Each of the two readings of 02:00, and from the one into the other
        ("2026-10-25T00:00Z", "02:00–02:30 Uhr", "UTC+2", "20:00–20:30 Uhr"),
        ("2026-10-25T01:00Z", "02:00–02:30 Uhr", "UTC+1", "21:00–21:30 Uhr"),
        ("2026-10-25T00:45Z", "02:45 Uhr (Sommerzeit) – 02:15 Uhr (Winterzeit)",
         "UTC+2, nach der Zeitumstellung UTC+1", "20:45–21:15 Uhr"),
        # Over the hour that is missing, and right after it
        ("2026-03-29T00:45Z", "01:45 Uhr (Winterzeit) – 03:15 Uhr (Sommerzeit)",
         "UTC+1, nach der Zeitumstellung UTC+2", "20:45–21:15 Uhr"),
        ("2026-03-29T01:00Z", "03:00–03:30 Uhr", "UTC+2", "21:00–21:30 Uhr"),
    ],
)  # fmt: skip
def test_letters_and_invitations_mean_the_instant_that_was_chosen(
    open_sqlite_context: OpenContext, utc: str, clock: str, zone: str, in_new_york: str
) -> None:
    start = datetime.fromisoformat(utc)
    with open_sqlite_context(appended=NIGHT_SHIFT) as context:
        visitor = a_visitor(zone="America/New_York")
        wanted = a_wish(context, start, kind="nachtgang", visitor=visitor)
        book(context, wanted, now=start - 7 * DAY)
        for letter in map(read, letters(context)):
            assert letter.event["DTSTART"].dt == start
            assert letter.event["DTEND"].dt == start + timedelta(minutes=30)
            in_both(letter, f"{clock} (Zeit in Berlin, {zone})", in_new_york)


def test_from_one_reading_of_the_hour_to_the_other_is_a_move(
    open_sqlite_context: OpenContext,
) -> None:
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    second, now = first + timedelta(hours=1), first - 7 * DAY
    with open_sqlite_context(appended=NIGHT_SHIFT) as context:
        token = book(context, a_wish(context, first, kind="nachtgang"), now=now)
        move(context, token, second, now=now)
        cancel(context, token, "", now=now)
        events = [read(letter).event for letter in letters(context)]
        assert [(event["SEQUENCE"], event["DTSTART"].dt) for event in events] == [
            (sequence, start)
            for sequence, start in enumerate([first, second, second])
            for _ in range(2)
        ]
