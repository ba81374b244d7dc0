"""What comes back by mail: what it does to a booking, what it never does, who is written to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stadtfuehrer.booking import answers
from stadtfuehrer.booking.answers import follow_up, take
from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.outbox import Composed
from stadtfuehrer.mail.service import all_letters, retry_letter
from tests.support.came_back import REPLIES, a_bounce, a_reply, raw, sent
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, serving
from tests.support.mailbag import Read, read
from tests.support.stored import letters

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
GUEST, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
TOLD = {"abgelehnt-gast", "abgelehnt-beratung", "unzustellbar"}
SOON = timedelta(minutes=5)


def booked(context: AppContext, **typed: str) -> str:
    return book(context, a_wish(context, START, visitor=a_visitor(**typed)), now=NOW)


def uid_of(context: AppContext, token: str) -> str:
    return look_up(context, token).booking.uid


def note(context: AppContext) -> str:
    (row,) = all_bookings(context)
    return str(row["note"])


def told(context: AppContext) -> list[Read]:
    return [read(one) for one in letters(context) if one.kind in TOLD]


def no_letter(*_arguments: object) -> Composed:
    raise ZeroDivisionError


def test_a_guest_who_declines_is_asked_once_and_nothing_is_cancelled(context: AppContext) -> None:
    token = booked(context)
    uid = uid_of(context, token)
    for minutes in (1, 2):
        take(context, a_reply(uid, stamp=NOW + timedelta(minutes=minutes)), now=NOW + SOON)
        follow_up(context, now=NOW + SOON)
    assert note(context) == "abgelehnt"
    (letter,) = told(context)
    assert (letter.kind, letter.to) == ("abgelehnt-gast", [GUEST])
    assert f"{context.settings.site.url}/buchung/{token}/absagen" in letter.links
    assert letter.invitation is None
    assert look_up(context, token).booking.sequence == 0


def test_a_consultant_who_declines_is_asked_too(context: AppContext) -> None:
    token = booked(context)
    take(context, a_reply(uid_of(context, token), CONSULTANT.upper()), now=NOW)
    follow_up(context, now=NOW)
    assert note(context) == "von dir abgelehnt"
    (letter,) = told(context)
    assert (letter.kind, letter.to) == ("abgelehnt-beratung", [CONSULTANT])
    assert not any(token in link for link in letter.links)


ORDERS = [
    # PARTSTAT, SEQUENCE, minutes of DTSTAMP; and whether it stands as declined at the end
    ([("DECLINED", 0, 1), ("ACCEPTED", 0, 2)], False),
    ([("ACCEPTED", 0, 2), ("DECLINED", 0, 1)], False),
    ([("DECLINED", 0, 1), ("TENTATIVE", 0, 2)], False),
    ([("ACCEPTED", 0, 1), ("DECLINED", 0, 2)], True),
    ([("DECLINED", 0, 1), ("ACCEPTED", 0, 1)], False),
    ([("ACCEPTED", 0, 1), ("DECLINED", 0, 1)], True),
    ([("DECLINED", 0, 1), ("NEEDS-ACTION", 0, 2)], True),
    ([("DECLINED", 1, 1)], False),
    ([("DECLINED", 0, 1), ("ACCEPTED", 7, 2)], True),
    # A clock that is a year ahead shuts nobody out.
    ([("ACCEPTED", 0, 525600), ("DECLINED", 0, 5)], True),
]


@pytest.mark.parametrize(("said", "declined"), ORDERS)
def test_the_last_answer_to_the_present_sequence_holds(
    context: AppContext,
    said: list[tuple[str, int, int]],
    declined: bool,  # noqa: FBT001 - a table
) -> None:
    uid = uid_of(context, booked(context))
    for partstat, sequence, minutes in said:
        stamp = NOW + timedelta(minutes=minutes)
        mail = a_reply(uid, partstat=partstat, sequence=sequence, stamp=stamp)
        take(context, mail, now=NOW + SOON)
    assert note(context) == ("abgelehnt" if declined else "")
    assert follow_up(context, now=NOW + SOON) == declined


def test_a_move_asks_anew_and_an_answer_to_the_old_time_is_too_late(context: AppContext) -> None:
    token = booked(context)
    uid = uid_of(context, token)
    take(context, a_reply(uid), now=NOW)
    follow_up(context, now=NOW)
    move(context, token, OTHER, now=NOW)
    assert note(context) == ""
    take(context, a_reply(uid, stamp=NOW + SOON), now=NOW + SOON)
    assert note(context) == ""
    take(context, a_reply(uid, sequence=1), now=NOW + SOON)
    follow_up(context, now=NOW + SOON)
    assert note(context) == "abgelehnt"
    assert len(told(context)) == 2


@pytest.mark.parametrize("address", ["wer@anders.example", "", "xaenne@gast.example"])
def test_an_answer_of_somebody_else_and_to_something_else_says_nothing(
    context: AppContext, address: str
) -> None:
    uid = uid_of(context, booked(context))
    take(context, a_reply(uid, address), now=NOW)
    take(context, a_reply("other", GUEST), now=NOW)
    for path in REPLIES.glob("*.eml"):
        take(context, raw(path.stem), now=NOW)
    assert (note(context), follow_up(context, now=NOW)) == ("", 0)


def test_an_umlaut_domain_is_recognised_as_mail_writes_it(context: AppContext) -> None:
    uid = uid_of(context, booked(context, email="aenne+termin@töpferei.example"))
    take(context, a_reply(uid, "Aenne%2Btermin@xn--tpferei-90a.example"), now=NOW)
    assert note(context) == "abgelehnt"


def test_who_accepts_before_the_letter_leaves_is_not_asked(context: AppContext) -> None:
    uid = uid_of(context, booked(context))
    take(context, a_reply(uid), now=NOW)
    take(context, a_reply(uid, partstat="ACCEPTED", stamp=NOW + SOON), now=NOW + SOON)
    assert follow_up(context, now=NOW + SOON) == 0


def test_a_cancelled_and_a_past_booking_are_asked_about_no_more(context: AppContext) -> None:
    token = booked(context)
    take(context, a_reply(uid_of(context, token)), now=NOW)
    assert follow_up(context, now=START) == 0
    cancel(context, token, "", now=NOW)
    assert (note(context), follow_up(context, now=NOW)) == ("", 0)


@pytest.mark.parametrize("phone", ["+49 30 5550 77", ""])
def test_a_bounce_fails_the_letter_and_is_told_to_the_consultant_once(
    context: AppContext, phone: str
) -> None:
    booked(context, telefon=phone)
    sent(context)
    (confirmation, *_) = all_letters(context)
    assert (confirmation["state"], note(context)) == ("sent", "")
    mail = a_bounce(letters(context)[0].message_id)
    for _ in range(2):
        take(context, mail, now=NOW)
        follow_up(context, now=NOW)
    (confirmation, *_) = all_letters(context)
    assert (confirmation["state"], confirmation["error"]) == (
        "failed",
        "Der Brief kam als unzustellbar zurück (5.1.1).",
    )
    assert note(context) == "Adresse unzustellbar"
    (letter,) = told(context)
    assert (letter.kind, letter.to) == ("unzustellbar", [CONSULTANT])
    said = phone or "Eine Telefonnummer ist nicht angegeben."
    assert said in letter.text
    assert said in letter.shown
    assert "Der Brief kam als unzustellbar zurück (5.1.1)." in letter.shown


def test_a_refusal_at_once_is_told_like_a_bounce(context: AppContext) -> None:
    booked(context)
    sent(context, "550 5.1.1 no such user")
    assert note(context) == "Adresse unzustellbar"
    assert follow_up(context, now=NOW) == 1
    (letter,) = told(context)
    assert "nimmt für diesen Empfänger nichts an (550 5.1.1 no such user)." in letter.shown


def test_what_concerns_no_visitor_of_a_booking_to_come_is_told_to_nobody(
    context: AppContext,
) -> None:
    """The consultant's own letter, one that is late, one that nobody knows, one that is over."""
    booked(context)
    sent(context)
    confirmation, invitation = letters(context)
    for mail in (
        a_bounce(invitation.message_id),
        a_bounce("<bestaetigung.0.unknown@stadtfuehrer.example>"),
        a_bounce(confirmation.message_id, "dsn-postfix-delayed-4.4.1"),
    ):
        take(context, mail, now=NOW)
    assert (note(context), follow_up(context, now=NOW)) == ("", 0)
    assert [one["state"] for one in all_letters(context)] == ["sent", "failed"]
    take(context, a_bounce(confirmation.message_id), now=NOW)
    assert follow_up(context, now=START) == 0


