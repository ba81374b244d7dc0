"""A week after the result: whoever wanted it is asked once how it went, and then forgotten."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.database import DatabaseUnavailable
from stadtfuehrer.faults import kind_and_place
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.person_store import erase_letters_about
from stadtfuehrer.mail.service import new_letter
from stadtfuehrer.quiz import follow_up_store
from stadtfuehrer.quiz.follow_up_store import FollowUp
from stadtfuehrer.quiz.service import count_form
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.week import Progress
from stadtfuehrer.refusals import UnknownFollowUp
from stadtfuehrer.web.links import find_signed, sign

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_PURPOSE = "follow-up"

_log = structlog.get_logger(__name__)


def ask_about_plans(context: "AppContext", *, now: datetime) -> int:
    """Write to whoever is to be asked by now; how many letters.

    The letter is written and the address forgotten in one transaction, so that nobody is asked
    twice.
    """
    with context.database.read() as session:
        due = follow_up_store.due_uids(session, now=now)
    written = 0
    for uid in due:
        try:
            with context.database.begin() as session:
                one = follow_up_store.take_follow_up(session, uid)
                letter = one and _letter(context, one, now=now)
                if letter:
                    outbox.enqueue(session, [letter], booking_id=None, now=now)
            written += bool(letter)
        except (DatabaseUnavailable, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever is wrong with one, the next is asked
            _log.error("nobody can be asked how it went", **kind_and_place(error))
    return written


def _letter(context: "AppContext", one: FollowUp, *, now: datetime) -> NewMessage | None:
    """The question how it went; None if the quiz is another by now and has nothing to ask."""
    quiz = context.catalogue.quiz
    if quiz.first_open(one.answers) is not None or not quiz.result(one.answers).tips:
        _log.info("the quiz has changed, so nobody is asked", then=one.quiz_version)
        return None
    facts = {
        "name": one.name,
        "answers": dict(one.answers),
        "consent_at": one.consent.given_at.isoformat(),
    }
    return new_letter(
        context, LetterKind.FOLLOW_UP, one.email, mark=one.uid, now=now, facts=facts, typed=True
    )


def follow_up_link(context: "AppContext", uid: str) -> str:
    """Where somebody says that they do not want to be asked after all."""
    return f"{context.settings.site.url}/quiz/nachfrage/{sign(context, _PURPOSE, uid)}"


def find_follow_up(context: "AppContext", token: str) -> FollowUp | None:
    """Who is to be asked, by the token of their letter; None once it is over.

    Raises UnknownFollowUp.
    """
    uid = _uid(context, token)
    with context.database.read() as session:
        return follow_up_store.find_follow_up(session, uid)


def end_follow_up(context: "AppContext", token: str) -> None:
    """Do not ask, not even by a letter that is written, and forget the address.

    Raises UnknownFollowUp.
    """
    uid = _uid(context, token)
    with context.database.begin() as session:
        follow_up_store.take_follow_up(session, uid)
        # The question may be in the outbox already, and wait there for a mail server.
        erase_letters_about(session, uid)
    context.database.empty_log()


def _uid(context: "AppContext", token: str) -> str:
    uid = find_signed(context, _PURPOSE, token)
    if uid is None:
        raise UnknownFollowUp
    return uid


def count_report(
    context: "AppContext",
    told: Collection[Progress],
    *,
    key: str,
    shown_at: datetime,
    now: datetime,
) -> bool:
    """Count how a week went, once for the same form; whether it was counted now."""
    counters = [CounterKey("", Metric.PROGRESS, option=one.value) for one in told]
    counters.append(CounterKey("", Metric.REPORTED))
    return count_form(context, counters, key=key, shown_at=shown_at, now=now)
