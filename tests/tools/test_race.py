"""The judges of the race find what must never be; else a clean verdict would prove nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from stadtfuehrer.booking.service import book
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.database.schema import upgrade
from stadtfuehrer.mail.delivery import LEASE
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.store import enqueue, keep_composed, lease_next, note_sent
from tests.support.contexts import NO_LIMITS, a_wish, in_berlin, opened_context
from tests.support.rows import NOW, a_booking, a_letter, added, spelled_out
from tools.race.faulty_mail import Acceptance
from tools.race.judge import judge
from tools.race.letter_laws import judge_letters


@pytest.fixture
def context(tmp_path: Path) -> Iterator[AppContext]:
    """Give a context with two bookings, half an hour between them."""
    with opened_context(tmp_path, f"sqlite:///{tmp_path / 'test.db'}", changes=NO_LIMITS) as opened:
        for minutes in (0, 60):
            start = in_berlin("2026-03-05 09:00") + timedelta(minutes=minutes)
            book(opened, a_wish(opened, start), now=NOW)
        yield opened


def test_bookings_with_what_they_need_are_clean(context: AppContext) -> None:
    assert judge(context).is_clean


@pytest.mark.parametrize(
    ("statement", "overlapping", "broken", "letters"),
    [
        ("UPDATE bookings SET after_minutes = 35 WHERE id = 1", 1, 2, 0),
        ("DELETE FROM occupied WHERE cell = (SELECT min(cell) FROM occupied)", 0, 1, 0),
        ("UPDATE bookings SET status = 'cancelled' WHERE id = 1", 0, 1, 0),
        ("DELETE FROM letters WHERE id = (SELECT min(id) FROM letters)", 0, 0, 1),
        ("UPDATE bookings SET sequence = 1 WHERE id = 1", 0, 0, 1),
    ],
)
def test_what_must_not_be_is_found(
    context: AppContext, statement: str, overlapping: int, broken: int, letters: int
) -> None:
    with context.database.begin() as session:
        session.execute(text(statement))
    verdict = judge(context)
    found = (len(verdict.overlapping), len(verdict.broken), len(verdict.wrong_letters))
    assert found == (overlapping, broken, letters)
    assert not verdict.is_clean


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    opened = Database(sqlite_database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def life(database: Database) -> list[NewMessage]:
    """Booked, moved and cancelled; all is sent."""
    made = [
        replace(letter, facts={"message": f"Message-ID: {letter.message_id}\r\n\r\nHallo\r\n"})
        for letter in (
            a_letter(method=method, sequence=sequence)
            for sequence, method in enumerate(("REQUEST", "REQUEST", "CANCEL"))
        )
    ]
    booking_id = added(database, a_booking())
    with database.begin() as session:
        enqueue(session, made, booking_id=booking_id, now=NOW)
        while (leased := lease_next(session, now=NOW, lease=LEASE)) is not None:
            keep_composed(session, leased, spelled_out(None, leased))
            note_sent(session, leased.id, now=NOW)
    return made


def arrived(letter: NewMessage, *, learnt: bool = True, **changes: Any) -> Acceptance:
    as_it_is = Acceptance(
        message=letter.facts["message"].encode(),
        sender="termine@stadtfuehrer.example",
        recipients=[letter.recipient],
        learnt=learnt,
    )
    return replace(as_it_is, **changes)


CLEAN: dict[str, object] = {"lost": [], "needless": [], "disordered": [], "repeats": 0}


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("1 2 3", {}),
        # A repeat of what its sender could not note is none of its faults; "?" is one.
        ("1? 1 2 3", {"repeats": 1}),
        ("1 1 2 3", {"repeats": 1, "needless": [1]}),
        ("1 2", {"lost": [3]}),
        ("1 3 2", {"disordered": [(3, 2)]}),
        ("2? 1 2 3 2", {"repeats": 2, "needless": [2], "disordered": [(2, 1), (3, 2)]}),
    ],
)
def test_what_arrives_is_judged(
    database: Database, life: list[NewMessage], order: str, found: dict[str, object]
) -> None:
    verdict = judge_letters(
        database, [arrived(life[int(one[0]) - 1], learnt="?" not in one) for one in order.split()]
    )
    by_id = {letter.message_id: number for number, letter in enumerate(life, 1)}
    judged = {name: getattr(verdict, name) for name in CLEAN}
    judged["needless"] = [by_id[one] for one in verdict.needless]
    assert judged == CLEAN | found
    assert verdict.is_clean == (not found.keys() - {"repeats"})
    assert (verdict.sent, verdict.skipped) == (3, 0)


@pytest.mark.parametrize("state", ["waiting", "failed", "skipped"])
def test_a_letter_that_was_not_sent_is_lost(
    database: Database, life: list[NewMessage], state: str
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE letters SET state = :state WHERE id = 3"), {"state": state})
    assert judge_letters(database, [arrived(one) for one in life]).lost == [3]


def test_only_what_a_later_invitation_replaced_is_rightly_skipped(
    database: Database, life: list[NewMessage]
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE letters SET state = 'skipped' WHERE id IN (1, 2)"))
    # The second was followed by a CANCEL only, which replaces nothing but what was refused.
    assert judge_letters(database, [arrived(life[2])]).lost == [2]
    with database.begin() as session:
        session.execute(text("UPDATE letters SET error = '550 spam' WHERE id = 2"))
    assert judge_letters(database, [arrived(life[2])]).is_clean


@pytest.mark.parametrize(
    "changes",
    [
        {"message": b"Message-ID: <x@stadtfuehrer.example>\r\n\r\nHallo\r\n"},
        {"message": b"no header at all"},
        {"message": b"the same with other bytes"},
        {"sender": "somebody@else.example"},
        {"recipients": ["somebody@else.example"]},
        {"recipients": ["aenne@gast.example", "somebody@else.example"]},
        {"recipients": []},
    ],
)
def test_a_message_that_is_not_what_and_for_whom_it_was_written_is_unknown(
    database: Database, life: list[NewMessage], changes: dict[str, Any]
) -> None:
    if changes.get("message") == b"the same with other bytes":
        changes = {"message": life[0].facts["message"].replace("Hallo", "hallo").encode()}
    arrivals = [*(arrived(one) for one in life), arrived(life[0], learnt=False, **changes)]
    verdict = judge_letters(database, arrivals)
    assert len(verdict.unknown_files) == 1
    assert not verdict.is_clean
