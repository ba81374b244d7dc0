"""Delivery: every letter leaves once and in order."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.services.booking import book, cancel, move
from stadtfuehrer.services.delivery import LEASE, deliver_due
from stadtfuehrer.services.letter_writing import compose
from stadtfuehrer.storage import outbox
from tests.support.offices import NOW, Clock, a_wish, in_berlin
from tests.support.posting import deliver, states
from tests.support.racing import lost, race
from tests.support.stored import letters

if TYPE_CHECKING:
    from stadtfuehrer.outside.folder import FolderMailer
    from stadtfuehrer.services.office import Office

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


@pytest.fixture
def token(office: Office) -> str:
    return book(office, a_wish(office, TEN), now=NOW)


def test_letters_leave_through_a_mail_server_byte_for_byte(
    office: Office, token: str, clock: Clock
) -> None:
    done, handler = deliver(office, clock)
    assert (done.sent, done.blocked) == (2, "")
    assert handler.messages == [letter.message for letter in letters(office)]
    assert [(one.mail_from, one.rcpt_tos) for one in handler.accepted] == [
        ("termine@stadtfuehrer.example", [VISITOR]),
        ("termine@stadtfuehrer.example", [CONSULTANT]),
    ]
    assert len(handler.connections) == 1
    assert [(one.state, one.sent_at, one.attempts) for one in letters(office)] == [
        ("sent", NOW, 1),
        ("sent", NOW, 1),
    ]


def test_a_second_round_sends_nothing_again(office: Office, token: str, clock: Clock) -> None:
    deliver(office, clock)
    done, handler = deliver(office, clock)
    assert done.sent == 0
    assert handler.commands == []


def test_letters_of_a_whole_life_leave_in_order(office: Office, token: str, clock: Clock) -> None:
    deliver(office, clock)
    move(office, token, THREE, now=NOW)
    deliver(office, clock)
    cancel(office, token, "", now=NOW)
    deliver(office, clock)
    assert states(office) == ["sent"] * 6


def test_what_was_replaced_before_it_left_is_skipped(
    office: Office, token: str, clock: Clock
) -> None:
    move(office, token, THREE, now=NOW)
    cancel(office, token, "", now=NOW)
    done, handler = deliver(office, clock)
    assert done.sent == 4
    assert states(office) == ["skipped", "skipped", "sent", "sent", "sent", "sent"]
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
    office: Office, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    assert deliver_due(office, postfach, compose=compose, clock=clock).sent == 2
    files = sorted(postfach.folder.glob("*.eml"))
    assert [file.read_bytes() for file in files] == [one.message for one in letters(office)]


def test_two_workers_send_each_letter_once(
    office: Office, clock: Clock, postfach: FolderMailer
) -> None:
    for day in (4, 5, 9, 10, 11, 12):
        book(office, a_wish(office, in_berlin(f"2026-03-{day:02} 10:00")), now=NOW)
    rounds = race([lambda: deliver_due(office, postfach, compose=compose, clock=clock)] * 3)
    assert lost(rounds) == []
    written = sorted(file.read_bytes() for file in postfach.folder.glob("*.eml"))
    assert written == sorted(one.message for one in letters(office))
    assert states(office) == ["sent"] * 12


def moved_house(office: Office) -> Office:
    """The office whose site has another address."""
    site = replace(office.settings.site, url="https://neu.example")
    return replace(office, settings=replace(office.settings, site=site))


def test_a_letter_whose_worker_died_leaves_after_its_lease(
    office: Office, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    with office.database.begin() as session:
        dead = outbox.lease_next(session, now=NOW, lease=LEASE)
        assert dead is not None
        dead = outbox.keep_composed(session, dead, compose(office, dead))
        assert dead is not None
    assert deliver_due(office, postfach, compose=compose, clock=clock).sent == 1
    clock.turn(seconds=LEASE.total_seconds())
    assert deliver_due(office, postfach, compose=compose, clock=clock).sent == 0
    clock.turn(seconds=1)
    assert deliver_due(moved_house(office), postfach, compose=compose, clock=clock).sent == 1
    again = max(postfach.folder.glob("*.eml")).read_bytes()
    assert again == dead.message
