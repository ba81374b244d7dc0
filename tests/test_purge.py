"""Forgetting: what the settings promise, to the second."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.purge import Purged, forget
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.refusals import UnknownBooking
from stadtfuehrer.text.address import Mailbox
from stadtfuehrer.web.rate_limit import DbRateLimit, check_rate
from tests.support.contexts import NOW, Clock, OpenContext, a_wish, full_answers, in_berlin
from tests.support.stored import NOTHING, Counts, counts, letters

TEN = in_berlin("2026-03-05 10:00")
END_PLUS_SIX_MONTHS = in_berlin("2026-03-05 10:30") + timedelta(days=184)
SECOND = timedelta(seconds=1)


def send_all(context: AppContext, folder: Path) -> None:
    post = FolderMailer(folder=folder, clock=Clock())
    deliver_due(context, post, compose=compose, clock=Clock())


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_booking_is_forgotten_six_months_after_it_ended(
    context: AppContext, tmp_path: Path, *, cancelled: bool
) -> None:
    token = book(context, a_wish(context, TEN), now=NOW)
    if cancelled:
        cancel(context, token, "", now=NOW)
    send_all(context, tmp_path)
    before = counts(context)
    forget(context, now=END_PLUS_SIX_MONTHS)
    assert counts(context) == before
    forgotten = forget(context, now=END_PLUS_SIX_MONTHS + SECOND)
    assert forgotten == Purged(bookings=1, letters=before.letters)
    assert counts(context) == NOTHING
    with pytest.raises(UnknownBooking):
        look_up(context, token)


def test_the_text_of_a_sent_letter_is_forgotten_after_two_weeks(
    context: AppContext, tmp_path: Path
) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    send_all(context, tmp_path)
    two_weeks = timedelta(days=14)
    assert forget(context, now=NOW + two_weeks).letters == 0
    assert all(letter.message for letter in letters(context))
    assert forget(context, now=NOW + two_weeks + SECOND) == Purged(bookings=0, letters=2)
    assert [letter.message for letter in letters(context)] == [b"", b""]
    assert counts(context) == Counts(bookings=1, cells=15, letters=2)
    assert forget(context, now=NOW + two_weeks + SECOND).letters == 0


def test_the_text_of_a_letter_that_still_waits_is_kept(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    forget(context, now=NOW + timedelta(days=60))
    assert all(letter.message for letter in letters(context))


def test_the_letter_of_a_result_is_forgotten_with_its_address(context: AppContext) -> None:
    recipient = Mailbox(name="Änne", address="aenne@gast.example")
    send_result(context, full_answers(context), recipient, key="k", now=NOW)
    forget(context, now=NOW + timedelta(days=14))
    assert counts(context).letters == 1
    forget(context, now=NOW + timedelta(days=14) + SECOND)
    assert counts(context) == NOTHING


def test_networks_are_forgotten_when_their_hour_has_long_passed(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="9") as context:
        check_rate(context, "192.0.2.1", now=NOW)
        check_rate(context, "192.0.2.1", now=NOW + timedelta(hours=1))
        forget(context, now=NOW + timedelta(hours=1, minutes=30))
        with context.database.read() as session:
            assert session.scalars(select(DbRateLimit.hour)).all() == [NOW + timedelta(hours=1)]


def test_the_settings_say_how_long(open_context: OpenContext, tmp_path: Path) -> None:
    with open_context(bookings_months="1", letters_days="1") as context:
        book(context, a_wish(context, TEN), now=NOW)
        send_all(context, tmp_path)
        assert forget(context, now=NOW + timedelta(days=1) + SECOND).letters == 2
        assert forget(context, now=in_berlin("2026-04-05 10:31")).bookings == 0
        assert forget(context, now=in_berlin("2026-04-05 11:31")).bookings == 1
