"""The consultant's private feed: live bookings for a calendar program that subscribes to them.

Whoever has its address reads it, so only the hash of the secret in it is kept, and a new one makes
the old one worthless. It says of a guest what is needed on the way to the consultation; everything
else is on the consultant's own page, behind the link.
"""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.entry import meeting_point, organizer_of, summary_of
from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.tables import has_feed, replace_feed
from stadtfuehrer.mail.service import booking_link
from stadtfuehrer.tokens import consultant_token, token_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_BACK = timedelta(days=30)


def renew_feed(context: "AppContext", *, now: datetime) -> str:
    """A new address for the feed; it is told this once, and any earlier one leads nowhere."""
    secret = secrets.token_urlsafe(32)
    with context.database.begin() as session:
        replace_feed(session, token_hash(secret), now=now)
    return f"{context.settings.site.url}/kalender/{secret}.ics"


def revoke_feed(context: "AppContext") -> None:
    """Let no address lead to the feed any more."""
    with context.database.begin() as session:
        replace_feed(session, None)


def find_feed(context: "AppContext", secret: str, *, now: datetime) -> bytes | None:
    """The live bookings from thirty days back on; None for a secret that leads nowhere."""
    with context.database.read() as session:
        if not has_feed(session, token_hash(secret)):
            return None
        live = bookings.live_since(session, now - _BACK)
    entries = [(booking, _entry(context, booking)) for booking in live]
    return invitation.render_feed(entries, name=f"Termine {context.settings.consultant.name}")


def _entry(context: "AppContext", booking: Booking) -> invitation.Entry:
    point, phone = meeting_point(context, booking), booking.visitor.telefon
    link = booking_link(context, consultant_token(context.secret, booking.uid))
    number = f"Telefon: {phone}" if phone and phone not in point.for_consultant else ""
    said = (point.for_consultant, number, f"Alles zum Termin: {link}")
    return invitation.Entry(
        organizer=organizer_of(context, booking),
        summary=summary_of(context, booking),
        description="\n\n".join(filter(None, said)),
        location=point.location,
        conference=point.conference,
        url=link,
    )
