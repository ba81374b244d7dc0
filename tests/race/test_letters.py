"""Letters that arrive in spite of everything: a short version of `make race`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.race.letters import run_letters
from tools.race.mail_down import book_with_and_without_mail
from tools.race.postman import STEPS
from tools.race.postmen import MOMENT, Postman, postmen

LETTERS, KILLS = 60, 12


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Postman]]:
    with postmen() as loaded:
        yield loaded


def test_every_letter_arrives_past_faults_and_kills_and_twice_only_where_it_cannot_be_helped(
    tmp_path: Path, database_url: str, workers: list[Postman]
) -> None:
    outcome = run_letters(tmp_path, database_url, workers, letters=LETTERS, kills=KILLS, seed=2)
    assert outcome.odd == []
    assert outcome.verdict.lost == []
    assert outcome.verdict.strangers == []
    assert outcome.verdict.needless == []
    assert outcome.verdict.disordered == []
    # A few were refused, and replaced before they were tried again.
    assert outcome.verdict.sent >= LETTERS * 0.9
    # Else nothing was proven.
    assert set(outcome.kills) == {*STEPS, MOMENT}
    assert outcome.verdict.repeats > 0
    assert outcome.faults.total() >= LETTERS // 5


def test_letters_leave_within_two_seconds_and_guests_do_not_notice_that_mail_is_away(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    outcome = book_with_and_without_mail(
        tmp_path, sqlite_database_url, bookings=4, until_all_arrived=False
    )
    # The quickest: a neighbour's noise may spoil one, what is slow of itself spoils all.
    assert min(outcome.letters_left_after) < 2
    assert outcome.waiting == 8
    assert min(outcome.away.seconds) < 3 * max(outcome.well.seconds)
