"""Which promises about letters were kept, judged by what the mail server took and by the rows.

A letter may arrive twice only where its sender could not know that it had arrived: the server had
taken it and did not get to say so, or the sender was killed before it could note it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from stadtfuehrer.database import Database
from stadtfuehrer.mail.tables import DbLetter
from tools.race.faulty_mail import Acceptance

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterVerdict:
    """What is wrong, by Message-ID or row; empty lists where nothing is."""

    sent: int
    skipped: int
    repeats: int
    lost: list[int] = field(repr=False)
    """Rows that are neither sent nor rightly skipped, or sent and yet never taken."""
    unknown_files: list[str] = field(repr=False)
    """Messages that went to somebody else, from somebody else, or are not as they were written."""
    needless: list[str] = field(repr=False)
    """Messages that were sent again although their sender had noted that they were taken."""
    disordered: list[tuple[int, int]] = field(repr=False)
    """Pairs of rows of one booking and reader of which the later one arrived first."""

    @property
    def is_clean(self) -> bool:
        return not any((self.lost, self.unknown_files, self.needless, self.disordered))


def judge_letters(database: Database, arrivals: Sequence[Acceptance]) -> LetterVerdict:
    """Look at all rows, and at what the server took, in order."""
    with database.read() as session:
        rows = {row.message_id: row for row in session.scalars(select(DbLetter))}
    by_message: dict[str, list[Acceptance]] = defaultdict(list)
    unknown_files = []
    for acceptance in arrivals:
        message_id = _message_id(acceptance.message)
        row = rows.get(message_id)
        if row is None or not _is_the_letter(acceptance, row):
            unknown_files.append(message_id)
        by_message[message_id].append(acceptance)
    return LetterVerdict(
        sent=sum(row.state == "sent" for row in rows.values()),
        skipped=sum(row.state == "skipped" for row in rows.values()),
        repeats=sum(len(its) - 1 for its in by_message.values()),
        lost=[
            row.id
            for row in rows.values()
            if not (
                (row.state == "sent" and by_message[row.message_id])
                or (row.state == "skipped" and _was_replaced(row, rows.values()))
            )
        ],
        unknown_files=unknown_files,
        needless=[
            message_id
            for message_id, its in by_message.items()
            if any(acceptance.learnt for acceptance in its[:-1])
        ],
        disordered=_disordered([rows[one] for one in map(_id_of, arrivals) if one in rows]),
    )


def _id_of(acceptance: Acceptance) -> str:
    return _message_id(acceptance.message)


def _message_id(message: bytes) -> str:
    found = _MESSAGE_ID.search(message)
    return found[1].decode() if found else ""


def _is_the_letter(acceptance: Acceptance, row: DbLetter) -> bool:
    return (
        acceptance.message == row.message
        and acceptance.sender == row.sender
        and acceptance.recipients == [row.recipient]
    )


def _was_replaced(row: DbLetter, rows: Iterable[DbLetter]) -> bool:
    """By a later invitation; or, refused first and tried again, by a cancellation that arrived."""
    return row.method == "REQUEST" and any(
        (other.booking_id, other.recipient) == (row.booking_id, row.recipient)
        and other.sequence > row.sequence
        and (
            other.method == "REQUEST"
            or (bool(row.error) and (other.method, other.state) == ("CANCEL", "sent"))
        )
        for other in rows
    )


def _disordered(arrived: Sequence[DbLetter]) -> list[tuple[int, int]]:
    last: dict[tuple[int | None, str], int] = {}
    found = []
    for row in arrived:
        reader = (row.booking_id, row.recipient)
        if (before := last.get(reader, 0)) > row.id:
            found.append((before, row.id))
        last[reader] = row.id
    return found
