"""Never twice, through a running site with two web processes: short versions of `make race`."""

from pathlib import Path

from tools.race.judge import judge
from tools.race.kills import broken_promises, run_kills
from tools.race.rounds import run_rounds
from tools.race.town import town

ROUNDS = 12
KILLS = 6


def test_one_winner_for_each_overlapping_time_and_several_without_the_primary_key(
    tmp_path: Path, database_url: str
) -> None:
    with town(tmp_path, database_url) as its:
        outcome = run_rounds(its, ROUNDS, seed=2)
        assert outcome.odd == []
        assert outcome.winners == [1] * ROUNDS
        assert outcome.notes.broken == 0
        assert min(outcome.moves_won, outcome.replays) > 0
        assert judge(its.office).is_clean

        its.drop_primary_key()
        run_rounds(its, ROUNDS, seed=2)
        assert judge(its.office).overlapping != []


def test_nothing_acknowledged_is_lost_and_nothing_sent_again_is_booked_twice_under_kill_9(
    tmp_path: Path, database_url: str
) -> None:
    with town(tmp_path, database_url) as its:
        outcome = run_kills(its, KILLS, seed=2)
        assert outcome.kills == KILLS
        assert outcome.unanswered > 0
        assert outcome.odd == []
        assert outcome.notes.broken == 0
        assert broken_promises(its, outcome) == []
        assert judge(its.office).is_clean
