"""A setting is corrected: what waits leaves by the corrected one, and at once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar

from stadtfuehrer.booking.calendar_entry import calendar_file
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.feed import find_feed, renew_feed
from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import GIVE_UP_AFTER, Round, deliver_due
from stadtfuehrer.mail.service import all_letters, retry_letter, settings_digest
from stadtfuehrer.worker import REST_SECONDS, work
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, answer, serving
from tests.support.mailbag import read
from tests.support.posting import deliver, states
from tests.support.rounds import Rounds
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
WRONG, RIGHT = "termin@stadtfuehrer.example", "termine@stadtfuehrer.example"
VERA, TYPO = "vera@stadtfuehrer.example", "vear@stadtfuehrer.example"
NOT_YOURS = "553 5.7.1 <{}>: Sender address rejected: not owned by user vera"


@dataclass(kw_only=True)
class Choosy(Handler):
    """Refuses a sender, at MAIL or, as Postfix does, when it hears the first recipient."""

    minds: str
    command: str
    only_for: str = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (self.command, self.minds) == ("MAIL", address):
            return NOT_YOURS.format(address)
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        minds = envelope.mail_from == self.minds and self.only_for in {"", address}
        if self.command == "RCPT" and minds:
            return NOT_YOURS.format(envelope.mail_from)
        return await super().handle_RCPT(server, session, envelope, address, options)


def with_settings(context: AppContext, **sections: dict[str, Any]) -> AppContext:
    """The same context after a correction and a restart."""
    settings = context.settings
    changed = {
        name: replace(getattr(settings, name), **values) for name, values in sections.items()
    }
    return replace(context, settings=replace(settings, **changed))


def organizer_in(message: bytes) -> str:
    """Read by hand: the other readers want it to be the sender, as it is but for such a change."""
    parts = message_from_bytes(message).walk()
    (calendar,) = (one for one in parts if one.get_content_type() == "text/calendar")
    octets = calendar.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return str(Calendar.from_ical(octets).events[0]["ORGANIZER"])


def deliver_to(handler: Handler, context: AppContext, clock: Clock) -> Round:
    with serving(handler) as port:
        return deliver_due(context, plain(port), compose=compose, clock=clock)


def book_days(context: AppContext, *days: int, now: datetime = NOW) -> None:
    for day in days:
        book(context, a_wish(context, in_berlin(f"2026-03-{day:02} 10:00")), now=now)


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_wrong_sender_is_corrected_and_everything_leaves(
    context: AppContext, clock: Clock, command: str
) -> None:
    wrong = with_settings(context, mail={"sender": WRONG})
    book_days(wrong, 4, 5, 9)
    for _ in range(3):
        done = deliver_to(Choosy(minds=WRONG, command=command), wrong, clock)
        assert (done.sent, "(mail.sender) nicht an (553" in done.away) == (0, True)
        assert [(one.state, one.attempts) for one in letters(context)] == [("waiting", 0)] * 6
        clock.turn(minutes=5)
    deliver_to(Choosy(minds=WRONG, command=command), wrong, clock)
    book_days(context, 10)
    handler = Choosy(minds=WRONG, command=command)
    # New letters do not wait for the old ones.
    assert deliver_to(handler, context, clock).sent == 2
    with serving(handler) as port:
        stop = Rounds(1, clock)
        work(context, plain(port), clock=clock, elapsed=clock.elapsed, stop=stop)
    assert states(context) == ["sent"] * 8
    assert {one.mail_from for one in handler.accepted} == {RIGHT}
    for octets in handler.messages:
        assert RIGHT in message_from_bytes(octets)["From"]
    for letter in map(read, letters(context)):
        assert letter.event["ORGANIZER"] == f"mailto:{RIGHT}"


def test_a_sender_refused_for_one_letter_holds_back_that_one_until_it_fails(
    sqlite_context: AppContext, clock: Clock
) -> None:
    handler = Choosy(minds=RIGHT, command="RCPT", only_for=VERA)
    book_days(sqlite_context, 4)
    assert deliver_to(handler, sqlite_context, clock) == Round(sent=1, heard=1)
    assert states(sqlite_context) == ["sent", "waiting"]
    clock.turn(seconds=GIVE_UP_AFTER.total_seconds())
    book_days(sqlite_context, 9, now=clock())
    assert deliver_to(handler, sqlite_context, clock).sent == 1
    clock.turn(minutes=15)
    deliver_to(handler, sqlite_context, clock)
    found = letters(sqlite_context)
    assert [one.state for one in found] == ["sent", "failed", "sent", "waiting"]
    assert "Sender address rejected" in found[1].error


def test_a_letter_that_is_not_admitted_keeps_no_other_waiting(
    sqlite_context: AppContext, clock: Clock
) -> None:
    handler = Choosy(minds=RIGHT, command="RCPT", only_for=VERA)
    book_days(sqlite_context, 4)
    with serving(handler) as port:
        stop = Rounds(400, clock)
        work(sqlite_context, plain(port), clock=clock, elapsed=clock.elapsed, stop=stop)
    assert states(sqlite_context) == ["sent", "waiting"]
    assert clock.now > NOW + timedelta(minutes=2)
    assert max(stop.rests) == REST_SECONDS


def test_letters_to_the_consultant_follow_a_corrected_address(
    sqlite_context: AppContext, clock: Clock
) -> None:
    typo = with_settings(sqlite_context, consultant={"email": TYPO})
    book_days(typo, 4, 5)
    deliver(typo, clock, RCPT=[answer("250 OK"), answer(f"550 5.1.1 <{TYPO}>: unknown")])
    failed = 2
    book_days(typo, 9)
    deliver(typo, clock, RCPT=[answer("250 OK"), answer("451 later")])
    waiting = all_letters(typo)[-1]["id"]
    shown = {one["id"]: one["recipient"] for one in all_letters(sqlite_context)}
    # What failed did so at the old address; what waits goes to the new one.
    assert (shown[failed], shown[waiting]) == (TYPO, VERA)
    retry_letter(sqlite_context, failed, now=clock())
    clock.turn(minutes=5)
    done, handler = deliver(sqlite_context, clock)
    assert done.sent == 2
    assert [one.rcpt_tos for one in handler.accepted] == [[VERA], [VERA]]
    for octets in handler.messages:
        assert VERA in message_from_bytes(octets)["To"]
        assert TYPO not in str(message_from_bytes(octets))


@pytest.mark.parametrize(
    "correction",
    [
        {"site": {"url": "https://neu.example"}},
        {"consultant": {"phone": "+49 89 1234"}},
        {"consultant": {"name": "Vera Richtig"}},
    ],
)
def test_what_waits_says_what_is_right_by_now_and_stays_the_same_letter(
    sqlite_context: AppContext, clock: Clock, correction: dict[str, dict[str, Any]]
) -> None:
    book_days(sqlite_context, 4)
    deliver(sqlite_context, clock, RCPT=[answer("451 later")] * 2)
    before = letters(sqlite_context)
    clock.turn(minutes=5)
    changed = with_settings(sqlite_context, **correction)
    done, handler = deliver(changed, clock)
    assert done.sent == 2
    ((_, values),) = correction.items()
    ((_, value),) = values.items()
    said = read(letters(changed)[0])
    assert value in said.everything
    if value.startswith("https"):
        assert all(link.startswith((value, "mailto:", "tel:")) for link in said.links)
        assert str(said.event["URL"]).startswith(value)
    assert said.everything != read(before[0]).everything
    for was, now in zip(before, letters(changed), strict=True):
        old, new = message_from_bytes(was.message), message_from_bytes(now.message)
        for header in ("Message-ID", "Date"):
            assert old[header] == new[header]
        for name in ("UID", "SEQUENCE", "DTSTAMP", "ORGANIZER"):
            assert read(was).event[name] == read(now).event[name]
    assert sorted(handler.messages) == sorted(one.message for one in letters(changed))


def test_a_correction_makes_due_what_it_was_composed_without_and_nothing_else(
    sqlite_context: AppContext, clock: Clock
) -> None:
    book_days(sqlite_context, 4)
    deliver(sqlite_context, clock, RCPT=[answer("451 later")] * 2)
    changed = with_settings(sqlite_context, site={"url": "https://neu.example"})
    for context, sent in ((sqlite_context, 0), (changed, 2)):
        with context.database.begin() as session:
            outbox.hurry(session, settings_digest(context), now=clock())
        assert deliver(context, clock)[0].sent == sent


def test_the_organizer_of_a_uid_stays_when_the_sender_changes(
    context: AppContext, clock: Clock
) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    deliver(context, clock)
    changed = with_settings(context, mail={"sender": "post@stadtfuehrer.example"})
    move(changed, token, THREE, now=NOW)
    _, handler = deliver(changed, clock)
    assert {one.mail_from for one in handler.accepted} == {"post@stadtfuehrer.example"}
    found = letters(changed)
    assert {organizer_in(one.message) for one in found} == {f"mailto:{RIGHT}"}
    booking = look_up(changed, token).booking
    feed = find_feed(changed, renew_feed(changed, now=NOW)[-47:-4], now=NOW)
    for calendar in (calendar_file(changed, booking, Party.VISITOR), feed):
        assert calendar is not None
        assert f"mailto:{RIGHT}".encode() in calendar.replace(b"\r\n ", b"")
    # A new booking is the new mailbox's.
    book(changed, a_wish(changed, TEN, visitor=a_visitor(email="b@gast.example")), now=NOW)
    for letter in letters(changed, after=len(found)):
        assert read(letter).event["ORGANIZER"] == "mailto:post@stadtfuehrer.example"


def test_what_a_wrong_clock_put_off_for_months_leaves(
    sqlite_context: AppContext, clock: Clock
) -> None:
    book_days(sqlite_context, 12, now=NOW + timedelta(days=3))
    book_days(sqlite_context, 4)
    with sqlite_context.database.begin() as session:
        leased = outbox.lease_next(session, now=NOW + timedelta(days=300), lease=timedelta(hours=1))
        assert leased is not None
    assert deliver(sqlite_context, clock)[0].sent == 4
