"""What any letter about a booking may say, and the result of the quiz that was booked with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from stadtfuehrer.booking.entry import booked_time, meeting_point, times_again
from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.mail.service import booking_link, times_link
from stadtfuehrer.quiz.findings import Findings, Quote, findings, quotes
from stadtfuehrer.text.formatting import hours_before_in_words
from stadtfuehrer.tokens import booking_token, consultant_token

if TYPE_CHECKING:
    from stadtfuehrer.content.catalogue import Catalogue
    from stadtfuehrer.context import AppContext


def letter_words(
    context: "AppContext", booking: Booking, reader: Party, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What any letter about a booking may say to its reader: on their clocks, with their links."""
    token = booking_token if reader is Party.VISITOR else consultant_token
    link, was = booking_link(context, token(context.secret, booking.uid)), facts.get("was")
    window = context.rules_of(booking.kind).change
    return {
        "booking": booking,
        "changeable": hours_before_in_words(round(window / timedelta(hours=1))),
        "visitor": booking.visitor,
        "point": meeting_point(context, booking),
        "service": context.catalogue.offers.find(booking.interest.service),
        "found": booked_result(context.catalogue, booking.interest),
        "quotes": booked_quotes(context.catalogue, booking.interest),
        "when": booked_time(context, booking, reader),
        "was": was and booked_time(context, booking, reader, datetime.fromisoformat(was)),
        "links": {
            "booking": link,
            "move": f"{link}/verschieben",
            "cancel": f"{link}/absagen",
            "times": f"{times_link(context)}{times_again(context, booking)}",
        },
    }


def booked_result(catalogue: "Catalogue", interest: Interest) -> Findings | None:
    """The result that was booked with.

    None where an answer was missing, or where the quiz has been changed in what decides about
    results since: today's would be another than the one the visitor saw.
    """
    quiz, answers = catalogue.quiz, interest.answers
    if interest.quiz_version != quiz.version or quiz.first_open(answers) is not None:
        return None
    return findings(replace(catalogue, quiz=quiz.worded(answers, interest.wording)), answers)


def booked_quotes(catalogue: "Catalogue", interest: Interest) -> tuple[Quote, ...]:
    """The answers that were booked with."""
    return quotes(catalogue.quiz, interest.answers, interest.wording)
