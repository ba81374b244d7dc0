"""Who writes and who reads: visitor, consultant, and the site's own mailbox."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.store import NewMessage
from stadtfuehrer.text.address import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def consultant_mailbox(context: "AppContext") -> Mailbox:
    """The consultant's own mailbox, where replies go."""
    consultant = context.settings.consultant
    return Mailbox(name=consultant.name, address=consultant.email)


def site_mailbox(context: "AppContext") -> Mailbox:
    """The site's mailbox, under the name of the person who reads it."""
    settings = context.settings
    return Mailbox(name=f"{settings.consultant.name} – Stadtführer", address=settings.mail.sender)


def booking_link(context: "AppContext", token: str) -> str:
    """A booking's own page; whoever has this address can move and cancel."""
    return f"{context.settings.site.url}/buchung/{token}"


def times_link(context: "AppContext") -> str:
    """Where a new consultation can be chosen."""
    return f"{context.settings.site.url}/termin"


def new_letter(
    context: "AppContext",
    kind: LetterKind,
    recipient: str,
    *,
    mark: str,
    now: datetime,
    facts: dict[str, Any],
    sequence: int = 0,
    method: str = "",
    use_until: datetime | None = None,
) -> NewMessage:
    """Its Message-ID is made of what it tells of, so there is one of each."""
    domain = site_mailbox(context).address.rpartition("@")[2]
    return NewMessage(
        kind=kind,
        sequence=sequence,
        method=method,
        recipient=recipient,
        message_id=f"<{kind}.{sequence}.{mark}@{domain}>",
        facts={"at": now.isoformat(), **facts},
        use_until=use_until,
    )
