"""Another time for a consultation that was called off, with all that was said the first time."""

from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.booking import store as bookings
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.model import Booking, Party, Status
from stadtfuehrer.booking.service import BookingRequest, book, look_up
from stadtfuehrer.booking.times import on_later_days
from stadtfuehrer.mail.service import booking_link
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import booking_token

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def book_again(
    context: "AppContext", token: str, start: datetime, *, client: str, now: datetime
) -> str:
    """Book the same consultation at another time; the token of the new one's page.

    It is a new booking, since many calendars do not bring back what was called off (a CANCEL ends
    a UID). Of one that was called off there is one new booking at most, and of one that was not,
    none: then it is that one's token.

    Raises UnknownBooking, VisitorsOwn, UnknownKind, and what ``book`` does.
    """
    access = look_up(context, token)
    access.party.check_visitor()
    was, key = access.booking, f"again-{access.booking.uid}"
    with context.database.read() as session:
        made = bookings.find_by_key(session, key)
    if made is not None:
        return booking_token(context.secret, made.uid)
    if was.status is not Status.CANCELLED:
        return token
    wanted = BookingRequest(
        kind=context.get_kind(was.kind),
        start=start,
        visitor=was.visitor,
        interest=was.interest,
        key=key,
        may_be_asked=was.consent is not None,
        client=client,
    )
    return book(context, wanted, now=now)


def offers(context: "AppContext", was: Booking, *, now: datetime) -> list[tuple[str, str]]:
    """Three free times to book it again, in words for the visitor, with the links that lead there.

    None where its kind is offered no longer.
    """
    kind = next((kind for kind in context.kinds if kind.id == was.kind), None)
    if kind is None:
        return []
    link = booking_link(context, booking_token(context.secret, was.uid))
    times = [
        (booked_time(context, was, Party.VISITOR, start), start)
        for start in on_later_days(context, kind, was.start, now=now)
    ]
    return [
        (f"{when.date}, {when.clock}", f"{link}/neu?start={in_address(start)}")
        for when, start in times
    ]
