"""What the operator is shown: every booking and every letter, as plain rows."""

import json
from datetime import timedelta

import pytest

from stadtfuehrer.booking.service import all_bookings, book, cancel
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.service import all_letters, examine, retry_letter
from stadtfuehrer.refusals import UnknownLetter
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.mail_server import answer
from tests.support.posting import deliver
from tests.support.steps import whole_life

NINE, TEN = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-05 10:00")


def test_an_empty_office_has_nothing_to_show(context: AppContext) -> None:
    assert (all_bookings(context), all_letters(context), examine(context, now=NOW).failed) == (
        [],
        [],
        0,
    )


def test_bookings_are_shown_by_start_with_all_that_was_said(context: AppContext) -> None:
    late = book(context, a_wish(context, TEN), now=NOW)
    book(context, a_wish(context, NINE, visitor=a_visitor(name="Otto")), now=NOW)
    cancel(context, late, "", now=NOW + timedelta(hours=1))
    rows = all_bookings(context)
    assert [(row["id"], row["name"], row["status"], row["sequence"]) for row in rows] == [
        (2, "Otto", "confirmed", 0),
        (1, "Änne Müller", "cancelled", 1),
    ]
    uid = rows[1].pop("uid")
    assert len(uid) == 36
    assert rows[1] == {
        "id": 1,
        "kind": "kennenlernen",
        "start": "2026-03-05T09:00:00+00:00",
        "end": "2026-03-05T09:30:00+00:00",
        "status": "cancelled",
        "sequence": 1,
        "name": "Änne Müller",
        "email": "aenne@gast.example",
        "firma": "Müller & Töchter GbR",
        "telefon": "+49 30 5550 77",
        "anliegen": "Uns findet niemand.\nWoran liegt das?",
        "angebot": "",
        "booked_at": "2026-03-02T08:00:00+00:00",
    }


def test_no_row_holds_the_key_to_a_booking(context: AppContext) -> None:
    token = whole_life(context).token
    assert token not in json.dumps([all_bookings(context), all_letters(context)])


def test_letters_are_shown_with_how_far_they_came(context: AppContext) -> None:
    book(context, a_wish(context, NINE), now=NOW)
    clock = Clock()
    deliver(context, clock, RCPT=[answer("550 5.1.1 unknown")])
    gone, sent = all_letters(context)
    assert (gone["id"], gone["kind"], gone["state"]) == (1, "bestaetigung", "failed")
    assert "550" in gone["error"]
    assert gone["sent_at"] is None
    assert (sent["recipient"], sent["state"]) == ("vera@stadtfuehrer.example", "sent")
    assert sent["sent_at"] == NOW.isoformat()
    assert json.dumps([gone, sent])
    assert examine(context, now=NOW).failed == 1


def test_a_failed_letter_that_is_retried_is_due_at_once(context: AppContext) -> None:
    book(context, a_wish(context, NINE), now=NOW)
    clock = Clock()
    deliver(context, clock, RCPT=[answer("550 5.1.1 unknown")])
    clock.turn(hours=1)
    retry_letter(context, 1, now=clock())
    assert examine(context, now=NOW).failed == 0
    assert all_letters(context)[0]["due_at"] == clock().isoformat()
    assert deliver(context, clock)[0].sent == 1
    assert {row["state"] for row in all_letters(context)} == {"sent"}


@pytest.mark.parametrize("letter_id", [0, 2, 99])
def test_a_letter_that_is_not_there_or_was_sent_cannot_be_retried(
    context: AppContext, letter_id: int
) -> None:
    book(context, a_wish(context, NINE), now=NOW)
    deliver(context, Clock())
    before = all_letters(context)
    with pytest.raises(UnknownLetter):
        retry_letter(context, letter_id, now=NOW)
    assert all_letters(context) == before
