"""A mail server that goes wrong at random, and remembers what it accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.outside.mail_server import Handler, answer, drop, hang
from tests.outside.misbehaviour import (
    accept_and_drop,
    accept_and_hang,
    accept_and_vanish,
    drip,
    drop_inside,
)

if TYPE_CHECKING:
    import random

    from aiosmtpd.smtp import SMTP

    from tests.outside.mail_server import Behaviour

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
REFUSALS: tuple[Fault, ...] = (
    ("RCPT", "550", answer("550 unknown")),
    ("DATA", "554", answer("554 spam")),
)
"""After these a letter has failed, until somebody retries it."""
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
    """Goes wrong with 30 % of all letters, in every way; ``refusable`` ends who may be refused."""

    chance: random.Random
    refusable: str
    taken: list[Acceptance] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    well: bool = False
    """From when on nothing goes wrong any more."""
    _planned: dict[SMTP, Fault | None] = field(default_factory=dict)
    _last: dict[SMTP, Acceptance] = field(default_factory=dict)

    async def behave(self, command: str, server: SMTP) -> str | None:
        """See ``Handler.behave``."""
        if command == "RSET":
            # The farewell to a letter that was refused.
            return None
        if (last := self._last.pop(server, None)) is not None:
            last.learnt = True
        before = len(self.accepted)
        fault = self._fault_at(command, server)
        try:
            if fault is None:
                return None
            self.met[f"{fault[0]} {fault[1]}"] += 1
            return await fault[2](server)
        finally:
            # A behaviour may accept by itself; whoever hangs does so before it hangs.
            if command == "DATA" and len(self.accepted) > before:
                self._note(server)
'''
'''
