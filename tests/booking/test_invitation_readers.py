"""Hard cases, read back by every reader: the same words and the same instants everywhere."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.text import Mailbox, plain_text
from tests.support.contexts import BERLIN
from tests.support.invitations import BARE, CANCELLED, MOVED, booked, rendered
from tests.support.readers.everyone import read_by_all
from tests.support.strategies import CHANGES

LORD_HOWE = ZoneInfo("Australia/Lord_Howe")

HARD = [
    "Grüße aus Köln, Straße 7; „Ecke“ – 5 €",
    "👩‍💻🏴󠁧󠁢󠁳󠁣󠁴󠁿🇩🇪 e\u0301 \u200cنامه",
    "a,b;c:d=e|f",
    "Titel: Untertitel: mailto:x@y.example",
    "Hans \"der Große\" 'klein'",
    "hoch^2, ^n, ^', ^^, ^",
    r"\ \\ \\\ \, \; \: \" \t",
    r"D:\Neukunden\neu\\N\\n",  # what an icalendar of its own accord makes line breaks of
    "N\\",
    "%0A &amp; =0A =?utf-8?q?x?= <b>",
    "BEGIN:VEVENT",
    "ü" * 400,
    "👩‍💻" * 100,
    "a" + "ß" * 74 + "\\" * 74 + "é" * 75,
    " ".join(f"{number} Wörter" for number in range(2000)),
]
SEVERAL_LINES = [
    "eins\nzwei\r\ndrei\rvier\vfünf\fsechs\x1csieben\x85acht\u2028neun\u2029zehn",
    "oben\n\n\n\nunten",
    "eins\n zwei\n\tdrei",
    "Tab\tmitten im Satz",
    "\nMETHOD:CANCEL\r\nEND:VEVENT\nBEGIN:VALARM\r",
    "\x00\x07\x1b unsichtbar \u202e\u2066\u200b\ufeff",
    ("z" * 74 + "\n") * 5,
]

ONE = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]).filter(
    lambda one: not re.match("[\ufdd0-\ufdef]", one) and ord(one) & 0xFFFE != 0xFFFE
)
PIECES = st.sampled_from(["\\", "\\n", "\\N", *"nN,;:\"'^= ü", "^n", "👩‍💻", "x" * 70])
BREAKS = st.sampled_from(["\n", "\r", "\r\n", "\v", "\x85", "\u2028", "\t", "\x00", "\u202e"])
NAMES = st.lists(ONE | PIECES, max_size=30).map(lambda pieces: "".join(pieces).strip())
TEXTS = st.lists(ONE | PIECES | BREAKS).map("".join)


def shown(name: str) -> str:
    """A name as calendars show it: what cannot stand in CN as something like it."""
    return name.replace('"', "'").replace("^", "ˆ").replace("\\", "/")


@pytest.mark.parametrize("text", [*HARD, *SEVERAL_LINES])
def test_every_reader_reads_a_hard_text_as_it_was_written(text: str) -> None:
    seen = read_by_all(rendered(booked(), summary=text, description=text, location=text))
    expected = plain_text(text).strip()
    assert (seen.summary, seen.description, seen.location) == (expected, expected, expected)


@pytest.mark.parametrize("name", HARD)
def test_every_reader_reads_a_hard_name_as_one_person(name: str) -> None:
    mailbox = Mailbox(name=name, address="hans@x.example")
    seen = read_by_all(rendered(booked(), organizer=mailbox, attendees=[mailbox]))
    assert seen.organizer == ("mailto:hans@x.example", shown(mailbox.name))
    assert seen.attendees == (seen.organizer,)


@settings(max_examples=60)
@given(st.tuples(TEXTS, TEXTS, TEXTS), NAMES)
def test_every_reader_reads_any_words_as_they_were_written(
    texts: tuple[str, str, str], name: str
) -> None:
    assume(plain_text(texts[0]).strip())
    mailbox = Mailbox(name=name, address="hans@x.example")
    words = dict(zip(("summary", "description", "location"), texts, strict=True))
    seen = read_by_all(rendered(booked(), attendees=[mailbox], **words))
    expected = tuple(plain_text(text).strip() for text in texts)
    assert (seen.summary, seen.description, seen.location) == expected
    assert seen.attendees == (("mailto:hans@x.example", shown(mailbox.name)),)


@pytest.mark.parametrize(
    ("booking", "method"),
    [(MOVED, "REQUEST"), (CANCELLED, "CANCEL"), (MOVED, "PUBLISH"), (CANCELLED, "PUBLISH")],
)
def test_every_reader_reads_an_entry_without_its_optional_parts(
    booking: Booking, method: str
) -> None:
    seen = read_by_all(rendered(booking, method, **BARE))
    assert (seen.method, seen.sequence) == (method, booking.sequence)
    assert (seen.description, seen.location, seen.conference, seen.url) == ("", "", "", "")


@pytest.mark.parametrize(
    ("start", "minutes", "utc"),
    [
        # Autumn: the hour that comes twice, each time; into it, across it, out of it
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 15, "00:30 00:45"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), 15, "01:30 01:45"),
        (datetime(2026, 10, 25, 1, 45, tzinfo=BERLIN), 30, "23:45 00:15"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 30, "00:30 01:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN), 120, "23:30 01:30"),
        (datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN, fold=1), 30, "01:45 02:15"),
        # Spring: to the hour that is missing, across it, after it
        (datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN), 30, "00:30 01:00"),
        (datetime(2026, 3, 29, 1, 45, tzinfo=BERLIN), 30, "00:45 01:15"),
        (datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN), 30, "01:00 01:30"),
        # No clock shows these; Python takes the offset before the change, or the one after it
        (datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN), 30, "01:30 02:00"),
        (datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN, fold=1), 30, "00:30 01:00"),
        # Clocks that jump by half an hour, and those that never do
        (datetime(2026, 4, 5, 1, 45, tzinfo=LORD_HOWE), 30, "14:45 15:15"),
        (datetime(2026, 10, 4, 1, 45, tzinfo=LORD_HOWE), 30, "15:15 15:45"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Kathmandu")), 30, "03:15 03:45"),
    ],
)
def test_every_reader_finds_the_instants_where_clocks_change(
    start: datetime, minutes: int, utc: str
) -> None:
    seen = read_by_all(rendered(booked(start, minutes=minutes)))
    assert f"{seen.start:%H:%M} {seen.end:%H:%M}" == utc
    assert seen.end - seen.start == timedelta(minutes=minutes)


@settings(max_examples=60)
@given(
    change=st.sampled_from(CHANGES),
    wall=st.integers(-48 * 60, 48 * 60),
    minutes=st.integers(1, 8 * 60),
    fold=st.sampled_from([0, 1]),
)
def test_every_reader_finds_any_instant_near_a_clock_change(
    change: tuple[str, object], wall: int, minutes: int, fold: int
) -> None:
    zone, day = change
    midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=ZoneInfo(zone))
    start = (midnight + timedelta(minutes=wall)).replace(fold=fold)
    seen = read_by_all(rendered(booked(start, minutes=minutes), stamp=start))
    assert seen.start == seen.stamp == start.astimezone(UTC)
    assert seen.end == start.astimezone(UTC) + timedelta(minutes=minutes)
