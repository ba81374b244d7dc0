"""The judge of letters finds what must never happen; else a clean verdict would prove nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from stadtfuehrer.database import Database
from stadtfuehrer.database.schema import upgrade
from stadtfuehrer.mail.delivery import LEASE
from stadtfuehrer.mail.store import NewMessage, enqueue, keep_composed, lease_next, note_sent
from tests.support.rows import NOW, a_booking, a_letter, added, spelled_out
from tools.race.faulty_mail import Acceptance
from tools.race.letter_laws import judge_letters


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    opened = Database(sqlite_database_url)
    upgrade(opened)
    yield opened
    opened.close()


def a_life(*methods: str) -> list[NewMessage]:
    """One letter after the other about one booking."""
    return [
        replace(letter, facts={"message": f"Message-ID: {letter.message_id}\r\n\r\nHallo\r\n"})
        for letter in (
            a_letter(method=method, sequence=sequence) for sequence, method in enumerate(methods)
        )
    ]


@pytest.fixture
def life(database: Database) -> list[NewMessage]:
    """Booked, moved and cancelled; all is sent."""
    made = a_life("REQUEST", "REQUEST", "CANCEL")
    booking_id = added(database, a_booking())
    with database.begin() as session:
        enqueue(session, made, booking_id=booking_id, now=NOW)
        while (leased := lease_next(session, now=NOW, lease=LEASE)) is not None:
            keep_composed(session, leased, spelled_out(None, leased))
            note_sent(session, leased.id, now=NOW)
    return made


def busy(letter: NewMessage, *, learnt: bool = True, **changes: Any) -> Acceptance:
    as_it_is = Acceptance(
        message=letter.facts["message"].encode(),
        sender="termine@stadtfuehrer.example",
        recipients=[letter.recipient],
        learnt=learnt,
    )
    return replace(as_it_is, **changes)


def test_each_letter_once_and_in_order_is_clean(database: Database, life: list[NewMessage]) -> None:
    verdict = judge_letters(database, [busy(one) for one in life])
    assert verdict.is_clean
    assert (verdict.sent, verdict.skipped, verdict.repeats) == (3, 0, 0)


def test_a_repeat_of_what_could_not_be_noted_is_clean(
    database: Database, life: list[NewMessage]
) -> None:
    first, second, third = life
    verdict = judge_letters(
        database, [busy(first, learnt=False), busy(first), busy(second), busy(third)]
    )
    assert verdict.is_clean
    assert verdict.repeats == 1


def test_a_repeat_of_what_was_noted_is_needless(database: Database, life: list[NewMessage]) -> None:
    arrivals = [busy(one) for one in (life[0], *life)]
    verdict = judge_letters(database, arrivals)
    assert verdict.needless == [life[0].message_id]
    assert not verdict.is_clean


def test_a_letter_that_never_arrived_is_lost(database: Database, life: list[NewMessage]) -> None:
    verdict = judge_letters(database, [busy(one) for one in life[:2]])
    assert verdict.lost == [3]
    assert not verdict.is_clean


@pytest.mark.parametrize("state", ["waiting", "failed", "skipped"])
def test_a_letter_that_was_not_sent_is_lost(
    database: Database, life: list[NewMessage], state: str
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE letters SET state = :state WHERE id = 3"), {"state": state})
    assert judge_letters(database, [busy(one) for one in life]).lost == [3]


def test_only_what_a_later_invitation_replaced_is_rightly_skipped(
    database: Database, life: list[NewMessage]
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE letters SET state = 'skipped' WHERE id IN (1, 2)"))
    # The second was followed by a CANCEL only, which replaces nothing but what was refused.
    assert judge_letters(database, [busy(life[2])]).lost == [2]
    with database.begin() as session:
        session.execute(text("UPDATE letters SET error = '550 spam' WHERE id = 2"))
    assert judge_letters(database, [busy(life[2])]).is_clean


@pytest.mark.parametrize(
    "changes",
    [
        {"message": b"Message-ID: <x@stadtfuehrer.example>\r\n\r\nHallo\r\n"},
        {"message": b"no header at all"},
        {"sender": "somebody@else.example"},
        {"recipients": ["somebody@else.example"]},
        {"recipients": ["aenne@gast.example", "somebody@else.example"]},
        {"recipients": []},
    ],
)
def test_a_message_that_is_not_what_and_for_whom_it_was_written_is_a_strangers(
    database: Database, life: list[NewMessage], changes: dict[str, Any]
) -> None:
    arrivals = [*(busy(one) for one in life), busy(life[0], learnt=False, **changes)]
    verdict = judge_letters(database, arrivals)
    assert len(verdict.unknown_files) == 1
    assert not verdict.is_clean


def test_a_repeat_with_other_bytes_is_a_strangers(
    database: Database, life: list[NewMessage]
) -> None:
    changed = life[0].facts["message"].replace("Hallo", "hallo").encode()
    arrivals = [busy(life[0], learnt=False, message=changed), *(busy(one) for one in life)]
    assert judge_letters(database, arrivals).unknown_files == [life[0].message_id]


def test_a_cancellation_before_its_invitation_is_in_disorder(
    database: Database, life: list[NewMessage]
) -> None:
    first, second, third = map(busy, life)
    assert judge_letters(database, [first, third, second]).disordered == [(3, 2)]


def test_a_repeat_of_the_invitation_after_its_cancellation_is_in_disorder(
    database: Database, life: list[NewMessage]
) -> None:
    arrivals = [busy(life[1], learnt=False), *(busy(one) for one in life), busy(life[1])]
    verdict = judge_letters(database, arrivals)
    assert verdict.disordered == [(2, 1), (3, 2)]
