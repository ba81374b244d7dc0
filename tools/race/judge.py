"""Judges by the rows alone: the product's own audit, and what only a race can break."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select, text

from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.tables import DbLetter

LETTERS_A_STEP = 2
"""One to the visitor, one to the consultant, each time something is booked, moved or cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with the rows; empty where nothing is."""

    broken: list[str] = field(repr=False)
    """What the audit says: overlaps, and cells that do not fit their bookings."""
    wrong_letters: list[int] = field(repr=False)
    """Bookings without the two letters of each of their steps."""
    damaged: bool
    """Whether SQLite finds its file damaged."""

    @property
    def overlapping(self) -> list[str]:
        return [said for said in self.broken if "zu dicht" in said]

    @property
    def is_clean(self) -> bool:
        return not (self.broken or self.wrong_letters or self.damaged)


def judge(context: AppContext) -> Verdict:
    """Look at all rows, when nobody writes any more."""
    with context.database.read() as session:
        steps = session.execute(select(DbBooking.id, DbBooking.sequence)).all()
        letters = Counter(
            map(tuple, session.execute(select(DbLetter.booking_id, DbLetter.sequence)))
        )
        damaged = (
            context.database.is_sqlite and session.scalar(text("PRAGMA integrity_check")) != "ok"
        )
    return Verdict(
        broken=audit(context),
        wrong_letters=[
            row
            for row, last in steps
            if any(letters[row, step] != LETTERS_A_STEP for step in range(last + 1))
        ],
        damaged=damaged,
    )
