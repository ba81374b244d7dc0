"""Delivery: every letter leaves once and in order."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import LEASE, deliver_due
from tests.support.contexts import NOW, Clock, a_wish, in_berlin
from tests.support.posting import deliver, states
from tests.support.racing import lost, race
from tests.support.stored import letters

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from stadtfuehrer.mail.folder import FolderMailer

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN), now=NOW)


def test_letters_leave_through_a_mail_server_byte_for_byte(
    context: AppContext, token: str, clock: Clock
) -> None:
    done, handler = deliver(context, clock)
    assert (done.sent, done.blocked) == (2, "")
    assert handler.messages == [letter.message for letter in letters(context)]
    assert [(one.mail_from, one.rcpt_tos) for one in handler.accepted] == [
        ("termine@stadtfuehrer.example", [VISITOR]),
        ("termine@stadtfuehrer.example", [CONSULTANT]),
    ]
    assert len(handler.connections) == 1
    assert [(one.state, one.sent_at, one.attempts) for one in letters(context)] == [
        ("sent", NOW, 1),
        ("sent", NOW, 1),
    ]


def test_a_second_round_sends_nothing_again(context: AppContext, token: str, clock: Clock) -> None:
    deliver(context, clock)
    done, handler = deliver(context, clock)
    assert done.sent == 0
    assert handler.commands == []


def test_letters_of_a_whole_life_leave_in_order(
    context: AppContext, token: str, clock: Clock
) -> None:
    deliver(context, clock)
    move(context, token, THREE, now=NOW)
    deliver(context, clock)
    cancel(context, token, "", now=NOW)
    deliver(context, clock)
    assert states(context) == ["sent"] * 6


def test_what_was_replaced_before_it_left_is_skipped(
    context: AppContext, token: str, clock: Clock
) -> None:
    move(context, token, THREE, now=NOW)
    cancel(context, token, "", now=NOW)
    done, handler = deliver(context, clock)
    assert done.sent == 4
    assert states(context) == ["skipped", "skipped", "sent", "sent", "sent", "sent"]
    for reader in (VISITOR, CONSULTANT):
        mine = [one.original_content for one in handler.accepted if one.rcpt_tos == [reader]]
        methods = [
            part.get_param("method")
            for message in mine
            for part in email.message_from_bytes(bytes(message or b"")).walk()
            if part.get_content_type() == "text/calendar"
        ]
        assert methods == ["REQUEST", "CANCEL"]


def test_a_postfach_gets_each_letter_as_a_file(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 2
    files = sorted(postfach.folder.glob("*.eml"))
    assert [file.read_bytes() for file in files] == [one.message for one in letters(context)]


def test_two_workers_send_each_letter_once(
    context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    for day in (4, 5, 9, 10, 11, 12):
        book(context, a_wish(context, in_berlin(f"2026-03-{day:02} 10:00")), now=NOW)
    rounds = race([lambda: deliver_due(context, postfach, compose=compose, clock=clock)] * 3)
    assert lost(rounds) == []
    written = sorted(file.read_bytes() for file in postfach.folder.glob("*.eml"))
    assert written == sorted(one.message for one in letters(context))
    assert states(context) == ["sent"] * 12


def moved_house(context: AppContext) -> AppContext:
    """The context whose site has another address."""
    site = replace(context.settings.site, url="https://neu.example")
    return replace(context, settings=replace(context.settings, site=site))


def test_a_letter_whose_worker_died_leaves_after_its_lease(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    with context.database.begin() as session:
        dead = outbox.lease_next(session, now=NOW, lease=LEASE)
        assert dead is not None
        dead = outbox.keep_composed(session, dead, compose(context, dead))
        assert dead is not None
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 1
    clock.turn(seconds=LEASE.total_seconds())
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 0
    clock.turn(seconds=1)
    assert deliver_due(moved_house(context), postfach, compose=compose, clock=clock).sent == 1
    again = max(postfach.folder.glob("*.eml")).read_bytes()
    assert again == dead.message
