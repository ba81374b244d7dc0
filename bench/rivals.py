"""Those against whom the site is measured, each beside the page of ours with the same purpose."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bookings import freest_day
from bench.nginx import serve_nginx
from bench.own import fetching
from bench.peer import AS_ITS_SCRIPT, serve_peer
from bench.rounds import Measure
from bench.weight import AS_A_BROWSER
from tools.provision.visitor import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What a rival does, which measures of ours do the same, and how fast they must be."""

    name: str
    ours: tuple[str, ...]
    times: float  # as many answers as the rival's, at least
    measure: Measure


@contextmanager
def serve_rivals(site: Visitor, usual: Visitor, *, seconds: int) -> Iterator[list[Rival]]:
    """Start nginx with the home of `site`, and the peer; yield what to measure of them.

    Raises UselessMeasurementError when one of them cannot be had.
    """
    with (
        tempfile.TemporaryDirectory(prefix="stadtfuehrer-rivals-") as name,
        serve_nginx(Path(name) / "nginx", site.get("/", AS_A_BROWSER), AS_A_BROWSER) as nginx,
        serve_peer(Path(name) / "peer", freest_day(usual)) as peer,
    ):
        yield [
            Rival(
                name="nginx: the same file",
                ours=("home",),
                times=0.5,
                measure=fetching(nginx, "/", seconds=seconds),
            ),
            Rival(
                name="peer: page to choose a time",
                ours=("free times, usual hours",),
                times=10,
                measure=fetching(peer.visitor, peer.choosing, seconds=seconds),
            ),
            Rival(
                name="peer: free times of a day, JSON",
                ours=("free times of a day, JSON",),
                times=10,
                measure=fetching(peer.visitor, peer.free, headers=AS_ITS_SCRIPT, seconds=seconds),
            ),
            Rival(
                name="peer: booking form",
                ours=("booking form",),
                times=10,
                measure=fetching(peer.visitor, peer.form, seconds=seconds),
            ),
        ]


def beside(own: Mapping[str, Measure], rivals: list[Rival]) -> dict[str, Measure]:
    """Return all measures, each rival's next to ours, to meet the same noise."""
    order: dict[str, Measure] = {}
    for name, measure in own.items():
        order[name] = measure
        order.update({rival.name: rival.measure for rival in rivals if rival.ours[0] == name})
    return order
