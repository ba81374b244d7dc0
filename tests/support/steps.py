"""A booking's whole life, and the letters that each step brought."""

from typing import NamedTuple

from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.services.booking import book, cancel, move
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.results import send_result
from tests.support.mailbag import Read, read
from tests.support.offices import NOW, a_visitor, a_wish, full_answers, in_berlin
from tests.support.stored import letters

FIRST, SECOND = in_berlin("2026-03-24 09:30"), in_berlin("2026-04-14 15:00")
REASON = "Die Messe geht vor.\nEs tut mir leid!"


class Life(NamedTuple):
    """The token of its booking, and the letters by their kind."""

    token: str
    letters: dict[str, Read]


def whole_life(
    office: Office,
    *,
    kind: str = "stadtrundgang",
    reason: str = REASON,
    with_answers: bool = True,
    **visitor: str,
) -> Life:
    """Book, move and cancel, and have a result sent.

    The zone of Berlin and its visitor change to summer time between the two times.
    """
    answers = full_answers(office) if with_answers else {}
    interest = Interest(service=office.catalogue.offers.services[1].slug, answers=answers)
    wish = a_wish(office, FIRST, kind=kind, visitor=a_visitor(**visitor), interest=interest)
    token = book(office, wish, now=NOW)
    move(office, token, SECOND, now=NOW)
    cancel(office, token, reason, now=NOW)
    recipient = Mailbox(name=wish.visitor.name, address=wish.visitor.email)
    send_result(office, full_answers(office), recipient, key=wish.key, now=NOW)
    return Life(token, {one.kind: read(one) for one in letters(office)})