def test_each_step_whose_letter_does_not_arrive_is_told(context: AppContext) -> None:
    token = booked(context)
    sent(context, "550 no")
    follow_up(context, now=NOW)
    sent(context)
    cancel(context, token, "", now=NOW)
    sent(context, "550 no")
    follow_up(context, now=NOW)
    first, second = told(context)
    assert "was für diesen Termin gilt" in first.text
    assert "dass dieser Termin abgesagt ist" in second.text


def test_a_letter_that_leaves_after_all_clears_the_note(context: AppContext) -> None:
    booked(context)
    sent(context, "550 no")
    assert note(context) == "Adresse unzustellbar"
    retry_letter(context, 1, now=NOW)
    sent(context)
    assert note(context) == ""


def test_a_letter_that_could_not_be_written_says_nothing_about_the_address(
    context: AppContext,
) -> None:
    booked(context)
    with serving(Handler()) as port:
        deliver_due(context, plain(port), compose=no_letter, clock=Clock())
    assert {one["state"] for one in all_letters(context)} == {"failed"}
    assert (note(context), follow_up(context, now=NOW)) == ("", 0)


def test_what_came_back_is_erased_with_the_booking(context: AppContext) -> None:
    token = booked(context)
    take(context, a_reply(uid_of(context, token)), now=NOW)
    with context.database.begin() as session:
        assert len(erase_bookings(session, ended_before=START + timedelta(days=1))[0]) == 1
        session.flush()
    assert all_bookings(context) == []


def test_two_notes_stand_side_by_side(context: AppContext) -> None:
    token = booked(context)
    for address in (GUEST, CONSULTANT):
        take(context, a_reply(uid_of(context, token), address), now=NOW)
    assert note(context) == "von dir abgelehnt, abgelehnt"


def test_a_booking_with_ones_own_address_is_the_guests(context: AppContext) -> None:
    token = booked(context, email=CONSULTANT)
    take(context, a_reply(uid_of(context, token), CONSULTANT), now=NOW)
    assert note(context) == "abgelehnt"


def test_without_a_mailbox_nothing_is_read(context: AppContext) -> None:
    assert answers.mailbox_server(context) is None
    assert answers.read_mailbox(context, now=NOW)
    its = replace(context.settings.mailbox, host="imap.example", username="u", password="geheim")
    settings = replace(context.settings, mailbox=its)
    server = answers.mailbox_server(replace(context, settings=settings))
    assert server is not None
    assert (server.name, server.port) == ("u@imap.example/INBOX", 993)
    assert "geheim" not in repr(server)
