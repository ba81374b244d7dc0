"""Counts what visitors do in the quiz, without knowing who did it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.domain.quiz_statistics import (
    CounterKey,
    Metric,
    others_of,
    run_counters,
    visits_of,
)
from stadtfuehrer.services.seal import token_hash
from stadtfuehrer.storage.quiz_statistics import add_counts, note_form, sums

if TYPE_CHECKING:
    from datetime import date, datetime

    from stadtfuehrer.domain.quiz_scoring import Answers
    from stadtfuehrer.domain.quiz_statistics import Others, Visits
    from stadtfuehrer.services.office import Office

_log = structlog.get_logger(__name__)

FORM_COUNTS = timedelta(hours=12)
"""How long after it was shown a form is still counted; so long it must be known as counted."""

READ_AGAIN_AFTER = timedelta(minutes=1)
PATIENCE_SECONDS = 0.5
"""So long a count waits for the database, and is lost then: nobody's page should be held up."""

KEPT_MONTHS = 24
"""How long counters are kept: this year's can be compared with last year's."""


def today(office: Office, *, now: datetime) -> date:
    """The day that something is counted for: the date in the consultant's zone."""
    return now.astimezone(office.rules.zone).date()


def count_shown(office: Office, question_id: str, *, now: datetime) -> None:
    """Count that a question came up; without an id, the page with all answers.

    Nobody is waiting for it, so what goes wrong is logged and no more.
    """
    key = CounterKey(office.catalogue.quiz.version, Metric.SHOWN, question_id)
    try:
        with office.database.begin(patience=PATIENCE_SECONDS) as session:
            add_counts(session, {(today(office, now=now), key): 1})
    except (SQLAlchemyError, OSError) as error:
        _log.error("a question was not counted", error=type(error).__name__)


def count_run(
    office: Office, answers: Answers, *, key: str, shown_at: datetime, now: datetime
) -> bool:
    """Count a finished run: once for the same key, and not if its form is too old to be known.

    ``shown_at`` is when the form with this key was shown. Whether the run was counted now.

    Raises:
        IncompleteAnswers.

    """
    keys = run_counters(office.catalogue.quiz, answers)
    if now - shown_at > FORM_COUNTS:
        return False
    with office.database.begin() as session:
        if not note_form(session, token_hash(key), now=now):
            return False
        day = today(office, now=now)
        add_counts(session, {(day, key): 1 for key in keys})
    return True


class AnswersOfOthers:
    """What those answered who finished this version of the quiz, as it was within a minute.

    Two years of counters are too many to be added up for each result that is shown.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: Others | None = None
        self._read_again_at: datetime | None = None

    def look(self, *, now: datetime) -> Others | None:
        """What is known of them; None if they are too few, or the database does not answer."""
        if self._read_again_at is None or now >= self._read_again_at:
            # Set first: nobody else reads, or waits, meanwhile.
            self._read_again_at = now + READ_AGAIN_AFTER
            quiz = self._office.catalogue.quiz
            try:
                with self._office.database.read() as session:
                    self._known = others_of(quiz, sums(session, version=quiz.version))
            except (SQLAlchemyError, OSError) as error:
                _log.error("counters cannot be read", error=type(error).__name__)
        return self._known


def visits(office: Office, *, days: int, now: datetime) -> Visits:
    """What visitors did in the last days, today included."""
    since = today(office, now=now) - timedelta(days=days - 1)
    with office.database.read() as session:
        return visits_of(office.catalogue.quiz, sums(session, since=since), since=since)
