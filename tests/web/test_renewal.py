"""Asking the supervisor for new processes: it is asked, and nobody else is."""

import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from stadtfuehrer.web.renewal import pages_stamp, renew_pages

ASK = "import os; from stadtfuehrer.web.renewal import *; print(renew_processes(os.environ))"


@pytest.mark.parametrize(
    ("supervisor", "said"),
    [
        ("STADTFUEHRER_SUPERVISOR=$$", ["True", "asked"]),
        ("STADTFUEHRER_SUPERVISOR=", ["False"]),
        ("STADTFUEHRER_SUPERVISOR=$other", ["False"]),  # USR1 would end it
    ],
)
def test_only_the_parent_that_is_the_supervisor_is_asked(supervisor: str, said: list[str]) -> None:
    script = f"""
        trap 'echo asked' USR1
        sleep 60 & other=$!
        {supervisor} "$1" -c "$2"
        kill $other && wait $other
        [ $? = 143 ]  # by that TERM
    """
    shell = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, ASK], check=True, stdout=subprocess.PIPE
    )
    assert shell.stdout.decode().split() == said


def test_pages_are_renewed_by_a_file_that_every_process_sees(tmp_path: Path) -> None:
    stamps = [pages_stamp(tmp_path)]
    for _ in range(3):
        renew_pages(tmp_path)
        stamps.append(pages_stamp(tmp_path))
    assert stamps[0] == 0
    assert len(set(stamps)) == 4
    assert stamps == sorted(stamps)


def test_where_no_file_can_be_written_nothing_fails(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with capture_logs() as logs:
        renew_pages(gone)
    assert [one["error"] for one in logs] == ["FileNotFoundError"]
    assert pages_stamp(gone) == 0
