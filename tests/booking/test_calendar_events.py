"""Bookings in the consultant's calendar: their whole life, on real servers."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.calendar_events import waiting_events
from stadtfuehrer.booking.pending import accept, confirm
from stadtfuehrer.booking.service import cancel, move
from stadtfuehrer.booking.times import free_times, read_calendars
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.calendar.service import unwritten_since
from stadtfuehrer.context import AppContext
from stadtfuehrer.tokens import confirmation_token
from tests.support.calendars import DavServer, event, ics, with_calendar
from tests.support.contexts import NOW, Clock, OpenContext, in_berlin
from tests.support.entered import Office, an_office, as_written, times
from tests.support.steps import whole_life

TEN, ELEVEN = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 11:00")


@pytest.fixture
def office(sqlite_context: AppContext, dav: DavServer, clock: Clock) -> Office:
    return an_office(sqlite_context, dav, clock, f"Beratungen {uuid.uuid4()}")


def test_the_life_of_a_booking(office: Office) -> None:
    token = office.book(TEN)
    assert office.entries() == []
    office.tend()
    (event,) = office.entries()
    assert times(event) == as_written(TEN)
    assert event.url == f"{office.calendar.url}{office.uid(token)}.ics"
    for word in (b"METHOD", b"ATTENDEE", b"ORGANIZER"):
        assert word not in event.data
    office.tend(minutes=1)
    assert office.entries() == [event]
    move(office.context, token, ELEVEN, now=office.clock())
    office.tend(minutes=1)
    (event,) = office.entries()
    assert times(event) == as_written(ELEVEN)
    cancel(office.context, token, "", now=office.clock())
    office.tend(minutes=1)
    assert office.entries() == []
    assert office.asked() == []


def test_what_does_not_stand_is_not_entered(
    open_sqlite_context: OpenContext, radicale_server: DavServer, clock: Clock
) -> None:
    """Held and requested bookings are nobody's event yet; confirmed and accepted ones are."""
    with open_sqlite_context(confirm='"always"') as opened:
        office = an_office(opened, radicale_server, clock, f"Beratungen {uuid.uuid4()}")
        token = office.book(TEN)
        office.tend()
        assert office.entries() == []
        kind = replace(opened.kinds[0], approve=True)
        office.context = replace(office.context, kinds=(kind, *opened.kinds[1:]))
        confirm(office.context, confirmation_token(opened.secret, office.uid(token)), now=clock())
        office.tend(minutes=1)
        assert office.entries() == []
        accept(office.context, office.own(token), now=clock())
        office.tend(minutes=1)
        assert [times(one) for one in office.entries()] == [as_written(TEN)]


def test_notes_titles_and_alarms_outlive_a_move(office: Office) -> None:
    token = office.book(TEN)
    office.tend()
    alarm = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n"
    mine = b"X-MINE:Vertrag mitnehmen\r\n" + alarm
    office.change(token, (b"END:VEVENT", mine + b"END:VEVENT"))
    move(office.context, token, ELEVEN, now=office.clock())
    office.tend(minutes=1)
    (event,) = office.entries()
    assert times(event) == as_written(ELEVEN)
    assert b"Vertrag mitnehmen" in event.data
    assert b"TRIGGER:-PT30M" in event.data
    assert office.asked() == []


def test_an_invitation_taken_into_another_calendar_is_adopted(office: Office) -> None:
    """Without the people in it once it is changed: servers would write to them."""
    other = office.calendar.server.make_calendar(f"Privat {uuid.uuid4()}")
    token = office.book(TEN)
    uid = office.uid(token)
    other.put("angenommen", taken_invitation(uid, TEN))
    office.tend()
    assert office.entries() == []
    move(office.context, token, ELEVEN, now=office.clock())
    office.tend(minutes=1)
    (event,) = office.entries(other)
    assert times(event) == as_written(ELEVEN)
    # SOGo puts the owner back in, without an organizer to answer to.
    for word in (b"ORGANIZER", b"aenne@gast.example"):
        assert word not in event.data
    cancel(office.context, token, "", now=office.clock())
    office.tend(minutes=1)
    assert office.entries(other) == []


@pytest.mark.servers
def test_a_server_that_writes_to_people_has_nobody_to_write_to(
    sqlite_context: AppContext, sogo_server: DavServer
) -> None:
    clock = Clock(now=utc_now())  # about what is over it writes to nobody anyway
    office = an_office(sqlite_context, sogo_server, clock, f"Beratungen {uuid.uuid4()}")
    *_, first, last = free_times(office.context, office.context.kinds[0], now=clock())
    assert sogo_server.letters is not None
    sent = sogo_server.letters.messages
    token = office.book(first)
    office.tend()
    move(office.context, token, last, now=office.clock())
    office.tend(minutes=1)
    cancel(office.context, token, "", now=office.clock())
    office.tend(minutes=1)
    assert office.entries() == []
    assert sogo_server.letters.messages == sent
    # The consultant's own invitation, which shows that it would.
    person = "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:aenne@gast.example"
    own = event(f"{last:%Y-%m-%d} 10:00", 1, "ORGANIZER:mailto:vera@stadtfuehrer.example", person)
    office.calendar.put("meins", ics(own))
    assert len(sogo_server.letters.messages) == len(sent) + 1


