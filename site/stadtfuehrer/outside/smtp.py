"""The mail server: Flask-Mail's connection, with what it lacks (see ``_Connection``)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from flask import Flask
from flask_mail import Connection, Mail

from stadtfuehrer.outside.faults import fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from flask_mail import Message

    from stadtfuehrer.outside.post import Parcel

# Flask-Mail announces each message it has sent to "the current application" and fails without one,
# after the message went out. Letters leave outside of any request, so it gets an empty one.
_FLASK_MAIL_APP = Flask("stadtfuehrer.outside.smtp", static_folder=None)

_OK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How to reach the mail server; ``timeout_seconds`` bounds each single wait for an answer.

    ``ssl_context`` decides which certificates are trusted.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 20
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def place(self) -> str:
        """Host and port, as they are named to the operator."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPost:
    """Hands parcels to a mail server."""

    server: MailServer

    @contextmanager
    def round(self) -> Iterator[Callable[[Parcel], None]]:
        """See ``Post.round``."""
        line = _Line(self.server)
        try:
            yield line.hand_over
        finally:
            line.hang_up()

    def probe(self, sender: str) -> tuple[str, ...]:
        """See ``Post.probe``: name, port, TLS, certificate, login, sender."""
        try:
            with _Connection(self.server) as connection:
                connection.try_sender(sender)
        except OSError as error:
            return (fault_of(error, place=self.server.place).reason,)
        return ()


class _Line:
    """One connection for many parcels, opened when the first one comes."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: _Connection | None = None

    def hand_over(self, parcel: Parcel) -> None:
        try:
            connection = self._ready()
            with _FLASK_MAIL_APP.app_context():
                connection.send(cast("Message", _Message(parcel)))
        # Every exception of smtplib, ssl and socket is an OSError.
        except OSError as error:
            raise fault_of(error, place=self._server.place) from error

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None

    def _ready(self) -> _Connection:
        # A server may have closed an idle connection; finding that out with a parcel in hand
        # would put the parcel back for a minute.
        if self._connection is not None and not self._connection.alive():
            self.hang_up()
        if self._connection is None:
            self._connection = _Connection(self._server).__enter__()
        return self._connection


class _Connection(Connection):
    """Flask-Mail's connection, which of itself verifies no certificate and waits for ever.

    It also raises when the server vanishes at QUIT, though all it was given is accepted by then.
    """

    def __init__(self, server: MailServer) -> None:
        # A Mail object with its state, without an application to configure it.
        mail = Mail()
        mail.state = mail.init_mail({"MAIL_SUPPRESS_SEND": False})
        super().__init__(mail)
        self._server = server

    def configure_host(self) -> smtplib.SMTP:
        server = self._server
        host = self._reach()
        try:
            if server.security == "starttls":
                host.starttls(context=server.ssl_context)
            if server.username:
                host.login(server.username, server.password)
        except BaseException:
            host.close()
            raise
        return host

    def _reach(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                timeout=server.timeout_seconds,
                context=server.ssl_context,
            )
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)

    def alive(self) -> bool:
        try:
            code, _ = self._smtp.noop()
        except OSError:
            return False
        return code == _OK

    def try_sender(self, sender: str) -> None:
        """Begin a message and drop it before it names a recipient."""
        smtp = self._smtp
        smtp.ehlo_or_helo_if_needed()
        code, answer = smtp.mail(sender)
        if code != _OK:
            raise smtplib.SMTPSenderRefused(code, answer, sender)
        smtp.rset()

    @property
    def _smtp(self) -> smtplib.SMTP:
        if self.host is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.host

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._smtp.quit()
        if self.host is not None:
            self.host.close()


class _Message:
    """A parcel in the shape of a ``flask_mail.Message``: only what ``Connection.send`` asks for."""

    date = 0.0
    mail_options: tuple[str, ...] = ()
    rcpt_options: tuple[str, ...] = ()

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel

    @property
    def sender(self) -> str:
        return self._parcel.sender

    @property
    def send_to(self) -> set[str]:
        return {self._parcel.recipient}

    def has_bad_headers(self) -> bool:
        # The domain refuses these when the letter is made; here there are only bytes.
        return False

    def as_bytes(self) -> bytes:
        return self._parcel.message
