"""A served site whose mail server is well, then away, then back: what guests notice, and when."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from stadtfuehrer.mail.service import all_letters
from tests.support.mail_server import Handler, free_port, serving
from tools.race.guests import Guest, Notes
from tools.race.town import DAYS, Town, town
from tools.until import until

PATIENCE_SECONDS = 120
"""Longer than the pause after a first attempt."""
LETTERS = 2
"""One to the visitor, one to the consultant."""


@dataclass(kw_only=True)
class Outcome:
    """How bookings were answered, and when their letters left."""

    well: Notes = field(default_factory=Notes)
    away: Notes = field(default_factory=Notes)
    letters_left_after: list[float] = field(default_factory=list)
    """Seconds from a booking's answer to the second of its letters, while all was well."""
    waiting: int = 0
    """How many letters waited at the end of the time without a mail server."""
    missing: int = 0
    """How many of all letters never arrived."""


def book_with_and_without_mail(
    folder: Path, database_url: str, *, bookings: int, until_all_arrived: bool
) -> Outcome:
    """Book so often while mail is well and as often while it is away."""
    port, mail, outcome = free_port(), Handler(), Outcome()
    changes = {"transport": '"smtp"', "mail.host": '"127.0.0.1"', "security": '"none"'}
    with town(
        folder, database_url, command="serve", changes=changes | {"mail.port": str(port)}
    ) as its:
        with serving(mail, port=port):
            # The first one waits for the letter worker to start.
            _book(its, Notes(), 0)
            _wait_for(mail, LETTERS)
            for number in range(1, bookings + 1):
                _book(its, outcome.well, number)
                answered = time.monotonic()
                _wait_for(mail, LETTERS * (number + 1))
                outcome.letters_left_after.append(time.monotonic() - answered)
        for number in range(bookings + 1, 2 * bookings + 1):
            _book(its, outcome.away, number)
        outcome.waiting = sum(one["state"] == "waiting" for one in all_letters(its.context))
        if until_all_arrived:
            expected = LETTERS * (2 * bookings + 1)
            with serving(mail, port=port):
                _wait_for(mail, expected)
            outcome.missing = expected - len(set(mail.messages))
    return outcome


def _book(its: Town, notes: Notes, number: int) -> None:
    # Each hour of each day, far from each other.
    day, hour = divmod(number, 10)
    start = its.time_on(1 + day % (DAYS - 1), hour * 60)
    form = Guest(its.server.visitor, Notes()).find_booking_form("kennenlernen", start, "")
    assert form is not None
    answer = Guest(its.server.visitor, notes).send(form)
    assert answer.status == 303, answer


def _wait_for(mail: Handler, letters: int) -> None:
    until(
        lambda: len(mail.accepted) >= letters,
        within=PATIENCE_SECONDS,
        what=lambda: f"{len(mail.accepted)} of {letters} letters",
    )
