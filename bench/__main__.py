"""Print speed as ratios to a bare Flask, weights and statement counts, as Markdown.

Absolute figures mean nothing on a shared machine. A ratio is one path's answers in a second by
hello's in the same round; each round goes once through all of them, so that a neighbour's
noise meets all alike; what is printed is the median of three rounds. Loopback only.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bench.load import (
    UselessMeasurementError,
    pages_per_second,
    requests_per_second,
    require_wrk,
)
from bench.statements import count_statements
from bench.subject import KIND, WORKERS, answered_quiz, booking_requests, last_form, servers
from bench.weight import AS_A_BROWSER, weigh
from tests.provision.visitor import Visitor

ROUNDS = 3
BOOKINGS_A_ROUND = 500


def main() -> int:
    """Measure and print. Return 1 when a measurement would say nothing."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--seconds", type=int, default=3, help="for each path and round")
    seconds = options.parse_args().seconds
    try:
        require_wrk()
        with (
            tempfile.TemporaryDirectory(prefix="stadtfuehrer-bench-") as folder,
            servers(Path(folder)) as (hello, site, instance),
        ):
            _say(
                f"Python {platform.python_version()}, granian {version('granian')}, "
                f"{WORKERS} workers, {os.cpu_count()} cores; {ROUNDS} rounds of {seconds} s\n"
            )
            question, result = answered_quiz(site)
            pages = {
                "home": "/",
                "quiz question": question,
                "quiz result": result,
                "free times": f"/termin/{KIND}",
                "booking form": last_form(site),
            }
            _print_weights(site, pages)
            _print_statements(instance, pages)
            _print_speed(hello, site, pages, seconds)
    except UselessMeasurementError as reason:
        sys.stderr.write(f"bench: {reason}\n")
        return 1
    return 0


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


def _print_speed(hello: Visitor, site: Visitor, pages: dict[str, str], seconds: int) -> None:
    supply = booking_requests(site, BOOKINGS_A_ROUND * ROUNDS)
    known = site.get("/", AS_A_BROWSER).headers.get("etag")

    def fetch(path: str, headers: dict[str, str], status: int = 200) -> Callable[[int], float]:
        return lambda _: pages_per_second(
            site, path, headers=AS_A_BROWSER | headers, seconds=seconds, status=status
        )

    def book(turn: int) -> float:
        mine = supply[turn * BOOKINGS_A_ROUND : (turn + 1) * BOOKINGS_A_ROUND]
        return requests_per_second(site, mine, status=303)

    measures = {name: fetch(path, {}) for name, path in pages.items()}
    if known:
        measures["home, unchanged (304)"] = fetch("/", {"If-None-Match": known}, 304)
    else:
        _say("\nhome sends no ETag: no 304 to be measured")
    measures["booking"] = book

    yardsticks: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(ROUNDS):
        yardstick = pages_per_second(hello, "/", headers={}, seconds=seconds)
        yardsticks.append(yardstick)
        for name, measure in measures.items():
            ratios[name].append(measure(turn) / yardstick)

    _say(f"\nhello: {statistics.median(yardsticks):.0f} answers in a second\n")
    _say("| × hello | median | lowest | highest |\n|---|---:|---:|---:|")
    for name, found in ratios.items():
        _say(f"| {name} | {statistics.median(found):.3f} | {min(found):.3f} | {max(found):.3f} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
