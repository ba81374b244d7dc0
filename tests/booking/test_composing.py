"""Letters are composed when they leave: what they say stays, what the settings say is today's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import LEASE, deliver_due
from stadtfuehrer.mail.tables import DbLetter
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.stored import letters

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext
    from stadtfuehrer.mail.folder import FolderMailer
    from tests.support.contexts import Clock

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")


@pytest.fixture
def token(context: AppContext) -> str:
    return book(context, a_wish(context, TEN), now=NOW)


def test_each_letter_tells_of_its_own_step(context: AppContext, token: str) -> None:
    move(context, token, THREE, now=NOW + timedelta(minutes=1))
    cancel(context, token, "Grippe", now=NOW + timedelta(minutes=2))
    told = [read(letter) for letter in letters(context)]
    for number, (first, second) in enumerate(zip(told[::2], told[1::2], strict=True)):
        for one in (first, second):
            assert one.event["SEQUENCE"] == number
            assert one.event["DTSTART"].dt == (THREE if number else TEN)
            assert one.event["DTSTAMP"].dt == NOW + timedelta(minutes=number)
            assert one.event["STATUS"] == ("CANCELLED" if number == 2 else "CONFIRMED")
            assert ("Grippe" in one.text) is (number == 2)
    assert "5. März 2026" in told[0].text


def test_a_letter_that_cannot_be_composed_fails_and_stops_no_other(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    other = book(context, a_wish(context, THREE), now=NOW)
    with context.database.begin() as session:
        session.execute(
            update(DbBooking).where(DbBooking.start_at == TEN).values(zone="Mond/Krater")
        )
    assert other
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 2
    rows = letters_as_they_are(context)
    assert [row.state for row in rows] == ["failed", "failed", "sent", "sent"]
    assert rows[0].error == "Der Brief ließ sich nicht schreiben (ZoneInfoNotFoundError)."


def letters_as_they_are(context: AppContext) -> list[DbLetter]:
    with context.database.read() as session:
        return list(session.query(DbLetter).order_by(DbLetter.id))


def test_a_letter_takes_the_settings_of_the_day_it_is_composed(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    settings = context.settings
    later = replace(
        settings,
        site=replace(settings.site, url="https://neu.example"),
        consultant=replace(settings.consultant, email="neu@stadtfuehrer.example"),
        mail=replace(settings.mail, sender="post@stadtfuehrer.example"),
    )
    changed = replace(context, settings=later)
    assert deliver_due(changed, postfach, compose=compose, clock=clock).sent == 2
    rows = letters_as_they_are(context)
    assert [row.recipient for row in rows] == ["aenne@gast.example", "neu@stadtfuehrer.example"]
    assert {row.sender for row in rows} == {"post@stadtfuehrer.example"}
    visitor, consultant = map(read, rows)
    assert visitor.reply_to == consultant.to == ["neu@stadtfuehrer.example"]
    assert all("https://neu.example" in one.text for one in (visitor, consultant))


def test_a_corrected_address_keeps_the_letters_of_a_booking_in_order(
    context: AppContext, token: str
) -> None:
    cancel(context, token, "", now=NOW)
    consultant = replace(context.settings.consultant, email="neu@stadtfuehrer.example")
    changed = replace(context, settings=replace(context.settings, consultant=consultant))
    with context.database.begin() as session:
        leased = [outbox.lease_next(session, now=NOW, lease=LEASE) for _ in range(2)]
    for one in leased:
        assert one is not None
        composed = compose(changed, one)
        with context.database.begin() as session:
            assert outbox.keep_composed(session, one, composed) is not None
    with context.database.begin() as session:
        assert outbox.lease_next(session, now=NOW, lease=LEASE) is None


def test_letters_that_waited_with_finished_bytes_still_leave(
    context: AppContext, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    old = b"Subject: Alt\r\n\r\nHallo\r\n"
    with context.database.begin() as session:
        session.execute(
            update(DbLetter).values(facts=None, message=old, sender="alt@stadtfuehrer.example")
        )
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 2
    assert {file.read_bytes() for file in postfach.folder.glob("*.eml")} == {old}
