"""The mail server, by way of Flask-Mail's connection with what it lacks (see ``_Connection``)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask
from flask_mail import Connection, Mail

from stadtfuehrer.outside.conversation import Conversation, MailServer
from stadtfuehrer.outside.deadline import Deadline
from stadtfuehrer.outside.faults import FAULTS, fault_of, too_slow
from stadtfuehrer.outside.post import Later, Misconfigured, NotDelivered, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from flask_mail import Message

    from stadtfuehrer.outside.post import Parcel

__all__ = ["MailServer", "SmtpPost"]

PARCELS_A_CONNECTION = 50
"""Servers end connections that carry very many; it is better to be the one who does."""

# Flask-Mail announces each message it has sent to "the current application" and fails without one,
# after the message went out. Letters leave outside of any request, so it gets an empty one.
_FLASK_MAIL_APP = Flask("stadtfuehrer.outside.smtp", static_folder=None)


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
        line = _Line(self.server)
        try:
            line.try_sender(sender)
        except NotDelivered as fault:
            return (fault.reason,)
        finally:
            line.hang_up()
        return ()


class _Line:
    """One connection for many parcels, opened when the first one comes."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: _Connection | None = None

    def hand_over(self, parcel: Parcel) -> None:
        with self._ready() as connection, _FLASK_MAIL_APP.app_context():
            connection.send(cast("Message", _Message(parcel)))

    def try_sender(self, sender: str) -> None:
        with self._ready() as connection:
            connection.conversation.try_sender(sender)

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None

    @contextmanager
    def _ready(self) -> Iterator[_Connection]:
        """An open connection for one thing to do; what goes wrong with it is told as a fault."""
        with Deadline(self._server.conversation_seconds) as deadline:
            try:
                connection = self._opened(deadline)
            except FAULTS as error:
                fault = self._fault(error, deadline)
                # Whoever does not even let us in would not let the next parcel in either.
                raise Unreachable(fault.reason) if type(fault) is Later else fault from error
            try:
                yield connection
            except FAULTS as error:
                # Whatever is still under way on this connection must not be taken for an answer
                # to the next parcel.
                fault = self._fault(error, deadline)
                self.hang_up()
                raise fault from error

    def _opened(self, deadline: Deadline) -> _Connection:
        # A server may have closed an idle connection; finding that out with a parcel in hand
        # would put the parcel back for a minute.
        if self._connection is not None and not self._connection.carries_on(deadline):
            self.hang_up()
        if self._connection is None:
            self._connection = _Connection(self._server, deadline).__enter__()
        return self._connection

    def _fault(self, error: OSError | ValueError, deadline: Deadline) -> NotDelivered:
        if deadline.passed:
            return too_slow(self._server.place)
        return fault_of(error, place=self._server.place)


class _Connection(Connection):
    """Flask-Mail's connection, which of itself verifies no certificate and waits for ever.

    It also raises when the server vanishes at QUIT, though all it was given is accepted by then.
    """

    def __init__(self, server: MailServer, deadline: Deadline) -> None:
        # A Mail object with its state, without an application to configure it.
        mail = Mail()
        mail.state = mail.init_mail({"MAIL_SUPPRESS_SEND": False})
        super().__init__(mail)
        self._server = server
        self._deadline = deadline

    def configure_host(self) -> Conversation:
        server = self._server
        if not f"{server.username}{server.password}".isascii():
            # smtplib knows no other, nor do many servers agree on how to write others.
            raise Misconfigured(
                "In mail.username oder mail.password steht ein Umlaut oder ein anderes besonderes "
                "Zeichen, das sich bei der Anmeldung nicht übertragen lässt."
            )
        conversation = Conversation(server, self._deadline)
        try:
            if server.security == "starttls":
                conversation.starttls(context=server.ssl_context)
            if server.username:
                conversation.login(server.username, server.password)
            # Else the first letter would be blamed for a server that lets nobody in.
            conversation.ehlo_or_helo_if_needed()
        except BaseException:
            conversation.close()
            raise
        return conversation

    @property
    def conversation(self) -> Conversation:
        return cast("Conversation", self.host)

    def carries_on(self, deadline: Deadline) -> bool:
        """Whether one more parcel may go this way; from now on this deadline holds."""
        if self.num_emails >= PARCELS_A_CONNECTION:
            return False
        return self.conversation.is_open_until(deadline)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.conversation.farewell()


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
