"""A real SMTP server that misbehaves where a test tells it to."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "richtig"

Behaviour = Callable[[SMTP], Awaitable[str | None]]
"""Answers a command, or returns None where all is well."""


def answer(text: str) -> Behaviour:
    """Answer with this line, or with these."""

    async def behave(_server: SMTP) -> str:
        return text

    return behave


async def comply(_server: SMTP) -> None:
    """Do what was asked for."""


async def drop(server: SMTP) -> str:
    """Cut the connection without an answer."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
    # aiosmtpd writes whatever is returned; nobody is there to read it.
    return "421 gone"


async def hang(_server: SMTP) -> str:
    """Never answer; stopping the server ends the wait."""
    await asyncio.Event().wait()
    return "421 gone"


def accept(server: SMTP) -> None:
    """Count the message that just came as accepted."""
    assert server.envelope is not None
    server.event_handler.accept(server, server.envelope)


@dataclass(kw_only=True)
class Handler:
    """What to do at each command, and what was accepted.

    ``at`` maps a command to behaviours: the first for its first use and so on, then all is well.
    Besides the commands there are CONNECT, before the greeting, and BODY, before a message is
    asked for; what stands at DATA happens after its final dot.
    """

    at: dict[str, list[Behaviour]] = field(default_factory=dict)
    accepted: list[Envelope] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)

    def accept(self, _server: SMTP, envelope: Envelope) -> None:
        self.accepted.append(envelope)

    async def behave(self, command: str, server: SMTP) -> str | None:
        """What is to be answered, or None where all is well."""
        self.commands.append(command)
        if behaviours := self.at.get(command):
            return await behaviours.pop(0)(server)
        return None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name, as all below
        self, server: SMTP, session: Session, _envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        said = await self.behave("EHLO", server)
        session.host_name = name
        return lines if said is None else [said]

    async def handle_AUTH(self, server: SMTP, *_details: object) -> Any:  # noqa: N802
        return await self.behave("AUTH", server) or MISSING

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        if (said := await self.behave("MAIL", server)) is not None:
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (said := await self.behave("RCPT", server)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        if (said := await self.behave("DATA", server)) is not None:
            return said
        accept(server)
        return "250 OK"

    async def handle_NOOP(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self.behave("NOOP", server) or "250 OK"

    async def handle_RSET(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self.behave("RSET", server) or "250 OK"

    async def handle_QUIT(self, server: SMTP, *_details: object) -> str:  # noqa: N802
        return await self.behave("QUIT", server) or "221 Bye"

    @property
    def messages(self) -> list[bytes]:
        """The accepted messages, byte for byte."""
        return [bytes(envelope.original_content or b"") for envelope in self.accepted]


class Server(SMTP):
    """aiosmtpd's server, which has no hooks before the greeting, a message and TLS."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_gone = asyncio.Event()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.is_gone.set()

    async def _handle_client(self) -> None:
        said = await self.event_handler.behave("CONNECT", self)
        if said is None:
            await super()._handle_client()
        elif self.transport is not None:
            await self.push(said)
            self.transport.close()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self._behaving("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._behaving("BODY", super().smtp_DATA, arg)

    async def _behaving(
        self, command: str, method: Callable[[str], Awaitable[None]], arg: str
    ) -> None:
        said = await self.event_handler.behave(command, self)
        if said is None:
            await method(arg)
        else:
            await self.push(said)


class _Controller(Controller):
    def __init__(self, handler: Handler, **options: Any) -> None:
        super().__init__(handler, **options)
        self._servers: list[Server] = []

    def factory(self) -> SMTP:
        """One for each connection."""
        self._servers.append(Server(self.handler, **self.SMTP_kwargs))
        return self._servers[-1]

    def stop(self, no_assert: bool = False) -> None:  # noqa: FBT001, FBT002 - aiosmtpd's
        """Hang up on everybody first; aiosmtpd would leave their sockets open."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        assert self.server is not None
        self.server.close()
        for one in self._servers:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
                await one.is_gone.wait()

    def _trigger_server(self) -> None:
        # aiosmtpd would knock at its own door and be met by what awaits the test's guest.
        self._factory_invoked.set()
        self.smtpd = True


@contextmanager
def serving(
    handler: Handler,
    *,
    port: int | None = None,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
    largest: int | None = None,
) -> Iterator[int]:
    """Run a server on 127.0.0.1 and give its port; it stops with the block.

    ``largest`` is how many bytes a message may have.
    """
    limit = {} if largest is None else {"data_size_limit": largest}
    controller = _Controller(
        handler,
        hostname="127.0.0.1",
        port=port or free_port(),
        ssl_context=tls,
        tls_context=starttls,
        auth_required=login,
        authenticator=_authenticate,
        **limit,
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
