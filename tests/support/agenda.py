"""Days of the consultant: who comes, and what waits."""

from stadtfuehrer.booking.model import Party
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.booking.visitor import Interest
from tests.support.contexts import a_visitor, a_wish, full_answers, in_berlin
from tests.support.sites import Site

VIDEO, PHONE, ON_SITE = "stadtrundgang", "kennenlernen", "hausbesuch"


def booked_at(
    site: Site, start: str, *, kind: str = PHONE, at: int | None = None, **visitor: str
) -> int:
    """Somebody booked this time on Berlin's clocks, with all answers ``at`` that place; the row."""
    answers = {} if at is None else full_answers(site.context, at=at)
    interest = Interest(answers=answers)
    wanted = a_wish(
        site.context, in_berlin(start), kind=kind, visitor=a_visitor(**visitor), interest=interest
    )
    token = book(site.context, wanted, now=site.clock())
    access = look_up(site.context, token)
    assert access.party is Party.VISITOR
    return access.row_id
