"""Judge every public page with Lighthouse, on the slow phone that it plays, and print a table.

Called by ``make lighthouse``; paths may be given instead of all. Exits with 1 when a page has under
100 points in a category, or when something moves while it loads.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.page_rules import INDEXED
from tools.provision.browser import FLAGS, find_chromium
from tools.provision.node import Tools, is_node_there, node
from tools.provision.site import free_port, running, untouched_environment

TOOLS = Tools(Path(__file__).parent, "make lighthouse")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_ANSWERS = (
    "orientierung=nein&dialog=nein&rueckkanal=unklar&zufriedenheit=nein&vertrauen=eher-nein"
    "&dank=eher-ja&zusammenspiel=nein&ziel=nein&plan=nein&tun=eher-nein"
)
NOT_INDEXED = ("/quiz", f"/quiz/ergebnis?{_ANSWERS}", "/termin/kennenlernen")
"""Pages that search engines are asked to leave out: the address says something about the visitor.

Lighthouse takes that for a mistake; this one audit, is-crawlable, is left out for them.
"""
ATTEMPTS = 3
"""A busy machine makes the browser slow and costs points; nothing gives any that are not due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What Lighthouse says of a page: points of 100, the sum of layout shifts, and bytes."""

    path: str
    points: tuple[int, ...]
    shift: float
    weight: int
    missed: tuple[str, ...]
    """The audits that cost points."""

    @property
    def is_perfect(self) -> bool:
        """Whether nothing is missing."""
        return set(self.points) == {100} and self.shift == 0


def main() -> int:
    """Judge the pages that are named, else all. Return 0 when every one is perfect, else 1."""
    chromium = find_chromium()
    if chromium is None or not is_node_there():
        sys.stderr.write("Chromium or Node.js is missing. Get them with: make provision\n")
        return 1
    if not TOOLS.are_there() and TOOLS.install() != 0:
        return 1
    paths = sys.argv[1:] or [*sorted(INDEXED), *NOT_INDEXED]
    titles = ("page", *CATEGORIES, "layout shift", "bytes")
    _say(f"| {' | '.join(titles)} |\n|---{'|---:' * (len(titles) - 1)}|")
    with tempfile.TemporaryDirectory() as folder:
        stadtfuehrer = [sys.executable, "-m", "stadtfuehrer"]
        subprocess.run(
            [*stadtfuehrer, "init"],
            check=True,
            cwd=folder,
            env=untouched_environment(),
            stdout=subprocess.DEVNULL,
        )
        port = free_port()
        serve = [*stadtfuehrer, "serve", "--port", str(port)]
        with running(serve, port=port, cwd=Path(folder)) as visitor:
            perfect = [_is_perfect(visitor.address, path, chromium) for path in paths]
    return 0 if all(perfect) else 1


def _is_perfect(address: str, path: str, chromium: Path) -> bool:
    """Judge a page until it is perfect, or often enough; say the best."""
    best: Judgement | None = None
    for _ in range(ATTEMPTS):
        found = _judge(address, path, chromium)
        if found and (best is None or sum(found.points) > sum(best.points)):
            best = found
        if best and best.is_perfect:
            break
    if best is None:
        sys.stderr.write(f"{path}: Lighthouse could not judge it.\n")
        return False
    columns = (path.partition("?")[0], *best.points, f"{best.shift:g}", best.weight)
    _say(f"| {' | '.join(map(str, columns))} |")
    if not best.is_perfect:
        sys.stderr.writelines(f"{path}: {audit}\n" for audit in best.missed)
    return best.is_perfect


def _judge(address: str, path: str, chromium: Path) -> Judgement | None:
    """Judge a page once; None when the browser was too busy to be watched."""
    command: list[str | Path] = [
        node(),
        TOOLS.package("lighthouse") / "cli" / "index.js",
        address + path,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(('--headless=new', *FLAGS))}",
    ]
    if path in NOT_INDEXED:
        command.append("--skip-audits=is-crawlable")
    environment = os.environ | {"CHROME_PATH": str(chromium)}
    said = subprocess.run(command, check=False, stdout=subprocess.PIPE, env=environment)
    if said.returncode != 0:
        return None
    report = json.loads(said.stdout)
    audits = report["audits"]
    points = tuple(round(100 * report["categories"][name]["score"]) for name in CATEGORIES)
    counted = {
        part["id"]: part["weight"]
        for name in CATEGORIES
        for part in report["categories"][name]["auditRefs"]
    }
    return Judgement(
        path=path,
        points=points,
        shift=audits["cumulative-layout-shift"]["numericValue"],
        weight=audits["total-byte-weight"]["numericValue"],
        missed=tuple(
            f"{name}: {audits[name]['title']} {audits[name].get('displayValue', '')}".rstrip()
            for name, weight in counted.items()
            if weight and (audits.get(name, {}).get("score") or 0) < 1
        ),
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
