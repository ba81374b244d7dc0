"""What every way of sending letters has in common, and the ways in which it fails."""

import re
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from stadtfuehrer.text import Mailbox

_NAME = re.compile(r"[a-z0-9-]{1,100}")


class NotDelivered(Exception):  # noqa: N818 - it names what happened
    """An envelope was not taken; ``reason`` says why in German, without the recipient's address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(NotDelivered):
    """This envelope will never be taken; the next one may be."""


class Later(NotDelivered):
    """Nothing is wrong for good: trying the same again later may well succeed."""


class Unreachable(Later):
    """Nobody is there at the moment: the next envelope would fare no better than this one."""


class Misconfigured(NotDelivered):
    """No envelope will be taken until somebody changes the settings or the server."""


class NotAdmitted(Misconfigured):
    """The server takes no envelope from this sender, or from us; perhaps it minds this one only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A rendered message with its envelope: one sender, one recipient, plain ASCII addresses.

    ``name`` is the stem of a file name (small letters, digits, hyphens), such as the letter's
    kind; ``message`` has CRLF line ends.

    Raises Refused for an address that is not exactly one plain address: of ``o(x)k@gast.example``
    Flask-Mail would make ``ok@gast.example``, which may be somebody else's.
    """

    name: str
    sender: str
    recipient: str
    message: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("the envelope's name cannot be part of a file name")
        for address, whose in ((self.sender, "Absenders"), (self.recipient, "Empfängers")):
            if not _is_plain(address):
                raise Refused(f"Die Adresse des {whose} ist keine, an die sich schreiben lässt.")


def _is_plain(address: str) -> bool:
    try:
        return Mailbox(name="", address=address).address.lower() == address.lower()
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How to reach the mail server, and how long to bear with it.

    ``timeout_seconds`` bounds each wait for it, ``verdict_seconds`` the wait for its answers to
    DATA, and ``conversation_seconds`` all that one letter takes, from connecting to the verdict.
    The last one must stay below a worker's lease on the letter, or two would send it at once.
    ``ssl_context`` decides which certificates are trusted.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30
    verdict_seconds: float = 240
    conversation_seconds: float = 360
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


class Mailer(Protocol):
    """A way of sending letters."""

    def round(self) -> AbstractContextManager[Callable[[Envelope], None]]:
        """Give a function that sends one envelope after the other, over one connection.

        The connection is opened with the first envelope and again after it broke, so a round
        without messages costs nothing, and entering and leaving it never fails. The function
        returns once the envelope was accepted (what goes wrong after that is no failure), and
        else raises Refused, Later, Unreachable, Misconfigured or NotAdmitted.
        """
        ...

    def probe(self, sender: str) -> tuple[str, ...]:
        """Try everything short of sending; German sentences about what is wrong, or none."""
        ...