def test_somebody_elses_event_is_not_overwritten(office: Office) -> None:
    token = office.book(TEN)
    office.calendar.put(office.uid(token), ics(event("2026-03-09 10:00", uid="fremd")))
    office.tend()
    foreign, ours = sorted(office.entries(), key=lambda one: b"UID:fremd" not in one.data)
    assert b"Zahnarzt" in foreign.data
    assert times(ours) == as_written(TEN)
    cancel(office.context, token, "", now=office.clock())
    office.tend(minutes=1)
    assert [b"UID:fremd" in one.data for one in office.entries()] == [True]


def test_another_calendar_in_the_settings_gets_what_is_new(office: Office) -> None:
    """What stands in the old one is adopted there, so that nothing stands twice."""
    office.book(TEN)
    office.tend()
    name = f"Neu {uuid.uuid4()}"
    new = office.calendar.server.make_calendar(name)
    office.context = with_calendar(office.context, write=name)
    office.book(ELEVEN)
    office.tend(minutes=1)
    assert [times(one) for one in office.entries()] == [as_written(TEN)]
    assert [times(one) for one in office.entries(new)] == [as_written(ELEVEN)]
    assert waiting_events(office.context, now=office.clock()) == []


def test_our_events_block_nothing_where_the_calendar_also_blocks(office: Office) -> None:
    office.context = with_calendar(office.context, busy=(office.context.settings.calendar.write,))
    read_calendars(office.context, now=office.clock(), wait=60)
    token = office.book(TEN)
    office.tend()
    move(office.context, token, ELEVEN, now=office.clock())
    read_calendars(office.context, now=office.clock(), wait=60)
    assert TEN in free_times(office.context, office.context.kinds[0], now=office.clock())
    office.tend(minutes=1)
    office.calendar.put("meins", ics(event("2026-03-05 13:00")))
    read_calendars(office.context, now=office.clock(), wait=60)
    kind, one = office.context.kinds[0], in_berlin("2026-03-05 13:00")
    free = free_times(office.context, kind, now=office.clock())
    assert TEN in free
    assert one not in free


def test_a_calendar_that_is_away_is_caught_up_with(office: Office) -> None:
    working = office.context
    office.context = with_calendar(working, write="gibt es nicht")
    office.book(TEN)
    for _ in range(5):
        office.tend(minutes=20)
    (waits,) = waiting_events(office.context, now=office.clock())
    assert "gibt es" in waits["error"]
    assert unwritten_since(office.context, now=office.clock()) == NOW + timedelta(minutes=20)
    assert office.asked() == ["kalender-eintragen"]
    office.context = working
    office.tend(minutes=20)
    assert [times(one) for one in office.entries()] == [as_written(TEN)]
    assert unwritten_since(office.context, now=office.clock()) is None
    assert office.asked() == ["kalender-eintragen"]


@pytest.mark.parametrize("wanted", [False, True])
def test_letters_to_the_consultant_carry_invitations_only_if_wanted(
    sqlite_context: AppContext, *, wanted: bool
) -> None:
    url = "https://dav.example/"
    context = with_calendar(sqlite_context, url=url, write="Termine", invitations=wanted)
    life = whole_life(context)
    says = {
        "einladung": (
            "Die Einladung für deinen Kalender liegt bei",
            "trägt ihn in deinen Kalender",
        ),
        "verschoben-beratung": ("Die Einladung, die beiliegt", "verschiebt diese Seite"),
        "absage-beratung": ("Mit der Absage, die beiliegt", "nimmt diese Seite ihn dort"),
    }
    for kind, (with_one, without) in says.items():
        letter = life.letters[kind]
        assert (letter.invitation is not None) == wanted, kind
        assert [with_one in flat(letter.text), without in flat(letter.text)] == [wanted, not wanted]
    for kind in ("bestaetigung", "verschoben-gast", "absage-gast"):
        assert life.letters[kind].invitation is not None


def flat(text: str) -> str:
    return " ".join(text.split())


def taken_invitation(uid: str, start: datetime) -> bytes:
    """As a program stores what its owner accepted."""
    begin, end = as_written(start)
    return ics(
        "\r\n".join(
            [
                *("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:Gespräch"),
                *(f"DTSTART:{begin}", f"DTEND:{end}", "SEQUENCE:0"),
                "ORGANIZER:mailto:termine@stadtfuehrer.example",
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:vera@stadtfuehrer.example",
                *("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:aenne@gast.example", "END:VEVENT"),
            ]
        )
    )
