"""The words in which model and database are compared: steps, outcomes, rows.

A minute is the number of whole minutes since 1970-01-01 00:00 UTC.
"""

from typing import NamedTuple

DONE = "done"


class Booking(NamedTuple):
    """The form with this key is sent."""

    key: str
    kind: str
    start: int
    email: str


class Move(NamedTuple):
    """The booking that the form with this key made is moved."""

    key: str
    start: int


class Cancellation(NamedTuple):
    """The booking that the form with this key made is cancelled."""

    key: str


Step = Booking | Move | Cancellation


class Asked(NamedTuple):
    """What has to find its place: a kind of today, or a booking as it was agreed on."""

    kind: str
    minutes: int
    step: int
    before: int
    after: int
    per_day: int


class Row(NamedTuple):
    """A booking as it has to stand in the database; start and end as minutes."""

    key: str
    kind: str
    email: str
    start: int
    end: int
    before: int
    after: int
    status: str
    sequence: int


class CellRow(NamedTuple):
    """Side 0 belongs to the time before, side 1 to the time after, both to a consultation."""

    number: int
    side: int
    key: str


class LetterRow(NamedTuple):
    """A letter in the outbox."""

    key: str
    sequence: int
    method: str
    recipient: str
