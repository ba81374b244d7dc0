"""A mail server that goes wrong at random, and remembers what it accepted."""

import random
from collections import Counter
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope

from tests.support.mail_server import Behaviour, Handler, answer, drop, hang
from tests.support.misbehaviour import (
    accept_and_drop,
    accept_and_hang,
    accept_and_vanish,
    drip,
    drop_inside,
)

Fault = tuple[str, str, "Behaviour"]
"""The command, what happens there, and how."""

LETTER_FAULTS: tuple[Fault, ...] = (
    ("MAIL", "421", answer("421 busy")),
    ("MAIL", "451", answer("451 busy")),
    ("MAIL", "550", answer("550 who?")),
    ("MAIL", "hang", hang),
    ("MAIL", "drop", drop),
    ("RCPT", "421", answer("421 busy")),
    ("RCPT", "451", answer("451 grey")),
    ("RCPT", "drop", drop),
    ("BODY", "451", answer("451 full")),
    ("BODY", "drop", drop),
    ("BODY", "drop inside", drop_inside),
    ("DATA", "421", answer("421 busy")),
    ("DATA", "451", answer("451 busy")),
    ("DATA", "hang", hang),
    ("DATA", "drip", drip),
    ("DATA", "drop", drop),
    ("DATA", "accept and drop", accept_and_drop),
    ("DATA", "accept and hang", accept_and_hang),
    ("DATA", "accept and vanish", accept_and_vanish),
)
REFUSAL: Fault = ("DATA", "550", answer("550 spam"))
"""After this a letter has failed, until somebody retries it."""
LINE_FAULTS: dict[str, tuple[tuple[str, Behaviour], ...]] = {
    "CONNECT": (
        ("421", answer("421 busy")),
        ("554", answer("554 no")),
        ("gibberish", answer("Hallo?")),
        ("hang", hang),
        ("drop", drop),
    ),
    "EHLO": (("hang", hang), ("drop", drop)),
    "NOOP": (("421", answer("421 idle")), ("drop", drop)),
    "QUIT": (("drop", drop), ("550", answer("550 no"))),
}

LETTERS_SHARE = 0.3
REFUSED_SHARE = 0.02
LINES_SHARE = {"CONNECT": 0.15, "EHLO": 0.05, "NOOP": 0.05, "QUIT": 0.3}


@dataclass(kw_only=True)
class Acceptance:
    """A message that the server took, with its envelope."""

    message: bytes
    sender: str
    recipients: list[str]
    learnt: bool = False
    """Whether its sender went on talking on this connection, and so had heard and noted it."""


@dataclass(kw_only=True)
class FaultyMail(Handler):
    """Goes wrong with 30 % of all letters, in every way, and refuses a few for good."""

    chance: random.Random
    arrivals: list[Acceptance] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    _planned: dict[SMTP, Fault | None] = field(default_factory=dict)
    _last: dict[SMTP, Acceptance] = field(default_factory=dict)

    def accept(self, server: SMTP, envelope: Envelope) -> None:
        acceptance = Acceptance(
            message=bytes(envelope.original_content or b""),
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
        )
        self.arrivals.append(acceptance)
        self._last[server] = acceptance

    async def behave(self, command: str, server: SMTP) -> str | None:
        """See ``Handler.behave``."""
        if (last := self._last.pop(server, None)) is not None:
            last.learnt = True
        fault = self._fault_at(command, server)
        if fault is None:
            return None
        self.met[f"{fault[0]}: {fault[1]}"] += 1
        return await fault[2](server)

    def _fault_at(self, command: str, server: SMTP) -> Fault | None:
        if command in LINE_FAULTS:
            if self.chance.random() >= LINES_SHARE[command]:
                return None
            return (command, *self.chance.choice(LINE_FAULTS[command]))
        if command == "MAIL":
            goes_wrong = self.chance.random() < LETTERS_SHARE
            self._planned[server] = self.chance.choice(LETTER_FAULTS) if goes_wrong else None
        planned = self._planned.get(server)
        if command == "DATA" and planned is None and self.chance.random() < REFUSED_SHARE:
            planned = REFUSAL
        return planned if planned is not None and planned[0] == command else None
