"""The mail server: Flask-Mail's connection over a conversation whose patience ends."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from flask_mail import Connection, Mail, Message

from stadtfuehrer.mail.mailer import (
    Envelope,
    Later,
    MailServer,
    Misconfigured,
    NotDelivered,
    Unreachable,
)
from stadtfuehrer.mail.smtp_faults import FAULTS, fault_of, means_sender

PROBE_SECONDS = 10.0
"""The longest wait for one answer where somebody sits and waits for what ``probe`` says."""

MESSAGES_A_CONNECTION = 50
"""Servers end connections that carry very many; it is better to be the one who does."""

_OK = 250

_FAREWELL_SECONDS = 2.0

# Flask-Mail announces each message it has sent to "the current application" and fails without one,
# after the message went out. Letters leave outside of any request, so it gets an empty one.
_APP = Flask("stadtfuehrer.mail.smtp", static_folder=None)

_MAIL = Mail(_APP)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends by a mail server."""

    server: MailServer

    @contextmanager
    def round(self) -> Iterator[Callable[[Envelope], None]]:
        """See ``Mailer.round``."""
        with closing(_Line(self.server)) as line:
            yield line.send_envelope

    def probe(self, sender: str) -> tuple[str, ...]:
        """See ``Mailer.probe``: name, port, TLS, certificate, login, sender.

        Somebody waits for the answer, so it bears with the server for a shorter time.
        """
        seconds = min(self.server.timeout_seconds, PROBE_SECONDS)
        with closing(_Line(replace(self.server, timeout_seconds=seconds))) as line:
            try:
                with line.ready() as conversation:
                    conversation.try_sender(sender)
            except NotDelivered as fault:
                return (fault.reason,)
        return ()


class _Line(Connection):
    """Flask-Mail's connection, opened with the first message and again after it broke.

    Of itself it verifies no certificate, waits for ever, and raises for what goes wrong at QUIT.
    """

    host: "_Conversation | None"

    def __init__(self, server: MailServer) -> None:
        super().__init__(_MAIL)
        self._server = server

    def send_envelope(self, envelope: Envelope) -> None:
        # What ``send`` asks of a message; bad headers are refused when a letter is made.
        message = SimpleNamespace(
            sender=envelope.sender,
            send_to={envelope.recipient},
            date=0.0,
            mail_options=(),
            rcpt_options=(),
            as_bytes=lambda: envelope.message,
            has_bad_headers=lambda: False,
        )
        with self.ready(), _APP.app_context():
            self.send(cast("Message", message))

    def close(self) -> None:
        if self.host is not None:
            self.host.farewell()
            self.host = None

    @contextmanager
    def ready(self) -> "Iterator[_Conversation]":
        """An open conversation for one thing to do; whatever goes wrong is raised as a fault."""
        server, conversation = self._server, None
        ends_at = monotonic() + server.conversation_seconds
        try:
            conversation = self._opened(ends_at)
            yield conversation
        except FAULTS as error:
            place = f"{server.host}:{server.port}"
            fault = fault_of(error, place, too_slow=monotonic() >= ends_at)
            if conversation is None and type(fault) is Later:
                # Whoever does not even let us in would not let the next message in either.
                fault = Unreachable(fault.reason)
            # What is still under way must not be taken for an answer to the next message.
            self.close()
            raise fault from error

    def _opened(self, ends_at: float) -> "_Conversation":
        # To find out only while a letter is sent that the server is gone would delay the letter.
        if self.host is not None and (
            self.num_emails >= MESSAGES_A_CONNECTION or not self.host.goes_on_until(ends_at)
        ):
            self.close()
        if self.host is None:
            self.host, self.num_emails = _Conversation(self._server, ends_at), 0
        return self.host


