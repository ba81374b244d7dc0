"""One round of the outbox with a mail server of its own."""

from datetime import timedelta

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import Round, deliver_due
from tests.support.contexts import Clock, in_berlin
from tests.support.envelopes import plain
from tests.support.mail_server import Behaviour, Handler, serving
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


def deliver(context: AppContext, clock: Clock, **at: list[Behaviour]) -> tuple[Round, Handler]:
    """One round with a mail server that does this at each command."""
    handler = Handler(at=at)
    with serving(handler) as port:
        return deliver_due(context, plain(port), compose=compose, clock=clock), handler


def states(context: AppContext) -> list[str]:
    return [letter.state for letter in letters(context)]
