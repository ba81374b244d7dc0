"""The invitations in the letters: what calendars need to show, move and remove the date."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from tests.support.contexts import NOW, a_visitor, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.readers import libical
from tests.support.steps import FIRST, SECOND, Life, whole_life
from tests.support.stored import letters as kept_letters

IN_ORDER = [
    (LetterKind.CONFIRMATION, LetterKind.INVITATION),
    (LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT),
    (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT),
]
OF_A_BOOKING = [kind for both in IN_ORDER for kind in both]
HOSTILE = 'Zoë, "die"; O\'Hara \\n \\N 👩‍💻 ' + "ä" * 70


@pytest.fixture
def life(sqlite_context: AppContext) -> Life:
    return whole_life(sqlite_context)


def calendar(life: Life, kind: LetterKind) -> Calendar:
    invitation = life.letters[kind].invitation
    assert invitation is not None
    parsed = Calendar.from_ical(invitation)
    assert isinstance(parsed, Calendar)
    return parsed


def test_the_uid_stays_and_the_sequence_rises(sqlite_context: AppContext, life: Life) -> None:
    uid = look_up(sqlite_context, life.token).booking.uid
    for sequence, both in enumerate(IN_ORDER):
        for kind in both:
            event = life.letters[kind].event
            assert (str(event["UID"]), event["SEQUENCE"]) == (uid, sequence)


@pytest.mark.parametrize(
    ("step", "method", "status", "start"),
    [
        (0, "REQUEST", "CONFIRMED", FIRST),
        (1, "REQUEST", "CONFIRMED", SECOND),
        (2, "CANCEL", "CANCELLED", SECOND),
    ],
)
def test_each_step_has_its_method_status_and_times(
    life: Life, step: int, method: str, status: str, start: object
) -> None:
    for kind in IN_ORDER[step]:
        event = life.letters[kind].event
        assert calendar(life, kind)["METHOD"] == method
        assert event["STATUS"] == status
        assert event["DTSTART"].dt == start
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
        assert event["DTSTAMP"].dt == NOW
        assert b"DTSTART:" in (life.letters[kind].invitation or b"")  # UTC, without a TZID


@pytest.mark.parametrize("kind", OF_A_BOOKING)
def test_the_site_organises_and_both_attend(life: Life, kind: LetterKind) -> None:
    event = life.letters[kind].event
    assert event["ORGANIZER"] == "mailto:termine@stadtfuehrer.example"
    assert list(event["ATTENDEE"]) == [
        "mailto:aenne@gast.example",
        "mailto:vera@stadtfuehrer.example",
    ]


@pytest.mark.parametrize("kind", ["kennenlernen", "stadtrundgang", "hausbesuch"])
def test_hostile_words_are_read_as_they_were_written(sqlite_context: AppContext, kind: str) -> None:
    """As everywhere, opening the letters has put their invitations to all readers."""
    life = whole_life(
        sqlite_context, kind=kind, name=HOSTILE, firma=HOSTILE, anliegen=f"{HOSTILE}\n\n{HOSTILE}"
    )
    for one in OF_A_BOOKING:
        invitation = life.letters[one].invitation
        assert invitation is not None
        assert HOSTILE in libical.text(invitation, "SUMMARY")
        shown = HOSTILE.strip().translate({ord('"'): "'", ord("\\"): "/"})
        assert libical.people(invitation, "ATTENDEE")[0].name == shown


def test_the_consultants_calendar_has_the_notes_and_the_visitors_has_the_link(life: Life) -> None:
    page = f"http://127.0.0.1:8000/buchung/{life.token}"
    for visitors, consultants in IN_ORDER:
        for_visitor, for_consultant = life.letters[visitors].event, life.letters[consultants].event
        assert page in for_visitor["DESCRIPTION"]
        assert str(for_visitor["URL"]) == page
        assert "Uns findet niemand.\nWoran liegt das?" in for_consultant["DESCRIPTION"]
        assert "Uns findet niemand" not in for_visitor["DESCRIPTION"]


def test_what_is_called_off_says_so_and_how_to_get_there_no_more(life: Life) -> None:
    said = [str(life.letters[visitors].event["DESCRIPTION"]) for visitors, _ in IN_ORDER]
    room = "Wir treffen uns in meinem Videoraum"
    assert [text.startswith(room) for text in said] == [True, True, False]
    assert said[2].startswith("Dieser Termin ist abgesagt.")


def test_a_video_consultation_carries_its_room(life: Life) -> None:
    room = "https://video.stadtfuehrer.example/vera"
    for kind in OF_A_BOOKING:
        event = life.letters[kind].event
        assert (str(event["CONFERENCE"]), str(event["LOCATION"])) == (room, room)


@pytest.mark.parametrize(
    ("kind", "location"),
    [("kennenlernen", "Telefon: +49 30 5550 77"), ("hausbesuch", "Musterweg 7, 80331 München")],
)
def test_other_consultations_carry_their_place_and_no_room(
    sqlite_context: AppContext, kind: str, location: str
) -> None:
    life = whole_life(sqlite_context, kind=kind)
    for one in OF_A_BOOKING:
        event = life.letters[one].event
        assert str(event["LOCATION"]) == location
        assert "CONFERENCE" not in event


def test_the_letter_of_a_result_invites_to_nothing(life: Life) -> None:
    assert life.letters[LetterKind.RESULT].invitation is None


def test_a_step_that_is_told_again_is_told_in_the_same_bytes(sqlite_context: AppContext) -> None:
    """What is in the outbox is what goes out, however often; nothing is written anew."""
    token = book(sqlite_context, a_wish(sqlite_context, FIRST), now=NOW)
    (first, _) = kept_letters(sqlite_context)
    move(sqlite_context, token, SECOND, now=NOW + timedelta(days=1))
    assert kept_letters(sqlite_context)[0].message == first.message


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("2026-03-27 10:00", "20260327T090000Z"),  # the days around both clock changes
        ("2026-03-30 10:00", "20260330T080000Z"),
    ],
)
def test_times_are_in_utc(sqlite_context: AppContext, start: str, utc: str) -> None:
    book(sqlite_context, a_wish(sqlite_context, in_berlin(start)), now=NOW)
    for letter in kept_letters(sqlite_context):
        invitation = read(letter).invitation
        assert invitation is not None
        assert f"DTSTART:{utc}\r\n".encode() in invitation


def test_a_consultant_who_books_with_their_own_address_gets_both_letters(
    sqlite_context: AppContext,
) -> None:
    visitor = a_visitor(email="vera@stadtfuehrer.example")
    token = book(sqlite_context, a_wish(sqlite_context, FIRST, visitor=visitor), now=NOW)
    move(sqlite_context, token, SECOND, now=NOW)
    cancel(sqlite_context, token, "", now=NOW)
    letters = [read(letter) for letter in kept_letters(sqlite_context)]
    assert [letter.kind for letter in letters] == OF_A_BOOKING
    for letter in letters:
        assert letter.event["ATTENDEE"] == "mailto:vera@stadtfuehrer.example"
