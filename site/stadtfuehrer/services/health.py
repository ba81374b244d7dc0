"""Whether all is well: the database answers, letters leave, the consultant gets theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.services.mailboxes import consultant_mailbox
from stadtfuehrer.storage.outbox_questions import any_sent, count_failed, waiting_since

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.services.office import Office

TOO_LONG = timedelta(hours=1)
"""After so long without any letter leaving, while some wait, somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is not well, if anything."""

    letters_wait_since: datetime | None
    """Since when letters have not been able to leave; None where they can."""
    failed: int
    """How many letters failed for good and wait for somebody to look."""
    failed_to_consultant: int
    """How many of them were the consultant's own: a lead that nobody hears of."""


def examine(office: Office, *, now: datetime) -> Health:
    """Ask the database; what it raises says that it does not answer, or has no tables.

    Raises:
        SQLAlchemyError.

    """
    with office.database.read() as session:
        since = waiting_since(session)
        stuck = (
            since is not None
            and since <= now - TOO_LONG
            and not any_sent(session, since=now - TOO_LONG)
        )
        return Health(
            letters_wait_since=since if stuck else None,
            failed=count_failed(session),
            failed_to_consultant=count_failed(session, consultant_mailbox(office).address),
        )
