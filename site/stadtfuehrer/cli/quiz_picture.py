"""The report on the quiz as one drawing: a standalone SVG without a script, for light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from stadtfuehrer.cli.quiz_report import CRAWLERS, per_cent, thousands
from stadtfuehrer.domain.quiz_result import Certainty
from stadtfuehrer.domain.quiz_spread import BAR
from stadtfuehrer.domain.tally import FEWEST_RUNS
from stadtfuehrer.domain.wording import date_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stadtfuehrer.cli.quiz_report import Report
    from stadtfuehrer.domain.quiz_spread import Spread

WIDTH, EDGE, GAP = 1000, 48, 56
COLUMN = (WIDTH - 2 * EDGE - GAP) // 2
ROW, LABEL, FIGURES = 34, 250, 170
LONGEST_TITLE, LONGEST_NAME = 32, 25
HISTOGRAM = 110

_STYLE = """
svg { color-scheme: light dark; --paper: #f4f6f1; --ink: #14213a; --quiet: #475468;
  --line: #cbd3cb; --blue: #0b4a9e; --middle: #6f93c4; --pale: #c3d2e6; --yellow: #ffcc1f; }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1624; --ink: #eff3f8; --quiet: #b4c0cf;
  --line: #2c3d55; --blue: #6aa5f2; --middle: #3f6ba8; --pale: #24405f; } }
text { font: 16px "Sofia Sans Condensed", "Roboto Condensed", "Arial Narrow", Arial, sans-serif;
  fill: var(--ink); font-variant-numeric: tabular-nums; }
.title { font-size: 32px; font-weight: 700; }
.head { font-size: 23px; font-weight: 700; }
.small, .number { font-size: 14px; fill: var(--quiet); }
.number, .right { text-anchor: end; }
.middle { text-anchor: middle; }
.strong { font-weight: 700; }
.paper { fill: var(--paper); }
.rail { fill: var(--line); }
.klar, .bar { fill: var(--blue); }
.column { fill: var(--quiet); }
.eher { fill: var(--middle); }
.knapp { fill: var(--pale); }
.gone { fill: var(--yellow); stroke: var(--ink); stroke-width: 1; }
.yellow { fill: var(--yellow); }
.axis { stroke: var(--quiet); stroke-width: 1.5; }
"""


def as_picture(report: Report) -> str:
    """The drawing as SVG text."""
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "lang": "de", "role": "img"})
    svg.set("aria-labelledby", "titel beschreibung")
    title = "Das Quiz: was herauskommt und wo Besucher aussteigen"
    ET.SubElement(svg, "title", {"id": "titel"}).text = title
    ET.SubElement(svg, "desc", {"id": "beschreibung"}).text = _described(report)
    ET.SubElement(svg, "style").text = _STYLE
    paper = _rect(svg, "paper", 0, 0, WIDTH, 0)
    _text(svg, "title", EDGE, 70, "Das Quiz in Zahlen")
    since = f"Besucher gezählt seit {date_in_words(report.visits.since)}"
    _text(svg, "small", EDGE, 96, f"{since}. Fassung {report.version}.")
    bottom = max(_weights(svg, report, 150), _results(svg, report, 150))
    height = _stops(svg, report, bottom + GAP) + EDGE
    paper.set("height", str(height))
    svg.set("viewBox", f"0 0 {WIDTH} {height}")
    return ET.tostring(svg, encoding="unicode")


def _described(report: Report) -> str:
    """The main facts, for those who hear the drawing."""
    facts = []
    if report.spread:
        shares = (
            f"{title} {per_cent(report.spread.outcomes[outcome], report.spread.total, digits=1)}"
            for outcome, title in report.titles.items()
        )
        facts.append(f"Über alle Kombinationen von Antworten: {', '.join(shares)}.")
    results = (f"{title} {report.visits.outcomes[out]}" for out, title in report.titles.items())
    facts.append(f"Zu Ende gemacht: {report.visits.finished}, davon {', '.join(results)}.")
    came = (f"{number} {name} {stop.came}".strip() for number, name, stop in report.stops)
    facts.append(f"So viele kamen bis: {', '.join(came)}.")
    return " ".join(facts)


def _weights(svg: ET.Element, report: Report, top: int) -> int:
    """The left column; where it ends."""
    _text(svg, "head", EDGE, top, "Was herauskommen kann")
    spread = report.spread
    if spread is None:
        _text(svg, "small", EDGE, top + 24, "Zu viele Kombinationen, um sie alle auszuzählen.")
        return top + 24
    words = f"Alle {thousands(spread.total)} Kombinationen von Antworten"
    _text(svg, "small", EDGE, top + 24, words)
    shares = {
        outcome: per_cent(number, spread.total, digits=1)
        for outcome, number in spread.outcomes.items()
    }
    y = _bars(svg, report, EDGE, top + 50, spread.outcomes, shares)
    return _certainties(svg, spread, y + 30)


def _certainties(svg: ET.Element, spread: Spread, top: int) -> int:
    """How far outcomes are from the next one: in words, and by points."""
    ties = per_cent(spread.ties, spread.total, digits=1)
    _text(svg, "strong", EDGE, top, "Abstand in Punkten")
    _text(svg, "small right", EDGE + COLUMN, top, f"Gleichstand {ties}")
    x, third = float(EDGE), COLUMN / len(Certainty)
    for at, word in enumerate(Certainty):
        number = sum(one[word] for one in spread.certainties.values())
        width = COLUMN * number / spread.total
        _rect(svg, word.value, x, top + 14, width, 14)
        x += width
        _rect(svg, word.value, EDGE + at * third, top + 40, 14, 14)
        share = per_cent(number, spread.total, digits=1)
        _text(svg, "small", EDGE + at * third + 20, top + 52, f"{word.value} {share}")
    return _margins(svg, spread, top + 72)


def _margins(svg: ET.Element, spread: Spread, top: int) -> int:
    last = max((at for at, number in enumerate(spread.margins) if number), default=0)
    step, most = COLUMN / (last + 1), max(*spread.margins, 1)
    floor = top + HISTOGRAM
    for at, number in enumerate(spread.margins[: last + 1]):
        x, high = EDGE + at * step, HISTOGRAM * number / most
        column = _rect(svg, "column", x + 2, floor - high, step - 4, high)
        share = per_cent(number, spread.total, digits=1)
        ET.SubElement(column, "title").text = f"{BAR * at} bis {BAR * (at + 1)} Punkte: {share}"
        if at % 2 == 0:
            _text(svg, "small middle", x, floor + 18, str(BAR * at))
    ends = {"x1": _number(EDGE), "x2": _number(EDGE + COLUMN)}
    height = {"y1": _number(floor), "y2": _number(floor)}
    ET.SubElement(svg, "line", {"class": "axis"} | ends | height)
    return floor + 18


def _results(svg: ET.Element, report: Report, top: int) -> int:
    """The right column; where it ends."""
    left, seen = EDGE + COLUMN + GAP, report.visits
    _text(svg, "head", left, top, "Was Besucher herausbekamen")
    days = "Heute" if report.days == 1 else f"In den letzten {report.days} Tagen"
    _text(svg, "small", left, top + 24, f"{days} zu Ende gemacht: {seen.finished}")
    figures = {
        outcome: f"{number} ({per_cent(number, seen.finished)})"
        if report.has_shares
        else str(number)
        for outcome, number in seen.outcomes.items()
    }
    y = _bars(svg, report, left, top + 50, seen.outcomes, figures)
    if not report.has_shares:
        y += 24
        _text(svg, "small", left, y, f"Prozente stehen hier erst ab {FEWEST_RUNS}.")
    if seen.finished_otherwise:
        y += 24
        words = f"Mit früheren Fassungen, hier nicht dabei: {seen.finished_otherwise}"
        _text(svg, "small", left, y, words)
    for number, line in enumerate(report.where_they_leave):
        _text(svg, "" if number else "strong", left + 16, y + 40 + 24 * number, line)
    _rect(svg, "yellow", left, y + 22, 6, 24 * len(report.where_they_leave))
    return y + 22 + 24 * len(report.where_they_leave)


def _bars(
    svg: ET.Element,
    report: Report,
    left: int,
    top: int,
    numbers: Mapping[str | None, int],
    figures: Mapping[str | None, str],
) -> int:
    """A bar for each outcome under its title; where they end."""
    whole = sum(numbers.values())
    for outcome, title in report.titles.items():
        _text(svg, "", left, top + 12, title, longest=LONGEST_TITLE)
        _text(svg, "right strong", left + COLUMN, top + 12, figures[outcome])
        _rect(svg, "rail", left, top + 20, COLUMN, 10)
        if whole:
            _rect(svg, "bar", left, top + 20, COLUMN * numbers[outcome] / whole, 10)
        top += 44
    return top


def _stops(svg: ET.Element, report: Report, top: int) -> int:
    """Who came how far, and how many went no further; where it ends."""
    _text(svg, "head", EDGE, top, "Wo sie aussteigen")
    _rect(svg, "bar", WIDTH - EDGE - 260, top - 12, 14, 14)
    _text(svg, "small", WIDTH - EDGE - 240, top, "machten weiter")
    _rect(svg, "gone", WIDTH - EDGE - 120, top - 12, 14, 14)
    _text(svg, "small", WIDTH - EDGE - 100, top, "gingen hier")
    finished = report.visits.finished
    most = max(1, finished, *(stop.came for _, _, stop in report.stops))
    rail = WIDTH - 2 * EDGE - LABEL - FIGURES
    y = top + 24
    for number, name, stop in report.stops:
        words = f"{stop.came} kamen, {stop.left} gingen"
        strong = "strong" if stop == report.costliest else ""
        _text(svg, "number", EDGE + 18, y + 16, number)
        _text(svg, strong, EDGE + 28, y + 16, name, longest=LONGEST_NAME)
        stays = rail * (stop.came - stop.left) / most
        _rect(svg, "bar", EDGE + LABEL, y + 2, stays, 18)
        if stop.left:
            _rect(svg, "gone", EDGE + LABEL + stays, y + 2, rail * stop.left / most, 18)
        _text(svg, f"right {strong or 'small'}", WIDTH - EDGE, y + 16, words)
        y += ROW
    _text(svg, "strong", EDGE + 28, y + 16, "Ergebnis")
    _rect(svg, "bar", EDGE + LABEL, y + 2, rail * finished / most, 18)
    _text(svg, "right strong", WIDTH - EDGE, y + 16, f"{finished} kamen an")
    _text(svg, "small", EDGE, y + ROW + 24, CRAWLERS)
    return y + ROW + 24


def _text(
    svg: ET.Element, kind: str, x: float, y: float, words: str, *, longest: int | None = None
) -> None:
    """A line of words; a long one is cut, and then whole in its tooltip."""
    place = {"x": _number(x), "y": _number(y)} | ({"class": kind} if kind else {})
    text = ET.SubElement(svg, "text", place)
    text.text = words
    if longest and len(words) > longest:
        text.text = f"{words[: longest - 1].rstrip()}…"
        ET.SubElement(text, "title").text = words


def _rect(
    svg: ET.Element, kind: str, x: float, y: float, width: float, height: float
) -> ET.Element:
    size = {"width": _number(width), "height": _number(height)}
    place = {"class": kind, "x": _number(x), "y": _number(y)}
    return ET.SubElement(svg, "rect", place | size)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
