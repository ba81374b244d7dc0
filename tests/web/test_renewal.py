"""Asking the supervisor for new processes: it is asked, and nobody else is."""

import subprocess
import sys

import pytest

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
