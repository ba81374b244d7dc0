"""Whether all is well: the database answers, letters leave, the consultant gets theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from stadtfuehrer.mail import queries as outbox_questions
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.letters import consultant_mailbox
from stadtfuehrer.mail.queries import any_sent, count_failed, waiting_since

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

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


def examine(context: "AppContext", *, now: datetime) -> Health:
    """Ask the database; what it raises says that it does not answer, or has no tables.

    Raises:
        SQLAlchemyError.

    """
    with context.database.read() as session:
        since = waiting_since(session)
        stuck = (
            since is not None
            and since <= now - TOO_LONG
            and not any_sent(session, since=now - TOO_LONG)
        )
        return Health(
            letters_wait_since=since if stuck else None,
            failed=count_failed(session),
            failed_to_consultant=count_failed(session, consultant_mailbox(context).address),
        )


def all_letters(context: "AppContext") -> list[dict[str, Any]]:
    """Every letter in the outbox, oldest first; instants in ISO 8601, UTC."""
    with context.database.read() as session:
        return [
            {
                "id": letter.id,
                "kind": letter.kind,
                "recipient": letter.recipient,
                "state": letter.state.value,
                "attempts": letter.attempts,
                "error": letter.error,
                "due_at": letter.due_at.isoformat(),
                "sent_at": letter.sent_at and letter.sent_at.isoformat(),
            }
            for letter in outbox_questions.all_letters(session)
        ]


def retry_letter(context: "AppContext", letter_id: int, *, now: datetime) -> None:
    """Make a letter due again.

    Raises:
        UnknownLetter: there is none that could be retried.

    """
    with context.database.begin() as session:
        outbox.retry(session, letter_id, now=now)
