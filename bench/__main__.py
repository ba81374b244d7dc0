"""Print speed as ratios to a bare Flask, weights and statement counts, as Markdown.

Absolute figures mean nothing on a shared machine. A ratio is one path's answers in a second by
hello's in the same round; each round goes once through all of them, so that a neighbour's
noise meets all alike; what is printed is the median of three rounds. Loopback only.

`--rivals` adds nginx (bench/nginx.py), which serves our home as a file, and another booking
application (bench/peer.py), which is fetched with pip for the purpose. wrk's own work counts
beside servers as fast as nginx and our home: it takes about half a processor from them.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from bench.answers import walk_quiz
from bench.bookings import KIND, last_form
from bench.load import UselessMeasurementError, pages_per_second, require
from bench.own import own_measures
from bench.rivals import Rival, beside, serve_rivals
from bench.rounds import ROUNDS, Rates, ratio, run_rounds
from bench.servers import ALWAYS_OPEN, WORKERS, instance_in, serve_hello, serve_site
from bench.statements import count_statements
from bench.weight import weigh
from stadtfuehrer.server.process import THREADS
from tools.provision.visitor import Visitor


def main() -> int:
    """Measure and print. Return 1 when a measurement would say nothing."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--seconds", type=int, default=3, help="for each path and round")
    options.add_argument("--rivals", action="store_true", help="nginx and another application too")
    chosen = options.parse_args()
    try:
        require("wrk", "wrk")
        with tempfile.TemporaryDirectory(prefix="stadtfuehrer-bench-") as folder:
            _measure(Path(folder), seconds=chosen.seconds, with_rivals=chosen.rivals)
    except UselessMeasurementError as reason:
        sys.stderr.write(f"bench: {reason}\n")
        return 1
    return 0


def _measure(folder: Path, *, seconds: int, with_rivals: bool) -> None:
    with ExitStack() as running:
        hello = running.enter_context(serve_hello(folder))
        site = running.enter_context(serve_site(folder / "always-open", ALWAYS_OPEN))
        usual = running.enter_context(serve_site(folder / "usual", {}))
        rivals: list[Rival] = []
        if with_rivals:
            rivals = running.enter_context(serve_rivals(site, usual, seconds=seconds))

        _say(
            f"Python {platform.python_version()}, waitress {version('waitress')}, "
            f"{WORKERS} workers with {THREADS} threads, {os.cpu_count()} cores; "
            f"{ROUNDS} rounds of {seconds} s\n"
        )
        walk = walk_quiz(site)
        pages = {
            "home": "/",
            "quiz question": walk.last_question,
            "quiz result": walk.result,
            "free times": f"/termin/{KIND}",
            "booking form": last_form(site),
        }
        _print_weights(site, pages)
        _print_statements(instance_in(folder / "always-open"), pages)
        own = own_measures(site, usual, pages, walk, folder=folder, seconds=seconds)
        measures = {"hello": lambda _: pages_per_second(hello, "/", headers={}, seconds=seconds)}
        rates = run_rounds(measures | beside(own, rivals))
    _print_speed(rates)
    if rivals:
        _print_rivals(rates, rivals)


def _print_weights(site: Visitor, pages: dict[str, str]) -> None:
    _say("| bytes on the line | HTML | CSS | HTML + CSS | JS | everything |")
    _say("|---|---:|---:|---:|---:|---:|")
    for name, path in pages.items():
        it = weigh(site, path)
        _say(f"| {name} | {it.html} | {it.css} | {it.first_trip} | {it.js} | {it.everything} |")


def _print_statements(instance: Path, pages: dict[str, str]) -> None:
    _say("\n| | statements |\n|---|---:|")
    for name, count in count_statements(instance, pages).items():
        _say(f"| {name} | {count} |")


def _print_speed(rates: Rates) -> None:
    _say(f"\nhello: {statistics.median(rates['hello']):.0f} answers in a second\n")
    _say("| × hello | median | lowest | highest |\n|---|---:|---:|---:|")
    for name in rates:
        if name != "hello":
            it = ratio(rates, name, "hello")
            _say(f"| {name} | {it.median:.3f} | {it.lowest:.3f} | {it.highest:.3f} |")


def _print_rivals(rates: Rates, rivals: list[Rival]) -> None:
    _say("\n| × rival | must reach | median | lowest | highest |\n|---|---:|---:|---:|---:|")
    for rival in rivals:
        for ours in rival.ours:
            it = ratio(rates, ours, rival.name)
            _say(
                f"| {ours} / {rival.name} | {rival.times:g} "
                f"| {it.median:.2f} | {it.lowest:.2f} | {it.highest:.2f} |"
            )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
