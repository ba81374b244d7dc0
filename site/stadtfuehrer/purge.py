"""Forgets what has outlived its purpose (Art. 5 (1) e DSGVO)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from stadtfuehrer.audit_log import erase_lines
from stadtfuehrer.booking.hours_store import erase_changes
from stadtfuehrer.booking.leads_store import erase_noted_without
from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.booking.waiting import LONGEST_WAIT
from stadtfuehrer.booking.waiting_store import all_lines, erase_waiting
from stadtfuehrer.dialogue import store as voices
from stadtfuehrer.dialogue.asking import forget_voices
from stadtfuehrer.dialogue.check_in_store import erase_unused
from stadtfuehrer.dialogue.model import UNUSED_CONSENT_MONTHS, VOICES_KEPT
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.mail.folder import POSTFACH, erase_saved
from stadtfuehrer.mail.store import erase_letters
from stadtfuehrer.office.store import erase_signed_in
from stadtfuehrer.quiz.follow_up_store import erase_follow_ups
from stadtfuehrer.quiz.service import FORM_COUNTS, KEPT_MONTHS, today
from stadtfuehrer.quiz.store import erase_forms, erase_statistics
from stadtfuehrer.web.rate_limit import erase_events
from stadtfuehrer.web.renewal import renew_pages

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How much was erased."""

    bookings: int
    letters: int
    files: int = 0
    """Of letters, in the postfach."""
    voices: int = 0
    """Questions, readers' letters, how it was, how things are."""


def forget(context: "AppContext", *, now: datetime) -> Purged:
    """Erase bookings past their months, with their letters, what is left of old letters, voices.

    Nothing of it stays behind in SQLite's log or in the postfach. Raises DatabaseUnavailable, and
    OSError where the postfach cannot be tidied up.
    """
    privacy = context.settings.privacy
    months, days = relativedelta(months=privacy.bookings_months), timedelta(privacy.letters_days)
    with context.database.begin() as session:
        uids, with_them = erase_bookings(session, ended_before=now - months)
        alone = erase_letters(session, made_before=now - days)
        erase_follow_ups(session, due_before=now - days)
        erase_waiting(session, since_before=now - LONGEST_WAIT)
        erase_noted_without(session, [mailbox_of(one) for _, one, _ in all_lines(session)])
        settled = now - VOICES_KEPT
        gone = voices.over(
            session, answered_before=settled, said_before=now - months, held_before=settled
        )
        forget_voices(session, gone)
        erase_unused(session, before=now - relativedelta(months=UNUSED_CONSENT_MONTHS))
        erase_changes(session, ended_before=now)
        erase_events(session, now=now)
        erase_signed_in(session, now=now)
        erase_lines(session, now=now)
        counted_until = today(context, now=now) - relativedelta(months=KEPT_MONTHS)
        erase_statistics(session, before=counted_until)
        voices.erase_satisfied(session, before=counted_until)
        # An hour more than a form counts, since only the hour is known in which it did.
        erase_forms(session, before=now - FORM_COUNTS - _HOUR)
    context.database.empty_log()
    about = [*uids, *(one.uid for one in gone)]
    files = erase_saved(context.instance / POSTFACH, before=now - days, uids=about)
    if gone:
        renew_pages(context.instance)
    return Purged(bookings=len(uids), letters=with_them + alone, files=files, voices=len(gone))
