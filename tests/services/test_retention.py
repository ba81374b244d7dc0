"""Forgetting: what the settings promise, to the second."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.domain.refusals import UnknownBooking
from stadtfuehrer.outside.folder import FolderMailer
from stadtfuehrer.services.booking import book, cancel, look_up
from stadtfuehrer.services.delivery import deliver_due
from stadtfuehrer.services.letter_writing import compose
from stadtfuehrer.services.limits import admit_post
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.results import send_result
from stadtfuehrer.services.retention import Forgotten, forget
from stadtfuehrer.storage.tables import DbPosts
from tests.support.offices import NOW, Clock, OpenOffice, a_wish, full_answers, in_berlin
from tests.support.stored import NOTHING, Counts, counts, letters

TEN = in_berlin("2026-03-05 10:00")
END_PLUS_SIX_MONTHS = in_berlin("2026-03-05 10:30") + timedelta(days=184)
SECOND = timedelta(seconds=1)


def send_all(office: Office, folder: Path) -> None:
    post = FolderMailer(folder=folder, clock=Clock())
    deliver_due(office, post, compose=compose, clock=Clock())


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_booking_is_forgotten_six_months_after_it_ended(
    office: Office, tmp_path: Path, *, cancelled: bool
) -> None:
    token = book(office, a_wish(office, TEN), now=NOW)
    if cancelled:
        cancel(office, token, "", now=NOW)
    send_all(office, tmp_path)
    before = counts(office)
    forget(office, now=END_PLUS_SIX_MONTHS)
    assert counts(office) == before
    forgotten = forget(office, now=END_PLUS_SIX_MONTHS + SECOND)
    assert forgotten == Forgotten(bookings=1, letters=before.letters)
    assert counts(office) == NOTHING
    with pytest.raises(UnknownBooking):
        look_up(office, token)


def test_the_text_of_a_sent_letter_is_forgotten_after_two_weeks(
    office: Office, tmp_path: Path
) -> None:
    book(office, a_wish(office, TEN), now=NOW)
    send_all(office, tmp_path)
    two_weeks = timedelta(days=14)
    assert forget(office, now=NOW + two_weeks).letters == 0
    assert all(letter.message for letter in letters(office))
    assert forget(office, now=NOW + two_weeks + SECOND) == Forgotten(bookings=0, letters=2)
    assert [letter.message for letter in letters(office)] == [b"", b""]
    assert counts(office) == Counts(bookings=1, cells=15, letters=2)
    assert forget(office, now=NOW + two_weeks + SECOND).letters == 0


def test_the_text_of_a_letter_that_still_waits_is_kept(office: Office) -> None:
    book(office, a_wish(office, TEN), now=NOW)
    forget(office, now=NOW + timedelta(days=60))
    assert all(letter.message for letter in letters(office))


def test_the_letter_of_a_result_is_forgotten_with_its_address(office: Office) -> None:
    recipient = Mailbox(name="Änne", address="aenne@gast.example")
    send_result(office, full_answers(office), recipient, key="k", now=NOW)
    forget(office, now=NOW + timedelta(days=14))
    assert counts(office).letters == 1
    forget(office, now=NOW + timedelta(days=14) + SECOND)
    assert counts(office) == NOTHING


def test_networks_are_forgotten_when_their_hour_has_long_passed(open_office: OpenOffice) -> None:
    with open_office(posts_per_hour="9") as office:
        admit_post(office, "192.0.2.1", now=NOW)
        admit_post(office, "192.0.2.1", now=NOW + timedelta(hours=1))
        forget(office, now=NOW + timedelta(hours=1, minutes=30))
        with office.database.read() as session:
            assert session.scalars(select(DbPosts.hour)).all() == [NOW + timedelta(hours=1)]


def test_the_settings_say_how_long(open_office: OpenOffice, tmp_path: Path) -> None:
    with open_office(bookings_months="1", letters_days="1") as office:
        book(office, a_wish(office, TEN), now=NOW)
        send_all(office, tmp_path)
        assert forget(office, now=NOW + timedelta(days=1) + SECOND).letters == 2
        assert forget(office, now=in_berlin("2026-04-05 10:31")).bookings == 0
        assert forget(office, now=in_berlin("2026-04-05 11:31")).bookings == 1
