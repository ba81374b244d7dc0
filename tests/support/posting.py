"""One round of the outbox with a mail server of its own."""

from datetime import timedelta

from stadtfuehrer.services.delivery import Round, deliver_due
from stadtfuehrer.services.letter_writing import compose
from stadtfuehrer.services.office import Office
from tests.support.mail_server import Behaviour, Handler, serving
from tests.support.offices import Clock, in_berlin
from tests.support.parcels import plain
from tests.support.stored import letters

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")
VISITOR, CONSULTANT = "aenne@gast.example", "vera@stadtfuehrer.example"
SECOND = timedelta(seconds=1)
JITTER = 0.2


def deliver(office: Office, clock: Clock, **at: list[Behaviour]) -> tuple[Round, Handler]:
    """One round with a mail server that does this at each command."""
    handler = Handler(at=at)
    with serving(handler) as port:
        return deliver_due(office, plain(port), compose=compose, clock=clock), handler


def states(office: Office) -> list[str]:
    return [letter.state for letter in letters(office)]
