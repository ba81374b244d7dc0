"""What the settings mean together: the domain's rules, and what contradicts itself."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

import holidays

from stadtfuehrer.booking.opening import Closure, Hours, OpeningHours
from stadtfuehrer.booking.questions import Question
from stadtfuehrer.booking.slots import Caller, Kind, Place, Rules
from stadtfuehrer.settings.schema import (
    BookingSettings,
    CalendarSettings,
    KindSettings,
    MailboxSettings,
    MailSettings,
    Settings,
)
from stadtfuehrer.settings.values import THIS_MACHINE
from stadtfuehrer.text import Mailbox

_LONGEST_SENDER_DOMAIN = 180
"""It ends each letter's Message-ID, for which the outbox has 255 characters."""

_RESERVED = {"bestaetigen"}
"""Words that stand where a kind's id does in addresses."""


def booking_rules(booking: BookingSettings) -> Rules:
    """The rules that decide what is free, for every kind that has none of its own."""
    return Rules(
        opening=OpeningHours(
            zone=booking.timezone,
            week=booking.hours.by_weekday(),
            special=_special_days(booking),
            closures=tuple(
                Closure(first=closed.first, last=closed.last) for closed in booking.closed
            ),
            closed_days=booking.closed_days,
            is_public_holiday=_public_holidays(booking),
        ),
        notice=timedelta(hours=booking.notice_hours),
        horizon_days=booking.horizon_days,
        per_day=booking.per_day,
        shown_per_day=booking.shown_per_day,
        change=timedelta(hours=booking.change_hours),
    )


def rules_by_kind(booking: BookingSettings, general: Rules) -> dict[str, Rules]:
    """The rules of each kind: the general ones with what the kind says itself."""
    return {kind.id: _rules_of(booking, kind, general) for kind in booking.kinds}


def _rules_of(booking: BookingSettings, kind: KindSettings, general: Rules) -> Rules:
    own: dict[str, Any] = {"horizon_days": kind.horizon_days}
    for name, hours in (("notice", kind.notice_hours), ("change", kind.change_hours)):
        own[name] = None if hours is None else timedelta(hours=hours)
    special = _special_days(booking, kind.id)
    if kind.hours is not None or special != general.opening.special:
        week = general.opening.week if kind.hours is None else kind.hours.by_weekday()
        own["opening"] = replace(general.opening, week=week, special=special)
    return replace(general, **{name: value for name, value in own.items() if value is not None})


def consultation_kinds(booking: BookingSettings) -> tuple[Kind, ...]:
    """The kinds of consultation, in the file's order."""
    names = [field.name for field in fields(Kind) if field.name != "questions"]
    return tuple(
        Kind(
            **{name: getattr(kind, name) for name in names},
            questions=tuple(Question(**asdict(one)) for one in kind.questions),
        )
        for kind in booking.kinds
    )


def _special_days(booking: BookingSettings, kind: str = "") -> dict[date, tuple[Hours, ...]]:
    """Hours of special days by date: those for all kinds, and those for this one."""
    return {
        special.date: special.hours
        for special in booking.special
        if not special.kinds or kind in special.kinds
    }


def _public_holidays(booking: BookingSettings) -> Callable[[date], bool]:
    if not (booking.subdivision and booking.holidays):
        return lambda _day: False
    return holidays.country_holidays(
        booking.country, subdiv=booking.subdivision, categories=booking.holidays
    ).__contains__


def contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each place and reason where single keys are right, but not together."""
    booking = settings.booking
    yield from _calendar_contradictions(booking)
    consultant = settings.consultant
    for index, kind in enumerate(booking.kinds):
        place = f"booking.kinds[{index}]"
        if kind.id in {earlier.id for earlier in booking.kinds[:index]}:
            yield f"{place}.id", f"„{kind.id}“ steht schon weiter oben"
        if kind.id in _RESERVED:
            yield f"{place}.id", f"„{kind.id}“ ist eine Adresse der Seite selbst"
        if kind.minutes > _longest_opening(booking, kind):
            where = f"{place}.hours" if kind.hours else "booking.hours"
            reason = f"{kind.minutes} Minuten sind länger als jede Öffnung in {where}"
            yield f"{place}.minutes", reason
        if kind.place is Place.VIDEO and not consultant.video_url:
            yield "consultant.video_url", f"fehlt, denn „{kind.title}“ ist ein Videogespräch"
        if kind.place is Place.PHONE and kind.caller is Caller.GUEST and not consultant.phone:
            yield "consultant.phone", f"fehlt, denn bei „{kind.title}“ rufen die Gäste an"
        yield from _question_contradictions(place, kind)
        if kind.place is Place.ON_SITE and not (consultant.street and consultant.city):
            yield "consultant.street", f"Straße und Ort fehlen für „{kind.title}“ vor Ort"
    yield from _mail_contradictions(settings.mail)
    yield from _mailbox_contradictions(settings.mailbox)
    yield from _consultants_calendar_contradictions(settings.calendar)
    names = [hook.name for hook in settings.hooks]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"hooks[{index}].name", "steht schon weiter oben; so heißt jeder anders"


def _question_contradictions(place: str, kind: KindSettings) -> Iterator[tuple[str, str]]:
    for index, question in enumerate(kind.questions):
        where = f"{place}.questions[{index}]"
        if question.id in {earlier.id for earlier in kind.questions[:index]}:
            yield f"{where}.id", f"„{question.id}“ steht schon weiter oben"
        if len(question.choices) == 1:
            yield f"{where}.choices", "lässt keine Wahl; [] = mit eigenen Worten"
        if len(set(question.choices)) < len(question.choices):
            yield f"{where}.choices", "nennt eine Antwort zweimal"


def _longest_opening(booking: BookingSettings, kind: KindSettings) -> int:
    """In minutes, on any day on which this kind could take place; touching ones are one."""
    days = [
        *(kind.hours or booking.hours).by_weekday().values(),
        *_special_days(booking, kind.id).values(),
    ]
    longest = 0
    for openings in days:
        begin = end = 0
        for hours in openings:
            begin = begin if hours.start == end else hours.start
            end = hours.end
            longest = max(longest, end - begin)
    return longest


def _mail_contradictions(mail: MailSettings) -> Iterator[tuple[str, str]]:
    domain = Mailbox(name="", address=mail.sender).address.rpartition("@")[2]
    if len(domain) > _LONGEST_SENDER_DOMAIN:
        yield "mail.sender", f"hat hinter dem @ mehr als {_LONGEST_SENDER_DOMAIN} Zeichen"
    if mail.transport == "smtp" and not mail.host:
        yield "mail.host", "fehlt; ohne Mailserver verlässt kein Brief das Haus"
    if mail.security == "none" and mail.username and mail.host not in THIS_MACHINE:
        yield "mail.security", "„none“ schickt das Passwort unverschlüsselt durchs Netz"


def _mailbox_contradictions(mailbox: MailboxSettings) -> Iterator[tuple[str, str]]:
    given = {"host": mailbox.host, "username": mailbox.username, "password": mailbox.password}
    # A password alone may stand in the environment of an instance that reads no mailbox.
    if mailbox.host or mailbox.username:
        for key in (key for key, value in given.items() if not value):
            yield f"mailbox.{key}", "fehlt; ohne lässt sich das Postfach nicht lesen"


def _consultants_calendar_contradictions(calendar: CalendarSettings) -> Iterator[tuple[str, str]]:
    named = [name.casefold() for name in calendar.busy]
    if (calendar.busy or calendar.write) and not calendar.url:
        yield "calendar.url", "fehlt; wo liegen die Kalender, die busy und write nennen?"
    if calendar.username and not calendar.url:
        yield "calendar.url", "fehlt; wo gilt username?"
    if calendar.username and not calendar.password:
        yield "calendar.password", "fehlt; am besten in STADTFUEHRER_CALENDAR_PASSWORD"
    if calendar.password and not calendar.username:
        yield "calendar.username", "fehlt; zu wem gehört das Passwort?"
    for key, names in (("busy", named), ("feeds", calendar.feeds)):
        for index, name in enumerate(names):
            if name in names[:index]:
                yield f"calendar.{key}[{index}]", "steht schon weiter vorn"
    for index, name in enumerate(calendar.all_day_free):
        if name not in (*calendar.busy, *calendar.feeds):
            yield f"calendar.all_day_free[{index}]", "steht weder in busy noch in feeds"


def _calendar_contradictions(booking: BookingSettings) -> Iterator[tuple[str, str]]:
    known = [kind.id for kind in booking.kinds]
    seen: set[tuple[date, str]] = set()
    for index, special in enumerate(booking.special):
        for number, kind in enumerate(special.kinds):
            if kind not in known:
                place = f"booking.special[{index}].kinds[{number}]"
                yield place, f"„{kind}“ ist keine Art von Gespräch; es gibt {', '.join(known)}"
        days = {(special.date, kind) for kind in special.kinds or known}
        if days & seen:
            yield f"booking.special[{index}].date", f"{special.date} steht schon weiter oben"
        seen |= days
    yield from _unknown_holidays(booking)
    for index, closed in enumerate(booking.closed):
        if closed.last < closed.first:
            yield f"booking.closed[{index}]", f"endet am {closed.last}, vor dem {closed.first}"


def _unknown_holidays(booking: BookingSettings) -> Iterator[tuple[str, str]]:
    known = holidays.country_holidays(booking.country)
    names = {code: name for name, code in reversed(known.subdivisions_aliases.items())}
    if booking.subdivision and booking.subdivision not in known.subdivisions:
        part = "Kanton" if booking.country == "CH" else "Bundesland"
        # In Austria they have numbers, which nobody knows by heart.
        possible = ", ".join(
            f"{code} ({names[code]})" if code.isdecimal() else code for code in known.subdivisions
        )
        reason = f"„{booking.subdivision}“ ist kein {part}; möglich sind {possible} oder leer"
        yield "booking.subdivision", reason
    for index, category in enumerate(booking.holidays):
        if category not in known.supported_categories:
            reason = (
                f"„{category}“ ist keine Art von Feiertagen ({booking.country}); "
                f"möglich sind {', '.join(known.supported_categories)}"
            )
            yield f"booking.holidays[{index}]", reason
