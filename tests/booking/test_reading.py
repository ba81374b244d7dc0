"""The mailbox is read: each mail once and on its own, and never in the way of the letters."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from stadtfuehrer.booking import answers
from stadtfuehrer.booking.answers import read_in_background, read_mailbox
from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail import imap
from stadtfuehrer.mail.imap import OpenMailbox
from stadtfuehrer.mail.service import all_letters
from stadtfuehrer.worker import mailer_of, work
from tests.support.came_back import a_reply
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    Clock,
    OpenContext,
    a_wish,
    in_berlin,
    opened_context,
)
from tests.support.mailbox import Mailbox
from tests.support.misbehaviour import greeting
from tools.until import until

START = in_berlin("2026-03-05 09:00")
HOSTILE = [
    b"",
    b"\0\xff\xfe\r\n\r\n" * 100,
    b"Content-Type: text/calendar; method=REPLY; charset=\xff\r\n\r\n\xff\xfe\0",
    b"Content-Type: text/calendar\r\n\r\n" + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" * 5000,
    b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
    + b"BEGIN:VEVENT\r\n" * 3000,
    b"Content-Type: multipart/report\r\n\r\nAction: failed",
    b"".join(
        b"Content-Type: multipart/report; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000)
    ),
    (
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--x\r\n"
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n////\r\n--x--"
    ),
    a_reply("u\x00v").replace(b"SEQUENCE:0", b"SEQUENCE:99999999999999999999"),
    a_reply("u").replace(b"DTSTAMP:2026", b"DTSTAMP:0001"),
    a_reply("u" * 500_000),
]


@contextmanager
def reading(tmp: OpenContext, mailbox: Mailbox, **changes: str) -> Iterator[AppContext]:
    settings = (
        NO_LIMITS | mailbox.settings | {f"mailbox.{key}": one for key, one in changes.items()}
    )
    with opened_context(tmp.folder, tmp.url, changes=settings) as context:
        yield context


def booked(context: AppContext) -> str:
    token = book(context, a_wish(context, START), now=NOW)
    return look_up(context, token).booking.uid


def note(context: AppContext) -> str:
    (row,) = all_bookings(context)
    return str(row["note"])


def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The UIDs that are asked for from now on."""
    asked: list[int] = []
    usual = OpenMailbox.fetch

    def fetch(self: OpenMailbox, uid: int) -> bytes | None:
        asked.append(uid)
        return usual(self, uid)

    monkeypatch.setattr(OpenMailbox, "fetch", fetch)
    return asked


def test_each_mail_is_read_once_until_the_folder_counts_anew(
    open_context: OpenContext, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fetched(monkeypatch)
    with reading(open_context, mailbox) as context:
        uid = booked(context)
        assert read_mailbox(context, now=NOW)
        mailbox.deliver(b"Subject: Hallo\r\n\r\nGuten Tag\r\n", a_reply(uid))
        for _ in range(2):
            assert read_mailbox(context, now=NOW)
            assert (asked, note(context)) == ([1, 2], "abgelehnt")
        mailbox.deliver(a_reply(uid, partstat="ACCEPTED"))
        assert read_mailbox(context, now=NOW)
        assert (asked, note(context)) == ([1, 2, 3], "")
        mailbox.recreate()
        mailbox.deliver(a_reply(uid))
        assert read_mailbox(context, now=NOW)
        assert (asked, note(context)) == ([1, 2, 3, 1], "abgelehnt")
    assert mailbox.flags() == [()]


def test_no_mail_however_hostile_keeps_the_next_one_from_being_read(
    open_context: OpenContext, mailbox: Mailbox
) -> None:
    with reading(open_context, mailbox) as context:
        uid = booked(context)
        mailbox.deliver(*(one or b"\r\n" for one in HOSTILE), a_reply(uid))
        begin = time.monotonic()
        assert read_mailbox(context, now=NOW)
        assert time.monotonic() - begin < 20
        assert note(context) == "abgelehnt"


@pytest.mark.parametrize("mail", HOSTILE)
def test_a_hostile_mail_changes_nothing(context: AppContext, mail: bytes) -> None:
    booked(context)
    answers._take_one(context, mail, now=NOW)
    assert note(context) == ""


def test_a_round_is_bounded_and_the_next_goes_on(
    open_sqlite_context: OpenContext, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MESSAGES_A_ROUND", 2)
    asked = fetched(monkeypatch)
    mailbox.deliver(*[a_reply("u")] * 5)
    with reading(open_sqlite_context, mailbox) as context:
        for _ in range(4):
            read_mailbox(context, now=NOW)
    assert asked == [1, 2, 3, 4, 5]


def test_a_mail_is_read_again_when_the_database_was_away(
    open_sqlite_context: OpenContext, mailbox: Mailbox
) -> None:
    with reading(open_sqlite_context, mailbox) as context:
        mailbox.deliver(a_reply(booked(context)))
        with context.database.begin() as session:
            session.connection().exec_driver_sql("ALTER TABLE answers RENAME TO anderswo")
        assert not read_mailbox(context, now=NOW)
        with context.database.begin() as session:
            session.connection().exec_driver_sql("ALTER TABLE anderswo RENAME TO answers")
        assert read_mailbox(context, now=NOW)
        assert note(context) == "abgelehnt"


def test_a_server_that_hangs_delays_no_letter(
    open_sqlite_context: OpenContext, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "REST_SECONDS", 0)
    usual = imap.ImapServer.__init__.__kwdefaults__
    assert usual is not None
    monkeypatch.setitem(usual, "timeout_seconds", 3)
    stop, clock = Event(), Clock()
    with (
        greeting(hold=True) as port,
        reading(open_sqlite_context, mailbox, port=str(port)) as context,
    ):
        booked(context)

        def waits(_seconds: float) -> bool:
            stop.set()
            return True

        monkeypatch.setattr(stop, "wait", waits)
        begin = time.monotonic()
        work(context, mailer_of(context, open_sqlite_context.folder, clock), clock=clock, stop=stop)
        assert time.monotonic() - begin < 2
        assert {one["state"] for one in all_letters(context)} == {"sent"}
        assert answers._reading.locked()
        # A second look waits for the first to end.
        read_in_background(context, now=NOW)
        until(lambda: not answers._reading.locked(), within=10, what="the look ends")


def test_after_a_vain_login_it_rests(
    open_sqlite_context: OpenContext, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr("stadtfuehrer.booking.answers.sleep", rests.append)
    with reading(open_sqlite_context, mailbox, password='"falsch"') as context:
        read_in_background(context, now=NOW)
        until(lambda: not answers._reading.locked(), within=10, what="the look ends")
        assert rests == [answers.REST_SECONDS]
    with reading(open_sqlite_context, mailbox) as context:
        mailbox.deliver(a_reply(booked(context)))
        read_in_background(context, now=NOW)
        until(lambda: not answers._reading.locked(), within=10, what="the look ends")
        assert note(context) == "abgelehnt"
    assert len(rests) == 1
