"""Forgets what has outlived its purpose (Art. 5 (1) e DSGVO)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from stadtfuehrer.services.quiz_statistics import FORM_COUNTS, KEPT_MONTHS, today
from stadtfuehrer.services.waiting import LONGEST_WAIT
from stadtfuehrer.storage import retention
from stadtfuehrer.storage.quiz_statistics import erase_forms, erase_statistics
from stadtfuehrer.storage.waiting import erase_waiting

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.services.office import Office

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was erased."""

    bookings: int
    letters: int


def forget(office: Office, *, now: datetime) -> Forgotten:
    """Erase bookings past their months, with their letters, and what is left of old letters."""
    privacy = office.settings.privacy
    months = relativedelta(months=privacy.bookings_months)
    with office.database.begin() as session:
        bookings, with_them = retention.erase_bookings(session, ended_before=now - months)
        alone = retention.erase_letters(
            session, made_before=now - timedelta(days=privacy.letters_days)
        )
        erase_waiting(session, since_before=now - LONGEST_WAIT)
        retention.erase_posts(session, before=now - _HOUR)
        erase_statistics(session, before=today(office, now=now) - relativedelta(months=KEPT_MONTHS))
        # An hour more than a form counts, since only the hour is known in which it did.
        erase_forms(session, before=now - FORM_COUNTS - _HOUR)
    return Forgotten(bookings=bookings, letters=with_them + alone)
