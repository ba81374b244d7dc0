"""A real SMTP server that misbehaves where a test tells it to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    import ssl

PASSWORD = "richtig"

Behaviour = Callable[[SMTP], Awaitable[str]]


def answer(text: str) -> Behaviour:
    """Answer with this line."""

    async def behave(_server: SMTP) -> str:
        return text

    return behave


async def drop(server: SMTP) -> str:
    """Cut the connection without an answer."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
    # aiosmtpd writes whatever is returned; nobody is there to read it.
    return "421 gone"


async def hang(_server: SMTP) -> str:
    """Never answer; stopping the server ends the wait."""
    await asyncio.sleep(3600)
    return "421 gone"


@dataclass(kw_only=True)
class Handler:
    """What to do at each command, and what was accepted.

    ``at`` maps a command to behaviours: the first for its first use and so on, then all is well.
    """

    at: dict[str, list[Behaviour]] = field(default_factory=dict)
    accepted: list[Envelope] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)

    async def _behave(self, command: str, server: SMTP) -> str | None:
        self.commands.append(command)
        if behaviours := self.at.get(command):
            return await behaviours.pop(0)(server)
        return None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name, as all below
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        if (said := await self._behave("MAIL", server)) is not None:
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (said := await self._behave("RCPT", server)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if (said := await self._behave("DATA", server)) is not None:
            return said
        self.accepted.append(envelope)
        return "250 OK"

    async def handle_NOOP(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self._behave("NOOP", server) or "250 OK"

    async def handle_RSET(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self._behave("RSET", server) or "250 OK"

    async def handle_QUIT(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self._behave("QUIT", server) or "221 Bye"

    @property
    def messages(self) -> list[bytes]:
        """The accepted messages, byte for byte."""
        return [bytes(envelope.original_content or b"") for envelope in self.accepted]


@contextmanager
def serving(
    handler: Handler,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[int]:
    """Run a server on 127.0.0.1 and give its port; it stops with the block."""
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=tls,
        tls_context=starttls,
        auth_required=login,
        authenticator=_authenticate,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port: int = listening.getsockname()[1]
        return port


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    fine = data.password == PASSWORD.encode()
    return AuthResult(success=fine, handled=False)
