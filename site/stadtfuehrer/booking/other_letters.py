"""Letters that no booking owes: the quiz's result, a free time, what is wrong with calendars."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.mail.service import consultant_mailbox, sign_in_path, site_mailbox, times_link
from stadtfuehrer.mail.writing import written
from stadtfuehrer.quiz.findings import findings, quotes
from stadtfuehrer.quiz.follow_up import follow_up_link
from stadtfuehrer.quiz.week import ASK_AFTER, Progress, parameter
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import (
    clock_in_words,
    date_in_words,
    day_of_year_in_words,
    in_address,
    when_in_words,
)

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_Facts: TypeAlias = Mapping[str, Any]


def result(context: "AppContext", facts: _Facts, address: str) -> Letter:
    """The quiz's result, to whoever asked for it."""
    answers, recipient = facts["answers"], Mailbox(name=facts["name"], address=address)
    found, quiz = findings(context.catalogue, answers), f"{context.settings.site.url}/quiz"
    service = {"angebot": found.service.slug} if found.service else {}
    uid, asked_at = facts.get("follow_up"), datetime.fromisoformat(facts["at"]) + ASK_AFTER
    words = {
        "name": recipient.name,
        "found": found,
        "quotes": quotes(context.catalogue.quiz, answers),
        "follow_up_day": date_in_words(asked_at.astimezone(context.rules.zone).date()),
        "links": {
            "no_follow_up": uid and follow_up_link(context, uid),
            "quiz": f"{quiz}?{urlencode(answers)}",
            "result": f"{quiz}/ergebnis?{urlencode(answers)}",
            "termin": f"{times_link(context)}?{urlencode({**answers, **service})}",
        },
    }
    return written(
        context, LetterKind.RESULT, words, recipient, consultant_mailbox(context), topic="quiz"
    )


def after_a_week(context: "AppContext", facts: _Facts, address: str) -> Letter:
    """The question how the week went, to whoever wanted to be asked."""
    answers, recipient = facts["answers"], Mailbox(name=facts["name"], address=address)
    week = f"{context.settings.site.url}/quiz/woche?{urlencode(answers)}"
    consent_at = datetime.fromisoformat(facts["consent_at"]).astimezone(context.rules.zone)
    words = {
        "name": recipient.name,
        "day": day_of_year_in_words(consent_at.date()),
        "consent_day": date_in_words(consent_at.date()),
        "things": [
            (tip, [(one.label, f"{week}&{parameter(tip.question_id)}={one}") for one in Progress])
            for tip in findings(context.catalogue, answers).tips
        ],
    }
    return written(
        context, LetterKind.FOLLOW_UP, words, recipient, consultant_mailbox(context), topic="quiz"
    )


def unread_calendars(context: "AppContext", facts: _Facts, _address: str) -> Letter:
    """Which calendars block without being read, to the consultant."""
    calendars = [{**one, "since": _since(context, one)} for one in facts["calendars"]]
    closed = context.settings.calendar.when_stale == "closed"
    words = {"calendars": calendars, "closed": closed}
    reader, reply_to = consultant_mailbox(context), site_mailbox(context)
    return written(context, LetterKind.CALENDAR, words, reader, reply_to, topic="calendar")


def unclear_calendar(context: "AppContext", facts: _Facts, _address: str) -> Letter:
    """What keeps bookings from being entered, to the consultant."""
    words = {**facts, "since": _since(context, facts)}
    reader, reply_to = consultant_mailbox(context), site_mailbox(context)
    return written(context, LetterKind.WRITE_CALENDAR, words, reader, reply_to, topic="calendar")


def _since(context: "AppContext", facts: _Facts) -> str:
    at = datetime.fromisoformat(facts["since"]).astimezone(context.rules.zone)
    return f"{date_in_words(at.date())}, {clock_in_words(at, context.rules.zone)} Uhr"


def free_again(context: "AppContext", facts: _Facts, address: str) -> Letter:
    """A time has become free, to the next in line."""
    kind, start = context.get_kind(facts["kind"]), datetime.fromisoformat(facts["start"])
    times = f"{times_link(context)}/{kind.id}"
    words = {
        "kind": kind,
        "when": when_in_words(start, start + timedelta(minutes=kind.minutes), context.rules.zone),
        "links": {"book": f"{times}/{in_address(start)}", "times": times},
    }
    recipient, reply_to = Mailbox(name="", address=address), consultant_mailbox(context)
    return written(context, LetterKind.FREE_AGAIN, words, recipient, reply_to)


def sign_in(context: "AppContext", facts: _Facts, address: str) -> Letter:
    """The link into the office, to one of its people."""
    zone, at = context.rules.zone, datetime.fromisoformat(facts["at"])
    path = sign_in_path(context, facts["link"], onward=facts["onward"])
    words = {
        "day": day_of_year_in_words(at.astimezone(zone).date()),
        "clock": clock_in_words(at, zone),
        "until": clock_in_words(datetime.fromisoformat(facts["until"]), zone),
        "links": {"sign_in": f"{context.settings.site.url}{path}"},
    }
    reader, reply_to = Mailbox(name="", address=address), site_mailbox(context)
    return written(context, LetterKind.SIGN_IN, words, reader, reply_to, topic="office")


def crowd(context: "AppContext", facts: _Facts, _address: str) -> Letter:
    """That bookings come too fast, to the consultant."""
    consultant, site = consultant_mailbox(context), site_mailbox(context)
    day = datetime.fromisoformat(facts["at"]).astimezone(context.rules.zone).date()
    words = {"day": date_in_words(day), "links": {"times": times_link(context)}}
    return written(context, LetterKind.CROWD, words, consultant, site)


COMPOSED_HERE: Mapping[LetterKind, Callable[["AppContext", _Facts, str], Letter]] = {
    LetterKind.RESULT: result,
    LetterKind.FOLLOW_UP: after_a_week,
    LetterKind.FREE_AGAIN: free_again,
    LetterKind.CALENDAR: unread_calendars,
    LetterKind.WRITE_CALENDAR: unclear_calendar,
    LetterKind.SIGN_IN: sign_in,
    LetterKind.CROWD: crowd,
}
"""What writes each of them, of its facts, to an address."""
