"""A booking's whole life, and the letters that each step brought."""

from typing import NamedTuple

from stadtfuehrer.booking.service import book, cancel, move
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.text import Mailbox
from tests.support.contexts import NOW, a_visitor, a_wish, full_answers, in_berlin
from tests.support.mailbag import Read, read
from tests.support.stored import letters

FIRST, SECOND = in_berlin("2026-03-24 09:30"), in_berlin("2026-04-14 15:00")
REASON = "Die Messe geht vor.\nEs tut mir leid!"


class Life(NamedTuple):
    """The token of its booking, and the letters by their kind."""

    token: str
    letters: dict[str, Read]


def whole_life(
    context: AppContext,
    *,
    kind: str = "stadtrundgang",
    reason: str = REASON,
    with_answers: bool = True,
    **visitor: str,
) -> Life:
    """Book, move and cancel, and have a result sent.

    The zone of Berlin and its visitor change to summer time between the two times.
    """
    answers = full_answers(context) if with_answers else {}
    interest = Interest(service=context.catalogue.offers.services[1].slug, answers=answers)
    wanted = a_wish(context, FIRST, kind=kind, visitor=a_visitor(**visitor), interest=interest)
    token = book(context, wanted, now=NOW)
    move(context, token, SECOND, now=NOW)
    cancel(context, token, reason, now=NOW)
    recipient = Mailbox(name=wanted.visitor.name, address=wanted.visitor.email)
    send_result(context, full_answers(context), recipient, key=wanted.key, now=NOW)
    return Life(token, {one.kind: read(one) for one in letters(context)})
