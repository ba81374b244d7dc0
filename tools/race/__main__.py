"""Race, kill and measure at full length, and print the figures: `make race`.

Exits with 1 if a law is broken. Everything listens on loopback only and ends by itself. Durations
depend on the machine and its neighbours; ratios are of one run.
"""

import argparse
import logging
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import structlog

from tools.provision.postgresql import cluster
from tools.race.figures import note_inside, note_kills, note_outside, note_race, note_writers
from tools.race.letter_figures import note_letters, note_mail_down
from tools.race.postmen import postmen
from tools.race.table import DATABASES, Table
from tools.race.town import fresh_database, town

ROUNDS = 250
KILLS = 100
OUTSIDE = (0, 10_000, 100_000, 1_000_000)
LETTERS = 1_000


def main() -> int:
    """Measure and print. Return 1 when a law is broken."""
    options = argparse.ArgumentParser(prog="python -m tools.race", description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS, help="of eight attempts each")
    options.add_argument("--kills", type=int, default=KILLS, help="for each database")
    options.add_argument("--outside", type=int, default=OUTSIDE[-1], help="bookings at most")
    options.add_argument("--letters", type=int, default=LETTERS, help="for each database")
    chosen = options.parse_args()
    outside = [size for size in OUTSIDE if size <= chosen.outside]
    # Each request's own log line would stand between the figures, and each connection that the
    # mail server drops on purpose.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    table, began = Table(), time.monotonic()
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="stadtfuehrer-race-"))
        folder = Path(made)
        with _said("writers"):
            note_writers(table, folder)
        makers = dict(zip(DATABASES, _url_makers(stack, folder), strict=True))
        for on, make_url in makers.items():
            with _said(f"{on}: {chosen.rounds} rounds"), town(folder / on, make_url("race")) as its:
                note_race(table, on, its, chosen.rounds)
            with (
                _said(f"{on}: {chosen.kills} kills"),
                town(folder / f"{on}-kills", make_url("kills")) as its,
            ):
                note_kills(table, on, its, chosen.kills)
        with postmen() as workers:
            for on, make_url in makers.items():
                with _said(f"{on}: {chosen.letters} letters"):
                    place = folder / f"{on}-letters"
                    note_letters(table, on, place, make_url("letters"), workers, chosen.letters)
        for on, make_url in makers.items():
            with _said(f"{on}: mail away"):
                note_mail_down(table, on, folder / f"{on}-mail", make_url("mail"))
            with _said(f"{on}: crowds"), ExitStack() as contexts:
                note_outside(table, on, contexts, folder / f"{on}-out", make_url, outside)
                note_inside(table, on, contexts, folder / f"{on}-in", make_url)
    sys.stdout.write(f"{table.markdown()}\n\n{_machine()}; {time.monotonic() - began:.0f} s\n")
    return 0 if table.holds else 1


def _url_makers(stack: ExitStack, folder: Path) -> Iterator[Callable[[str], str]]:
    """Two ways to get an empty database: a file's address, and one in a throw-away cluster."""
    running = stack.enter_context(cluster())
    yield lambda name: f"sqlite:///{folder / name}.db"
    yield lambda name: stack.enter_context(fresh_database(running, name))


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, waitress "
        f"{version('waitress')}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}"
    )


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Say on standard error what goes on, and how long it took."""
    began = time.monotonic()
    sys.stderr.write(f"{what} … ")
    sys.stderr.flush()
    yield
    sys.stderr.write(f"{time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    sys.exit(main())
