"""What the settings mean together: the domain's rules, and what contradicts itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import holidays

from stadtfuehrer.domain.opening import Closure, OpeningHours
from stadtfuehrer.domain.slots import Kind, Place, Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from stadtfuehrer.settings.schema import BookingSettings, MailSettings, Settings

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def booking_rules(booking: BookingSettings) -> Rules:
    """The rules that decide what is free."""
    return Rules(
        opening=OpeningHours(
            zone=booking.timezone,
            week=booking.hours.by_weekday(),
            special={special.date: special.hours for special in booking.special},
            closures=tuple(
                Closure(first=closed.first, last=closed.last) for closed in booking.closed
            ),
            is_public_holiday=_public_holidays(booking.subdivision),
        ),
        notice=timedelta(hours=booking.notice_hours),
        horizon_days=booking.horizon_days,
        per_day=booking.per_day,
    )


def consultation_kinds(booking: BookingSettings) -> tuple[Kind, ...]:
    """The kinds of consultation, in the file's order."""
    return tuple(Kind(**asdict(kind)) for kind in booking.kinds)


def _public_holidays(subdivision: str) -> Callable[[date], bool]:
    if not subdivision:
        return lambda _day: False
    return holidays.country_holidays("DE", subdiv=subdivision).__contains__


def contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each place and reason where single keys are right, but not together."""
    booking = settings.booking
    yield from _calendar_contradictions(booking)
    longest = max(
        (
            hours.end - hours.start
            for openings in (
                *booking.hours.by_weekday().values(),
                *(special.hours for special in booking.special),
            )
            for hours in openings
        ),
        default=0,
    )
    consultant = settings.consultant
    for index, kind in enumerate(booking.kinds):
        place = f"booking.kinds[{index}]"
        if kind.id in {earlier.id for earlier in booking.kinds[:index]}:
            yield f"{place}.id", f"„{kind.id}“ steht schon weiter oben"
        if kind.minutes > longest:
            reason = f"{kind.minutes} Minuten sind länger als jede Öffnung in booking.hours"
            yield f"{place}.minutes", reason
        if kind.place is Place.VIDEO and not consultant.video_url:
            yield "consultant.video_url", f"fehlt, denn „{kind.title}“ ist ein Videogespräch"
        if kind.place is Place.ON_SITE and not (consultant.street and consultant.city):
            yield "consultant.street", f"Straße und Ort fehlen für „{kind.title}“ vor Ort"
    yield from _mail_contradictions(settings.mail)


def _mail_contradictions(mail: MailSettings) -> Iterator[tuple[str, str]]:
    if mail.transport == "smtp" and not mail.host:
        yield "mail.host", "fehlt; ohne Mailserver verlässt kein Brief das Haus"
    if mail.security == "none" and mail.username and mail.host not in _THIS_MACHINE:
        yield "mail.security", "„none“ schickt das Passwort unverschlüsselt durchs Netz"


def _calendar_contradictions(booking: BookingSettings) -> Iterator[tuple[str, str]]:
    dates = [special.date for special in booking.special]
    for index, day in enumerate(dates):
        if day in dates[:index]:
            yield f"booking.special[{index}].date", f"{day} steht schon weiter oben"
    for index, closed in enumerate(booking.closed):
        if closed.last < closed.first:
            yield f"booking.closed[{index}]", f"endet am {closed.last}, vor dem {closed.first}"
