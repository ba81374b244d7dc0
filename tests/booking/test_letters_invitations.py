"""The invitations in the letters: what calendars need, in order and in any other."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from typing import Any

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import NOW, OpenContext, a_kind, a_visitor, a_wish
from tests.support.mailbag import read
from tests.support.readers import libical
from tests.support.steps import FIRST, SECOND, Life, whole_life
from tests.support.stored import letters
from tests.support.written import CONSULTANTS, OF_A_BOOKING, VISITORS, in_both

PAIRS = list(zip(VISITORS[:3], CONSULTANTS, strict=True))
STEPS = [
    ("REQUEST", "CONFIRMED", FIRST),
    ("REQUEST", "CONFIRMED", SECOND),
    ("CANCEL", "CANCELLED", SECOND),
]
HOSTILE = 'Zoë, "die"; O\'Hara \\n \\N 👩‍💻 ' + "ä" * 70
DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)


def test_each_step_has_its_method_sequence_status_and_times(
    lived_context: AppContext, life: Life
) -> None:
    uid = look_up(lived_context, life.token).booking.uid
    for sequence, ((method, status, start), pair) in enumerate(zip(STEPS, PAIRS, strict=True)):
        for kind in pair:
            event, invitation = life.letters[kind].event, life.letters[kind].invitation
            assert invitation is not None
            assert Calendar.from_ical(invitation)["METHOD"] == method
            assert (str(event["UID"]), event["SEQUENCE"]) == (uid, sequence)
            assert event["STATUS"] == status
            assert event["DTSTART"].dt == start
            assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
            assert event["DTSTAMP"].dt == NOW
            assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\n".encode() in invitation
    assert life.letters[LetterKind.RESULT].invitation is None


@pytest.mark.parametrize("kind", OF_A_BOOKING)
def test_the_site_organises_both_attend_and_the_room_is_there(life: Life, kind: LetterKind) -> None:
    event, room = life.letters[kind].event, "https://video.stadtfuehrer.example/vera"
    assert event["ORGANIZER"] == "mailto:termine@stadtfuehrer.example"
    both = ["mailto:aenne@gast.example", "mailto:vera@stadtfuehrer.example"]
    assert list(event["ATTENDEE"]) == both
    assert (str(event["CONFERENCE"]), str(event["LOCATION"])) == (room, room)


def test_each_calendar_has_what_is_its_readers(life: Life) -> None:
    """The notes are the consultant's, the link is the visitor's."""
    page, room = (
        f"http://127.0.0.1:8000/buchung/{life.token}",
        "Wir treffen uns in meinem Videoraum",
    )
    said = []
    for visitors, consultants in PAIRS:
        for_visitor, for_consultant = life.letters[visitors].event, life.letters[consultants].event
        said.append(str(for_visitor["DESCRIPTION"]))
        assert page in said[-1]
        assert str(for_visitor["URL"]) == page
        assert "Uns findet niemand.\nWoran liegt das?" in for_consultant["DESCRIPTION"]
        assert "Uns findet niemand" not in said[-1]
    # What is called off says so, and how to get there no more.
    assert [text.startswith(room) for text in said] == [True, True, False]
    assert said[2].startswith("Dieser Termin ist abgesagt.")


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        ("kennenlernen", "Telefon: +49 30 5550 77"),
        ("stadtrundgang", ""),
        ("hausbesuch", "Musterweg 7, 80331 München"),
    ],
)
def test_hostile_words_are_read_as_they_were_written_in_each_place(
    sqlite_context: AppContext, kind: str, location: str
) -> None:
    """As everywhere, opening the letters has put their invitations to all readers."""
    words: dict[str, Any] = {
        "name": HOSTILE,
        "firma": HOSTILE,
        "anliegen": f"{HOSTILE}\n\n{HOSTILE}",
    }
    life = whole_life(sqlite_context, kind=kind, **words)
    shown = HOSTILE.strip().translate({ord('"'): "'", ord("\\"): "/"})
    for one in OF_A_BOOKING:
        letter = life.letters[one]
        assert letter.invitation is not None
        assert HOSTILE in libical.text(letter.invitation, "SUMMARY")
        assert libical.people(letter.invitation, "ATTENDEE")[0].name == shown
        if location:
            assert str(letter.event["LOCATION"]) == location
            assert "CONFERENCE" not in letter.event


def test_a_consultant_who_books_with_their_own_address_gets_both_letters(
    sqlite_context: AppContext,
) -> None:
    life = whole_life(sqlite_context, email="vera@stadtfuehrer.example")
    assert set(OF_A_BOOKING) <= set(life.letters)
    for kind in OF_A_BOOKING:
        assert life.letters[kind].event["ATTENDEE"] == "mailto:vera@stadtfuehrer.example"


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
    start, visitor = datetime.fromisoformat(utc), a_visitor(zone="America/New_York")
    with open_sqlite_context(appended=NIGHT_SHIFT) as context:
        wanted = a_wish(context, start, kind="nachtgang", visitor=visitor)
        book(context, wanted, now=start - 7 * DAY)
        for letter in map(read, letters(context)):
            assert letter.event["DTSTART"].dt == start
            assert letter.event["DTEND"].dt == start + HALF_AN_HOUR
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


IN_ORDER = ["REQUEST-NEW", "REQUEST-RESCHEDULE", "REQUEST-RESCHEDULE", "CANCEL-EVENT"]


def inboxes(
    context: AppContext, *, between: timedelta = timedelta(), kind: str = "kennenlernen"
) -> dict[str, list[bytes]]:
    """Book, move, move back, cancel; the invitations that each of the two got, oldest first."""
    token = book(context, a_wish(context, FIRST, kind=kind), now=NOW)
    move(context, token, SECOND, now=NOW + between)
    move(context, token, FIRST, now=NOW + 2 * between)
    cancel(context, token, "", now=NOW + 3 * between)
    inboxes = defaultdict(list)
    for letter in letters(context):
        invitation = read(letter).invitation
        assert invitation is not None
        inboxes[letter.recipient].append(invitation)
    assert sorted(inboxes) == ["aenne@gast.example", "vera@stadtfuehrer.example"]
    return inboxes


def left(reader: str, arriving: Iterable[bytes]) -> bytes | None:
    """What stands in the calendar of ``reader`` after all these have arrived."""
    known = None
    for message in arriving:
        if libical.classify(message, known, reader=reader) not in {"OBSOLETE", "MISSEQUENCED"}:
            known = message
    return known


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(timedelta(), id="within-a-second"),
        pytest.param(DAY, id="a-day-each"),
        pytest.param(timedelta(seconds=-30), id="the-clock-is-set-back"),
    ],
)
def test_whatever_order_they_arrive_in_the_last_one_stays(
    sqlite_context: AppContext, between: timedelta
) -> None:
    for reader, messages in inboxes(sqlite_context, between=between).items():
        known = [None, *messages[:-1]]
        verdicts = [
            libical.classify(message, before, reader=reader)
            for message, before in zip(messages, known, strict=True)
        ]
        assert verdicts == IN_ORDER
        for so_many in range(1, len(messages) + 1):
            for arriving in permutations(messages[:so_many]):
                assert left(reader, arriving) == messages[so_many - 1]


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_every_message_is_obsolete_after_a_later_one(sqlite_context: AppContext, kind: str) -> None:
    for reader, messages in inboxes(sqlite_context, kind=kind).items():
        same = [(message, message) for message in messages[:3]]
        for older, newer in [*combinations(messages, 2), *same]:
            assert libical.classify(older, newer, reader=reader) == "OBSOLETE"
        # A calendar that missed a move sees an update: the time is the first one again.
        booked, _, back, cancelled = messages
        assert libical.classify(back, booked, reader=reader) == "REQUEST-UPDATE"
        assert libical.classify(cancelled, booked, reader=reader) == "CANCEL-EVENT"
