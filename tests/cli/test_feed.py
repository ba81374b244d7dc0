"""`calendar --renew-feed` and `--revoke-feed`: the address is told once, and then it is gone."""

import re
from pathlib import Path

from tests.support.commands import Run


def test_an_address_is_made_renewed_and_revoked(instance: Path, run: Run) -> None:
    addresses = set()
    for _ in range(2):
        made = run("calendar", "--renew-feed")
        assert made.exit_code == 0
        pattern = r"http://127\.0\.0\.1:8000/kalender/[A-Za-z0-9_-]{43}\.ics\n"
        assert re.fullmatch(pattern, made.stdout)
        assert "nicht noch einmal" in made.stderr
        addresses.add(made.stdout)
    assert len(addresses) == 2
    gone = run("calendar", "--revoke-feed")
    assert (gone.exit_code, gone.stdout) == (0, "Der Kalender lässt sich nicht mehr abonnieren.\n")


def test_one_thing_at_a_time(instance: Path, run: Run) -> None:
    result = run("calendar", "--renew-feed", "--revoke-feed")
    assert result.exit_code == 2
    assert "Gib nur eins von" in result.stderr
