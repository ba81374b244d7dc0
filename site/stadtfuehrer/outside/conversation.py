"""The standard library's SMTP client, with an end to its patience."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stadtfuehrer.outside.deadline import Deadline

if TYPE_CHECKING:
    from io import BufferedReader

_OK = 250
_FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How to reach the mail server, and how long to bear with it.

    ``timeout_seconds`` bounds each wait for it, ``verdict_seconds`` each wait within DATA, and
    ``conversation_seconds`` all that one letter takes, from connecting to the verdict. The last
    one must stay below a worker's lease on the letter, or two would send it at once.
    ``ssl_context`` decides which certificates are trusted.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30
    verdict_seconds: float = 240
    conversation_seconds: float = 480
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def place(self) -> str:
        """Host and port, as they are named to the operator."""
        return f"{self.host}:{self.port}"


class Conversation(smtplib.SMTP):
    """A conversation with a mail server, from its greeting to the farewell."""

    def __init__(self, server: MailServer, deadline: Deadline) -> None:
        """Connect and hear the greeting, before the deadline.

        Raises:
            OSError: as ``smtplib.SMTP``; TimeoutError also when the deadline has passed.
            UnicodeError: the host's name cannot be one.

        """
        self._server = server
        self._deadline = deadline
        super().__init__(server.host, server.port, timeout=server.timeout_seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # smtplib's own way to connect, which its subclass for TLS replaces likewise.
        line = socket.create_connection((host, port), timeout)
        try:
            self._deadline.watch(line)
            if self._server.security == "tls":
                return self._server.ssl_context.wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise
        return line

    def getreply(self) -> tuple[int, bytes]:
        """Hear an answer, a whole one: smtplib would take "2" for one if the line goes dead."""
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the message, and wait longer for the verdict on it than for other answers.

        Servers look for viruses and the like before they answer. Whoever gives up early has the
        letter accepted and sends it again (RFC 5321, 4.5.3.2.6 asks for ten minutes).
        """
        self._wait_at_most(self._server.verdict_seconds)
        code, answer = super().data(msg)
        self._wait_at_most(self._server.timeout_seconds)
        # Any 2yz means "done" (RFC 5321, 4.3.2); smtplib takes all but 250 for a refusal.
        return (_OK if _is_done(code) else code), answer

    def is_open_until(self, deadline: Deadline) -> bool:
        """Whether the server still listens; from now on this deadline holds."""
        try:
            self._bound_by(deadline)
            code, _ = self.noop()
        except OSError:
            return False
        return code == _OK

    def try_sender(self, sender: str) -> None:
        """Begin a message from the sender to the sender, and drop it before it has content.

        Many servers keep what they have against a sender for the first recipient; this one is a
        mailbox that somebody reads, so nothing should speak against it.

        Raises:
            smtplib.SMTPSenderRefused: the server takes nothing from there.

        """
        self.ehlo_or_helo_if_needed()
        for ask in (self.mail, self.rcpt):
            code, answer = ask(sender)
            if not _is_done(code):
                raise smtplib.SMTPSenderRefused(code, answer, sender)
        self.rset()

    def farewell(self) -> None:
        """Say goodbye, and hang up whether or not it is answered.

        All that was handed over is accepted by then.
        """
        with suppress(OSError), Deadline(_FAREWELL_SECONDS) as deadline:
            self._bound_by(deadline)
            self.quit()
        self.close()

    def _bound_by(self, deadline: Deadline) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        deadline.watch(self.sock)

    def _wait_at_most(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)


class _WholeLines:
    """What ``smtplib`` needs of a file, without a last line that was broken off."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file

    def readline(self, most: int) -> bytes:
        line = self._file.readline(most)
        return line if line.endswith(b"\n") or len(line) == most else b""

    def close(self) -> None:
        self._file.close()


def _is_done(code: int) -> bool:
    return code // 100 == 2  # noqa: PLR2004 - RFC 5321 writes 2yz
