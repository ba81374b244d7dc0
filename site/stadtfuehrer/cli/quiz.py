"""``stadtfuehrer quiz``."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of
from stadtfuehrer.quiz.proof import BAR, Spread, TooManySums, spread_of
from stadtfuehrer.quiz.result import Certainty
from stadtfuehrer.quiz.service import visits
from stadtfuehrer.quiz.statistics import FEWEST_RUNS, Stop, Visits, costliest_stop
from stadtfuehrer.text.formatting import date_in_words

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

MOST_DAYS = 731
"""Counters are kept for two years."""


@click.command(help="Zeigt, was beim Quiz herauskommt und wo Besucher aussteigen.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=90,
    show_default=True,
    help="So viele Tage.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def quiz(instance: Path, *, days: int, form: str) -> None:
    """Show how the outcomes are spread, and what visitors did."""
    report = report_on(ready_context_of(instance), days=days, now=utc_now())
    if form == "json":
        click.echo(json.dumps(as_data(report), ensure_ascii=False, indent=2))
    else:
        for line in as_lines(report):
            click.echo(line)


NO_NEED = "Keine Empfehlung"

CRAWLERS = (
    "Frage 1 öffnen auch Suchmaschinen und andere Programme. Wie viele dort gehen, sagt deshalb "
    "wenig."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The quiz by its weights and by its visitors, with the words for both."""

    days: int
    version: str
    spread: Spread | None
    """None where there are too many sums to count."""
    visits: Visits
    titles: Mapping[str | None, str]
    """What each outcome is called, in the order of the quiz; None is without a recommendation."""
    stops: tuple[tuple[str, str, Stop], ...]
    """Number and name of each stop."""

    @property
    def costliest(self) -> Stop | None:
        """Where people leave; None if there are too few to say."""
        return costliest_stop(self.visits)

    @property
    def has_shares(self) -> bool:
        """Whether enough have finished for per cent to say something."""
        return self.visits.finished >= FEWEST_RUNS


def report_on(context: "AppContext", *, days: int, now: datetime) -> Report:
    """Reckon the spread, and read the counters of the last days."""
    quiz, offers = context.catalogue.quiz, context.catalogue.offers
    try:
        spread = spread_of(quiz)
    except TooManySums:
        spread = None
    seen = visits(context, days=days, now=now)
    themes = {question.id: question.theme for question in quiz.questions}
    return Report(
        days=days,
        version=quiz.version,
        spread=spread,
        visits=seen,
        titles={**{service: offers.get(service).title for service in quiz.services}, None: NO_NEED},
        stops=tuple(
            (str(number), themes[stop.question_id], stop)
            for number, stop in enumerate(seen.stops, 1)
        ),
    )


def as_data(report: Report) -> dict[str, Any]:
    """The report for programs; an outcome without a recommendation has no service (null)."""
    spread, seen = report.spread, report.visits
    return {
        "version": report.version,
        "answer_sets": spread
        and {
            "total": spread.total,
            "outcomes": [
                {
                    "service": outcome,
                    "sets": number,
                    **{str(word): spread.certainties[outcome][word] for word in Certainty},
                }
                for outcome, number in spread.outcomes.items()
            ],
            "ties": spread.ties,
            "unsure": spread.unsure,
            "margins": [
                {"from": BAR * at, "to": BAR * (at + 1), "sets": number}
                for at, number in enumerate(spread.margins)
            ],
        },
        "visitors": {
            "days": report.days,
            "since": seen.since.isoformat(),
            "finished": seen.finished,
            "finished_with_other_versions": seen.finished_otherwise,
            "outcomes": [
                {"service": outcome, "finished": number}
                for outcome, number in seen.outcomes.items()
            ],
            "stops": [
                {"question": stop.question_id, "came": stop.came, "left": stop.left}
                for stop in seen.stops
            ],
        },
    }


def per_cent(part: int, whole: int, *, digits: int = 0) -> str:
    """„45,6 %“; what is there at all is never said to be nothing."""
    least = 10**-digits
    if 0 < 100 * part / whole < least / 2:
        return f"<{least:.{digits}f} %".replace(".", ",")
    return f"{100 * part / whole:.{digits}f} %".replace(".", ",")


def thousands(number: int) -> str:
    """„9.765.625“."""
    return f"{number:,}".replace(",", ".")


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
    share = per_cent(spread.unsure, spread.total, digits=1)
    yield f"  Keine Empfehlung, weil die Hälfte „Weiß ich nicht“ ist: {share}, darin enthalten."
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
        interval = f"{BAR * at} bis {BAR * (at + 1)}"
        yield f"  {interval:>10}  {share:>7}  {bar(number, spread.total)}".rstrip()


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
        yield "  Noch zu wenige Besuche, um zu sagen, wo die meisten gehen."
    yield f"  {CRAWLERS}"
    yield "  Wer zurückgeht und weitermacht, zählt bei der nächsten Frage noch einmal."


def bar(part: int, whole: int) -> str:
    """A bar of blocks, at most ``BAR_WIDTH`` wide; what is there at all is seen."""
    eighths = round(8 * BAR_WIDTH * part / whole) if whole else 0
    full, rest = divmod(max(eighths, 1 if part else 0), 8)
    return "█" * full + _EIGHTHS[rest].strip()
