"""Fair turns for SQLite's writers: a short version of `make race`."""

from pathlib import Path

from stadtfuehrer.storage.database import Database
from tests.support.racing import forking
from tools.race.writers import Unordered, writers_turns


@forking
def test_eight_writers_get_their_fair_share_and_not_without_the_file_lock(tmp_path: Path) -> None:
    fair = writers_turns(tmp_path, Database, seconds=1.5)
    unordered = writers_turns(tmp_path, Unordered, seconds=1.5)
    assert fair.locked_out == 0
    # By shares: seconds would be the machine's.
    assert fair.fewest_to_most > 0.5 > unordered.fewest_to_most
    assert fair.worst_seconds < unordered.worst_seconds
