"""Letters are composed when they leave: what they say stays, what the settings say is today's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from stadtfuehrer.services.booking import book, cancel, move
from stadtfuehrer.services.delivery import LEASE, deliver_due
from stadtfuehrer.services.letter_writing import compose
from stadtfuehrer.storage import outbox
from stadtfuehrer.storage.tables import DbBooking, DbLetter
from tests.support.mailbag import read
from tests.support.offices import NOW, a_wish, in_berlin
from tests.support.stored import letters

if TYPE_CHECKING:
    from stadtfuehrer.outside.folder import FolderMailer
    from stadtfuehrer.services.office import Office
    from tests.support.offices import Clock

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")


@pytest.fixture
def token(office: Office) -> str:
    return book(office, a_wish(office, TEN), now=NOW)


def test_each_letter_tells_of_its_own_step(office: Office, token: str) -> None:
    move(office, token, THREE, now=NOW + timedelta(minutes=1))
    cancel(office, token, "Grippe", now=NOW + timedelta(minutes=2))
    told = [read(letter) for letter in letters(office)]
    for number, (first, second) in enumerate(zip(told[::2], told[1::2], strict=True)):
        for one in (first, second):
            assert one.event["SEQUENCE"] == number
            assert one.event["DTSTART"].dt == (THREE if number else TEN)
            assert one.event["DTSTAMP"].dt == NOW + timedelta(minutes=number)
            assert one.event["STATUS"] == ("CANCELLED" if number == 2 else "CONFIRMED")
            assert ("Grippe" in one.text) is (number == 2)
    assert "5. März 2026" in told[0].text


def test_a_letter_that_cannot_be_composed_fails_and_stops_no_other(
    office: Office, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    other = book(office, a_wish(office, THREE), now=NOW)
    with office.database.begin() as session:
        session.execute(
            update(DbBooking).where(DbBooking.start_at == TEN).values(zone="Mond/Krater")
        )
    assert other
    assert deliver_due(office, postfach, compose=compose, clock=clock).sent == 2
    rows = letters_as_they_are(office)
    assert [row.state for row in rows] == ["failed", "failed", "sent", "sent"]
    assert rows[0].error == "Der Brief ließ sich nicht schreiben (ZoneInfoNotFoundError)."


def letters_as_they_are(office: Office) -> list[DbLetter]:
    with office.database.read() as session:
        return list(session.query(DbLetter).order_by(DbLetter.id))


def test_a_letter_takes_the_settings_of_the_day_it_is_composed(
    office: Office, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    settings = office.settings
    later = replace(
        settings,
        site=replace(settings.site, url="https://neu.example"),
        consultant=replace(settings.consultant, email="neu@stadtfuehrer.example"),
        mail=replace(settings.mail, sender="post@stadtfuehrer.example"),
    )
    changed = replace(office, settings=later)
    assert deliver_due(changed, postfach, compose=compose, clock=clock).sent == 2
    rows = letters_as_they_are(office)
    assert [row.recipient for row in rows] == ["aenne@gast.example", "neu@stadtfuehrer.example"]
    assert {row.sender for row in rows} == {"post@stadtfuehrer.example"}
    visitor, consultant = map(read, rows)
    assert visitor.reply_to == consultant.to == ["neu@stadtfuehrer.example"]
    assert all("https://neu.example" in one.text for one in (visitor, consultant))


def test_a_corrected_address_keeps_the_letters_of_a_booking_in_order(
    office: Office, token: str
) -> None:
    cancel(office, token, "", now=NOW)
    consultant = replace(office.settings.consultant, email="neu@stadtfuehrer.example")
    changed = replace(office, settings=replace(office.settings, consultant=consultant))
    with office.database.begin() as session:
        leased = [outbox.lease_next(session, now=NOW, lease=LEASE) for _ in range(2)]
    for one in leased:
        assert one is not None
        composed = compose(changed, one)
        with office.database.begin() as session:
            assert outbox.keep_composed(session, one, composed) is not None
    with office.database.begin() as session:
        assert outbox.lease_next(session, now=NOW, lease=LEASE) is None


def test_letters_that_waited_with_finished_bytes_still_leave(
    office: Office, token: str, clock: Clock, postfach: FolderMailer
) -> None:
    old = b"Subject: Alt\r\n\r\nHallo\r\n"
    with office.database.begin() as session:
        session.execute(
            update(DbLetter).values(facts=None, message=old, sender="alt@stadtfuehrer.example")
        )
    assert deliver_due(office, postfach, compose=compose, clock=clock).sent == 2
    assert {file.read_bytes() for file in postfach.folder.glob("*.eml")} == {old}
