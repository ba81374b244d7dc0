"""Who of the workers is alive, also when one is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from stadtfuehrer.app.attendance import absent, forget_absent, present
from stadtfuehrer.app.worker import post_of, work
from stadtfuehrer.services.booking import book
from stadtfuehrer.services.overview import all_letters
from stadtfuehrer.storage import outbox
from tests.support.offices import NO_LIMITS, Clock, a_wish, in_berlin, opened_office

if TYPE_CHECKING:
    from pathlib import Path

    from stadtfuehrer.services.office import Office

WAITS = """
import sys
from pathlib import Path
from stadtfuehrer.app.attendance import present
with present(Path(sys.argv[1])) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


class OneRound(Event):
    """Stops at the first rest."""

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout
        self.set()
        return True


def another(instance: Path) -> tuple[subprocess.Popen[str], str]:
    """Start another worker; its process and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS, str(instance)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_who_is_present_is_not_absent_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with present(tmp_path) as one, present(tmp_path) as other:
        assert one != other
        assert absent(tmp_path) == []
    assert absent(tmp_path) == []
    assert list((tmp_path / "worker").iterdir()) == []


def test_who_is_killed_is_absent_until_struck_off(tmp_path: Path) -> None:
    process, name = another(tmp_path)
    with process, present(tmp_path):
        assert absent(tmp_path) == []
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert absent(tmp_path) == [name]
        forget_absent(tmp_path, [name])
        assert absent(tmp_path) == []


def test_who_ends_well_is_not_missed(tmp_path: Path) -> None:
    process, _ = another(tmp_path)
    process.communicate("")
    assert absent(tmp_path) == []


def with_a_letter_in_hand(office: Office, holder: str, clock: Clock) -> None:
    """Book, and let that worker take one of the two letters in hand."""
    book(office, a_wish(office, in_berlin("2026-03-04 10:00")), now=clock())
    with office.database.begin() as session:
        lease = timedelta(minutes=10)
        assert outbox.lease_next(session, now=clock(), lease=lease, holder=holder) is not None


def one_round(office: Office, instance: Path, clock: Clock) -> list[str]:
    """What became of the letters."""
    post = post_of(office, instance, clock)
    work(office, post, instance=instance, clock=clock, stop=OneRound())
    return sorted(letter["state"] for letter in all_letters(office))


def test_what_a_killed_worker_had_in_hand_goes_out_at_once(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    process, name = another(tmp_path)
    with process, opened_office(tmp_path, sqlite_database_url, changes=NO_LIMITS) as office:
        with_a_letter_in_hand(office, name, clock)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert one_round(office, tmp_path, clock) == ["sent", "sent"]
    assert list((tmp_path / "worker").iterdir()) == []


def test_what_a_living_worker_has_in_hand_stays_there(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    clock = Clock()
    process, name = another(tmp_path)
    with process, opened_office(tmp_path, sqlite_database_url, changes=NO_LIMITS) as office:
        with_a_letter_in_hand(office, name, clock)
        assert one_round(office, tmp_path, clock) == ["sent", "waiting"]
        process.communicate("")
