"""Counts what visitors do in the quiz, without knowing who did it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from stadtfuehrer.consent import Consent
from stadtfuehrer.database import AlreadyStored, DatabaseUnavailable, Session
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.service import check_typed, new_letter
from stadtfuehrer.quiz.follow_up_store import FollowUp, add_follow_up
from stadtfuehrer.quiz.questions import Answers
from stadtfuehrer.quiz.statistics import (
    CounterKey,
    Metric,
    Others,
    Visits,
    others_of,
    run_counters,
    visits_of,
)
from stadtfuehrer.quiz.store import add_counts, note_form, sums
from stadtfuehrer.quiz.week import ASK_AFTER, CONSENT_VERSION, CONSENT_WORDING
from stadtfuehrer.text import Mailbox
from stadtfuehrer.tokens import token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_log = structlog.get_logger(__name__)

FORM_COUNTS = timedelta(hours=12)
"""How long after it was shown a form is still counted; so long it must be known as counted."""

PATIENCE_SECONDS = 0.5
"""So long a count waits for the database, and is lost then: nobody's page should be held up."""

KEPT_MONTHS = 24
"""How long counters are kept: this year's can be compared with last year's."""


def today(context: "AppContext", *, now: datetime) -> date:
    """The day that something is counted for: the date in the consultant's zone."""
    return now.astimezone(context.rules.zone).date()


def count_shown(context: "AppContext", question_id: str, *, now: datetime) -> None:
    """Count that a question came up.

    Nobody is waiting for it, so what goes wrong is logged and no more.
    """
    key = CounterKey(context.catalogue.quiz.version, Metric.SHOWN, question_id)
    try:
        with context.database.begin(patience=PATIENCE_SECONDS) as session:
            add_counts(session, {(today(context, now=now), key): 1})
    except DatabaseUnavailable as error:
        _log.error("a question was not counted", error=type(error).__name__)


def count_run(
    context: "AppContext", answers: Answers, *, key: str, shown_at: datetime, now: datetime
) -> bool:
    """Count a finished run: once for the same key, and not if its form is too old to be known.

    ``shown_at`` is when the form with this key was shown. Whether the run was counted now.

    Raises IncompleteAnswers.
    """
    counters = run_counters(context.catalogue.quiz, answers)
    return count_form(context, counters, key=key, shown_at=shown_at, now=now)


def count_form(
    context: "AppContext",
    counters: Iterable[CounterKey],
    *,
    key: str,
    shown_at: datetime,
    now: datetime,
) -> bool:
    """Raise the counters of a form, each as often as it is there, under the same conditions."""
    if now - shown_at > FORM_COUNTS:
        return False
    with context.database.begin() as session:
        if not note_form(session, token_hash(key), now=now):
            return False
        day = today(context, now=now)
        add_counts(session, {(day, key): number for key, number in Counter(counters).items()})
    return True


def answers_of_others(context: "AppContext", *, now: datetime) -> Others | None:
    """What those answered who finished this version of the quiz, as it was within a minute.

    Two years of counters are too many to be added up for each result that is shown. None if they
    are too few, or the database does not answer.
    """

    def read() -> Others | None:
        quiz = context.catalogue.quiz
        with context.database.read() as session:
            return others_of(quiz, sums(session, version=quiz.version))

    return context.answers_of_others.look(read, now=now)


def visits(context: "AppContext", *, days: int, now: datetime) -> Visits:
    """What visitors did in the last days, today included."""
    since = today(context, now=now) - timedelta(days=days - 1)
    with context.database.read() as session:
        return visits_of(context.catalogue.quiz, sums(session, since=since), since=since)


def send_result(
    context: "AppContext",
    answers: Mapping[str, str],
    recipient: Mailbox,
    *,
    key: str,
    asks: bool = False,
    client: str = "",
    now: datetime,
) -> None:
    """Put the letter with a result into the outbox; the same form sends it once.

    Filled in otherwise, with a corrected address, the form is another one. ``asks``: they want to
    be asked after a week how it went, which they are if there is anything to do. ``client`` is the
    IP address that the form came from. Raises IncompleteAnswers, TooManyLetters.
    """
    owed = with_result(context, answers, recipient, key=key, asks=asks, now=now)
    try:
        with context.database.begin() as session:
            check_typed(context, session, recipient.address, client, now=now)
            outbox.enqueue(session, [owed], booking_id=None, now=now)
            if "follow_up" in owed.facts:
                _remember_to_ask(context, session, owed.facts, recipient.address, now=now)
    except AlreadyStored:
        # Its Message-ID is made of the form: the letter is in the outbox already.
        return


def with_result(
    context: "AppContext",
    answers: Mapping[str, str],
    recipient: Mailbox,
    *,
    key: str,
    asks: bool = False,
    now: datetime,
) -> NewMessage:
    """The quiz's result to whoever asked for it; ``key`` is the form's idempotency key.

    Raises IncompleteAnswers.
    """
    result = context.catalogue.quiz.result(answers)
    facts: dict[str, Any] = {"name": recipient.name, "answers": dict(answers)}
    said = json.dumps([key, recipient.address, facts, asks], sort_keys=True)
    # The key is nowhere stored, so that no address can be guessed from what is left of a letter.
    mark = hashlib.sha256(said.encode()).hexdigest()[:32]
    if asks and result.tips:
        facts["follow_up"] = mark
    return new_letter(
        context, LetterKind.RESULT, recipient.address, mark=mark, now=now, facts=facts, typed=True
    )


def _remember_to_ask(
    context: "AppContext",
    session: Session,
    facts: Mapping[str, Any],
    address: str,
    *,
    now: datetime,
) -> None:
    consent = Consent(version=CONSENT_VERSION, wording=CONSENT_WORDING, given_at=now)
    one = FollowUp(
        uid=facts["follow_up"],
        email=address,
        name=facts["name"],
        answers=facts["answers"],
        quiz_version=context.catalogue.quiz.version,
        due_at=now + ASK_AFTER,
        consent=consent,
    )
    add_follow_up(session, one)
    counter = CounterKey("", Metric.REQUESTED)
    add_counts(session, {(today(context, now=now), counter): 1})
