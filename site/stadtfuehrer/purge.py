"""Forgets what has outlived its purpose (Art. 5 (1) e DSGVO)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.booking.waiting import LONGEST_WAIT
from stadtfuehrer.booking.waiting_store import erase_waiting
from stadtfuehrer.mail.store import erase_letters
from stadtfuehrer.quiz.service import FORM_COUNTS, KEPT_MONTHS, today
from stadtfuehrer.quiz.store import erase_forms, erase_statistics
from stadtfuehrer.web.rate_limit import erase_events

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How much was erased."""

    bookings: int
    letters: int


def forget(context: "AppContext", *, now: datetime) -> Purged:
    """Erase bookings past their months, with their letters, and what is left of old letters."""
    privacy = context.settings.privacy
    months = relativedelta(months=privacy.bookings_months)
    with context.database.begin() as session:
        bookings, with_them = erase_bookings(session, ended_before=now - months)
        alone = erase_letters(session, made_before=now - timedelta(days=privacy.letters_days))
        erase_waiting(session, since_before=now - LONGEST_WAIT)
        erase_events(session, now=now)
        counted_until = today(context, now=now) - relativedelta(months=KEPT_MONTHS)
        erase_statistics(session, before=counted_until)
        # An hour more than a form counts, since only the hour is known in which it did.
        erase_forms(session, before=now - FORM_COUNTS - _HOUR)
    return Purged(bookings=bookings, letters=with_them + alone)
