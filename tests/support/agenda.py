"""Days of the consultant: who comes, and what waits."""

import secrets
from dataclasses import replace

from stadtfuehrer.booking.service import BookingRequest, book, look_up
from stadtfuehrer.booking.visitor import Interest
from tests.support.contexts import a_visitor, full_answers, in_berlin
from tests.support.sites import Site

VIDEO, PHONE, ON_SITE = "stadtrundgang", "kennenlernen", "hausbesuch"


def booked_at(
    site: Site,
    start: str,
    *,
    kind: str = PHONE,
    at: int | None = None,
    asks: bool = False,
    **visitor: str,
) -> int:
    """Somebody booked this time on Berlin's clocks, or ``asks`` for it; the row.

    With ``at`` all questions of the quiz are answered with the option at that place.
    """
    answers = {} if at is None else full_answers(site.context, at=at)
    wanted = BookingRequest(
        kind=replace(site.context.get_kind(kind), approve=asks),
        start=in_berlin(start),
        visitor=a_visitor(**visitor),
        interest=Interest(answers=answers),
        key=secrets.token_hex(16),
    )
    return look_up(site.context, book(site.context, wanted, now=site.clock())).row_id
