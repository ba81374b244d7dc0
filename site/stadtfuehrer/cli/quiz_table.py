"""The report on the quiz as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.cli.quiz_report import CRAWLERS, per_cent, thousands
from stadtfuehrer.domain.quiz_proof import BAR
from stadtfuehrer.domain.quiz_result import Certainty
from stadtfuehrer.domain.quiz_statistics import FEWEST_RUNS
from stadtfuehrer.domain.wording import date_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stadtfuehrer.cli.quiz_report import Report
    from stadtfuehrer.domain.quiz_proof import Spread

BAR_WIDTH = 30
_EIGHTHS = " ▏▎▍▌▋▊▉"


def as_lines(report: Report) -> Iterator[str]:
    """Both halves of the report, line by line."""
    yield from _by_weights(report)
    yield ""
    yield from _by_visitors(report)


def _by_weights(report: Report) -> Iterator[str]:
    yield "WAS HERAUSKOMMEN KANN"
    spread = report.spread
    if spread is None:
        yield "Dieses Quiz hat zu viele Kombinationen von Antworten, um sie alle auszuzählen."
        return
    yield f"{thousands(spread.total)} Kombinationen von Antworten, jede einmal gezählt:"
    yield ""
    width = max(map(len, report.titles.values()))
    for outcome, title in report.titles.items():
        number = spread.outcomes[outcome]
        share = per_cent(number, spread.total, digits=1)
        yield f"  {title:{width}}  {share:>7}  {bar(number, spread.total)}".rstrip()
    yield ""
    yield from _margins(spread)


def _margins(spread: Spread) -> Iterator[str]:
    certain = {word: sum(one[word] for one in spread.certainties.values()) for word in Certainty}
    words = ", ".join(
        f"{word} {per_cent(number, spread.total, digits=1)}" for word, number in certain.items()
    )
    yield f"  Wie sicher: {words}."
    yield f"  Gleichstand an der Spitze: {per_cent(spread.ties, spread.total, digits=1)}."
    yield ""
    yield "  Abstand der Empfehlung zum Nächsten, in Punkten:"
    last = max((at for at, number in enumerate(spread.margins) if number), default=-1)
    for at, number in enumerate(spread.margins[: last + 1]):
        share = per_cent(number, spread.total, digits=1)
        stretch = f"{BAR * at} bis {BAR * (at + 1)}"
        yield f"  {stretch:>10}  {share:>7}  {bar(number, spread.total)}".rstrip()


def _by_visitors(report: Report) -> Iterator[str]:
    seen = report.visits
    days = "HEUTE" if report.days == 1 else f"IN DEN LETZTEN {report.days} TAGEN"
    yield f"WAS BESUCHER {days} HERAUSBEKAMEN"
    yield f"Gezählt seit {date_in_words(seen.since)}, nur für die jetzige Fassung des Quiz."
    yield ""
    yield f"  Zu Ende gemacht: {seen.finished}"
    width = max(map(len, report.titles.values()))
    if seen.finished:
        for outcome, title in report.titles.items():
            number = seen.outcomes[outcome]
            share = per_cent(number, seen.finished) if report.has_shares else ""
            blocks = bar(number, seen.finished)
            yield f"  {title:{width}}  {number:>5}  {share:>5}  {blocks}".rstrip()
    if not report.has_shares:
        yield f"  Prozente stehen hier erst ab {FEWEST_RUNS}, vorher wären sie Zufall."
    if seen.finished_otherwise:
        yield f"  Mit früheren Fassungen des Quiz, hier nicht dabei: {seen.finished_otherwise}"
    yield ""
    yield from _drop_off(report)


def _drop_off(report: Report) -> Iterator[str]:
    yield "WO SIE AUSSTEIGEN"
    most = max(stop.came for _, _, stop in report.stops)
    if not most:
        yield "In dieser Zeit hat noch niemand das Quiz geöffnet."
        return
    width = max(len(name) for _, name, _ in report.stops)
    costliest = report.costliest
    yield f"  {'':{width + 4}}  {'kamen':>5}  {'gingen':>6}"
    for number, name, stop in report.stops:
        here = "  ◀ hier gehen die meisten" if stop == costliest else ""
        figures = f"{stop.came:>5}  {stop.left or '':>6}"
        yield f"  {number:>2}  {name:{width}}  {figures}  {bar(stop.came, most)}{here}".rstrip()
    finished = report.visits.finished
    yield f"  {'':2}  {'Ergebnis':{width}}  {finished:>5}  {'':6}  {bar(finished, most)}".rstrip()
    yield ""
    if costliest is None:
        yield f"  {' '.join(report.where_they_leave)}"
    yield f"  {CRAWLERS}"
    yield "  Wer zurückgeht und weitermacht, zählt bei der nächsten Frage noch einmal."


def bar(part: int, whole: int) -> str:
    """A bar of blocks, at most ``BAR_WIDTH`` wide; what is there at all is seen."""
    eighths = round(8 * BAR_WIDTH * part / whole) if whole else 0
    full, rest = divmod(max(eighths, 1 if part else 0), 8)
    return "█" * full + _EIGHTHS[rest].strip()
