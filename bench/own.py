"""What is measured of the site itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from bench.answers import Walk
from bench.bookings import booking_requests, free_as_json, freest_day
from bench.disk import synced_writes_per_second
from bench.load import differing_pages_per_second, pages_per_second, requests_per_second
from bench.rounds import ROUNDS, Measure
from bench.weight import AS_A_BROWSER
from tools.provision.visitor import Visitor

BOOKINGS_A_ROUND = 500
ADDRESSES_A_ROUND = 20_000
"""More than are fetched in a round of some seconds."""


def fetching(
    visitor: Visitor,
    path: str,
    *,
    seconds: int,
    headers: dict[str, str] | None = None,
    status: int = 200,
) -> Measure:
    """Measure one address, asked for as a browser does, with these `headers` besides."""
    asked = AS_A_BROWSER | (headers or {})
    return lambda _: pages_per_second(visitor, path, headers=asked, seconds=seconds, status=status)


def own_measures(
    site: Visitor, usual: Visitor, pages: dict[str, str], walk: Walk, *, folder: Path, seconds: int
) -> dict[str, Measure]:
    """Return all measures of the site, by name, in their order.

    `pages` are those of `site`, which is open round the clock and takes the bookings; `usual`
    has the shipped settings. Of pages that are rendered for each request no two addresses are
    alike: each has other answers to the quiz behind its question mark, as visitors carry them.
    A booking waits for its disk, so what the disk alone can do in `folder` stands before it.
    """
    supply = booking_requests(site, BOOKINGS_A_ROUND * ROUNDS)

    def book(turn: int) -> float:
        mine = supply[turn * BOOKINGS_A_ROUND : (turn + 1) * BOOKINGS_A_ROUND]
        return requests_per_second(site, mine, status=303)

    def differing(visitor: Visitor, draw: Callable[[int, Random], list[str]]) -> Measure:
        def measure(turn: int) -> float:
            # In each round others, of which none was asked for before.
            paths = draw(ADDRESSES_A_ROUND, Random(turn))  # noqa: S311 - draws answers, keeps no secret
            return differing_pages_per_second(visitor, paths, headers=AS_A_BROWSER, seconds=seconds)

        return measure

    def answered(visitor: Visitor, path: str) -> Measure:
        return differing(visitor, partial(walk.all_answered, path))

    times, form = pages["free times"], pages["booking form"]
    day = freest_day(usual)
    json_of_day = free_as_json(day, day)
    known = {"If-None-Match": site.get("/", AS_A_BROWSER).headers["etag"]}
    return {
        "home": fetching(site, pages["home"], seconds=seconds),
        "home, unchanged (304)": fetching(site, "/", headers=known, status=304, seconds=seconds),
        "quiz question": differing(site, walk.open_questions),
        "quiz result": answered(site, "/quiz/ergebnis"),
        "free times": answered(site, times),
        "booking form": answered(site, form),
        "free times, usual hours": answered(usual, times),
        "free times of a day, JSON": answered(usual, json_of_day),
        "(a synced write of 4 KB)": lambda _: synced_writes_per_second(folder),
        "booking": book,
    }