class _Conversation(smtplib.SMTP):
    """The standard library's client, from the greeting to the farewell, which ends in time.

    A socket's own timeout bounds the wait for the next bytes only, for which a server that drips is
    never late. So each wait is bounded by what remains until ``ends_at``, too.
    """

    def __init__(self, server: MailServer, ends_at: float) -> None:
        if not f"{server.username}{server.password}".isascii():
            # smtplib knows no other, nor do many servers agree on how to write others.
            raise Misconfigured(
                "In mail.username oder mail.password steht ein Umlaut oder ein anderes besonderes "
                "Zeichen, das sich bei der Anmeldung nicht übertragen lässt."
            )
        self._server, self._ends_at = server, ends_at
        self._wait = server.timeout_seconds
        super().__init__(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.security == "starttls":
                self.starttls(context=server.ssl_context)
            if server.username:
                self.login(server.username, server.password)
            # Else the first letter would be blamed for a server that lets nobody in.
            self.ehlo_or_helo_if_needed()
        except BaseException:
            self.close()
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # smtplib's own way to connect, which its subclass for TLS replaces likewise.
        line = socket.create_connection((host, port), self._patience(timeout))
        line.settimeout(self._patience(timeout))
        if self._server.security == "tls":
            return self._server.ssl_context.wrap_socket(line, server_hostname=host)
        return line

    def send(self, s: Any) -> None:
        """Send a command or a message."""
        if self.sock is not None:
            self.sock.settimeout(self._patience(self._server.timeout_seconds))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Hear an answer."""
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock, lambda: self._patience(self._wait))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the message, and wait longer for the verdict on it than for other answers.

        Whoever gives up early has it accepted and sends it again (RFC 5321, 4.5.3.2.6).
        """
        self._wait = self._server.verdict_seconds
        code, answer = super().data(msg)
        self._wait = self._server.timeout_seconds
        # Any 2yz means "done" (RFC 5321, 4.3.2); smtplib takes all but 250 for a refusal.
        return (_OK if _is_done(code) else code), answer

    def goes_on_until(self, ends_at: float) -> bool:
        """Whether the server still listens; from now on this is the end of our patience."""
        self._ends_at = ends_at
        try:
            return self.noop()[0] == _OK
        except OSError:
            return False

    def try_sender(self, sender: str) -> None:
        """Begin a message from the sender to the sender, and drop it before it has content.

        Many servers keep what they have against a sender for the first recipient. To be asked to
        come back later (greylisting) is nothing against anybody.
        """
        for ask in (self.mail, self.rcpt):
            code, answer = ask(sender)
            if not _is_done(code):
                refused = smtplib.SMTPSenderRefused(code, answer, sender)
                if code // 100 == 4 and not means_sender(refused):  # noqa: PLR2004 - RFC 5321's 4yz
                    return
                raise refused
        self.rset()

    def farewell(self) -> None:
        """Say goodbye, and hang up whether or not it is answered: all is accepted by then."""
        self._ends_at = monotonic() + _FAREWELL_SECONDS
        with suppress(OSError):
            self.quit()
        self.close()

    def _patience(self, most: float) -> float:
        remaining = self._ends_at - monotonic()
        if remaining <= 0:
            raise TimeoutError
        return min(most, remaining)


class _Lines:
    """What smtplib reads answers from; of a line that was broken off it would take "2" for one."""

    def __init__(self, line: socket.socket, patience: Callable[[], float]) -> None:
        self._line, self._patience, self._heard = line, patience, b""

    def readline(self, most: int) -> bytes:
        while b"\n" not in self._heard and len(self._heard) < most:
            self._line.settimeout(self._patience())
            if not (more := self._line.recv(most)):
                return b""
            self._heard += more
        end = min(self._heard.find(b"\n") + 1 or most, most)
        line, self._heard = self._heard[:end], self._heard[end:]
        return line

    def close(self) -> None:
        """Nothing: smtplib closes the socket by itself."""


def _is_done(code: int) -> bool:
    return code // 100 == 2  # noqa: PLR2004 - RFC 5321 writes 2yz
