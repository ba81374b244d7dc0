"""Counts what visitors do in the quiz, without knowing who did it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.domain.tally import TallyLine, What, others_of, run_lines, visits_of
from stadtfuehrer.services.seal import token_hash
from stadtfuehrer.storage.tally import add_counts, note_form, sums

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from stadtfuehrer.domain.quiz_scoring import Answers
    from stadtfuehrer.domain.tally import Others, Visits
    from stadtfuehrer.services.office import Office

FORM_COUNTS = timedelta(hours=12)
"""How long after it was shown a form is still counted; so long it must be known as counted."""

KEPT_MONTHS = 24
"""How long counters are kept: this year's can be compared with last year's."""


def today(office: Office, *, now: datetime) -> date:
    """The day that something is counted for: the date in the consultant's zone."""
    return now.astimezone(office.rules.zone).date()


def shown_line(version: str, question_id: str) -> TallyLine:
    """The counter of a question that came up; without an id, of the page with all answers."""
    return TallyLine(version, What.SHOWN, question_id)


def count(office: Office, counts: Mapping[tuple[date, TallyLine], int]) -> None:
    """Raise each counter by its number."""
    with office.database.begin() as session:
        add_counts(session, counts)


def count_run(
    office: Office, answers: Answers, *, key: str, shown_at: datetime, now: datetime
) -> bool:
    """Count a finished run: once for the same key, and not if its form is too old to be known.

    ``shown_at`` is when the form with this key was shown. Whether the run was counted now.

    Raises:
        IncompleteAnswers.

    """
    lines = run_lines(office.catalogue.quiz, answers)
    if now - shown_at > FORM_COUNTS:
        return False
    day = today(office, now=now)
    with office.database.begin() as session:
        if not note_form(session, token_hash(key), now=now):
            return False
        add_counts(session, {(day, line): 1 for line in lines})
    return True


def answers_of_others(office: Office) -> Others | None:
    """What those answered who finished this version of the quiz; None if they are too few."""
    quiz = office.catalogue.quiz
    with office.database.read() as session:
        return others_of(quiz, sums(session, version=quiz.version))


def visits(office: Office, *, days: int, now: datetime) -> Visits:
    """What visitors did in the last days, today included."""
    since = today(office, now=now) - timedelta(days=days - 1)
    with office.database.read() as session:
        return visits_of(office.catalogue.quiz, sums(session, since=since), since=since)
