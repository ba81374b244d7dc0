"""What the operator is shown: every booking and every letter, as plain rows."""

import json
from datetime import timedelta

import pytest

from stadtfuehrer.domain.refusals import UnknownLetter
from stadtfuehrer.services.booking import book, cancel
from stadtfuehrer.services.health import examine
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.overview import all_bookings, all_letters, retry_letter
from tests.support.mail_server import answer
from tests.support.offices import NOW, Clock, a_visitor, a_wish, in_berlin
from tests.support.posting import deliver
from tests.support.steps import whole_life

NINE, TEN = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-05 10:00")


def test_an_empty_office_has_nothing_to_show(office: Office) -> None:
    assert (all_bookings(office), all_letters(office), examine(office, now=NOW).failed) == (
        [],
        [],
        0,
    )


def test_bookings_are_shown_by_start_with_all_that_was_said(office: Office) -> None:
    late = book(office, a_wish(office, TEN), now=NOW)
    book(office, a_wish(office, NINE, visitor=a_visitor(name="Otto")), now=NOW)
    cancel(office, late, "", now=NOW + timedelta(hours=1))
    rows = all_bookings(office)
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


def test_no_row_holds_the_key_to_a_booking(office: Office) -> None:
    token = whole_life(office).token
    assert token not in json.dumps([all_bookings(office), all_letters(office)])


def test_letters_are_shown_with_how_far_they_came(office: Office) -> None:
    book(office, a_wish(office, NINE), now=NOW)
    clock = Clock()
    deliver(office, clock, RCPT=[answer("550 5.1.1 unknown")])
    gone, sent = all_letters(office)
    assert (gone["id"], gone["kind"], gone["state"]) == (1, "bestaetigung", "failed")
    assert "550" in gone["error"]
    assert gone["sent_at"] is None
    assert (sent["recipient"], sent["state"]) == ("vera@stadtfuehrer.example", "sent")
    assert sent["sent_at"] == NOW.isoformat()
    assert json.dumps([gone, sent])
    assert examine(office, now=NOW).failed == 1


def test_a_failed_letter_that_is_retried_is_due_at_once(office: Office) -> None:
    book(office, a_wish(office, NINE), now=NOW)
    clock = Clock()
    deliver(office, clock, RCPT=[answer("550 5.1.1 unknown")])
    clock.turn(hours=1)
    retry_letter(office, 1, now=clock())
    assert examine(office, now=NOW).failed == 0
    assert all_letters(office)[0]["due_at"] == clock().isoformat()
    assert deliver(office, clock)[0].sent == 1
    assert {row["state"] for row in all_letters(office)} == {"sent"}


@pytest.mark.parametrize("letter_id", [0, 2, 99])
def test_a_letter_that_is_not_there_or_was_sent_cannot_be_retried(
    office: Office, letter_id: int
) -> None:
    book(office, a_wish(office, NINE), now=NOW)
    deliver(office, Clock())
    before = all_letters(office)
    with pytest.raises(UnknownLetter):
        retry_letter(office, letter_id, now=NOW)
    assert all_letters(office) == before
