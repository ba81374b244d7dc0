"""A booking as an entry of a calendar: in an invitation, as a file, in the consultant's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stadtfuehrer.booking import invitation
from stadtfuehrer.booking.entry import organizer_of, summary_of
from stadtfuehrer.booking.letter_words import letter_words
from stadtfuehrer.booking.model import Booking, Party, Status

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def entered_event(context: "AppContext", booking: Booking) -> bytes:
    """The booking as an entry of the consultant's own calendar: nobody invites, or is invited."""
    entry = calendar_entry(
        context, booking, Party.CONSULTANT, letter_words(context, booking, Party.CONSULTANT, {})
    )
    return invitation.render_entered(booking, entry)


def calendar_file(context: "AppContext", booking: Booking, reader: Party) -> bytes:
    """The booking as a file to put into any calendar (METHOD:PUBLISH).

    It says what the reader's invitation says: whoever takes it into the calendar loses nothing.
    """
    entry = calendar_entry(context, booking, reader, letter_words(context, booking, reader, {}))
    return invitation.render(booking, entry, stamp=booking.changed_at)


def calendar_entry(
    context: "AppContext", booking: Booking, reader: Party, words: Mapping[str, Any]
) -> invitation.Entry:
    """What the reader's calendar shows."""
    point, link = words["point"], words["links"]["booking"]
    if reader is Party.CONSULTANT:
        # What the visitor said goes into the consultant's calendar only, never back to them.
        description = context.letter_templates.get_template("booking/letters/notes.txt").render(
            words
        )
    elif booking.status is Status.CANCELLED:
        # Some calendars go on showing what was called off, with all that it said.
        reason = booking.cancel_reason if words.get("by_consultant") else ""
        why = f"Der Grund: {reason}" if reason else ""
        said = ("Dieser Termin ist abgesagt.", why, f"Ansehen: {link}")
        description = "\n\n".join(filter(None, said))
    else:
        description = f"{point.for_visitor}\n\nAnsehen, verschieben, absagen: {link}"
    return invitation.Entry(
        organizer=organizer_of(context, booking),
        summary=summary_of(context, booking),
        description=description,
        location=point.location,
        conference=point.conference,
        url=link,
    )
