"""What a mail server may do that no mail server should."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

from aiosmtpd.smtp import SMTP

from tests.support.mail_server import Server, accept, drop, hang

PAUSE_SECONDS = 0.05
"""Between the pieces of what comes slowly."""


async def drip(server: SMTP) -> str:
    """Answer with a line that never ends, byte by byte: never late, never done."""
    assert isinstance(server, Server)
    gone = asyncio.ensure_future(server.is_gone.wait())
    while not gone.done():
        server._writer.write(b"2")
        await asyncio.wait([gone], timeout=PAUSE_SECONDS)
    return "421 gone"


async def drop_inside(server: SMTP) -> str:
    """Ask for the message and cut the connection while it comes."""
    await server.push("354 go on")
    await server._reader.readline()
    return await drop(server)


async def accept_and_drop(server: SMTP) -> str:
    """Take the message, and cut the connection instead of saying so."""
    accept(server)
    return await drop(server)


async def accept_and_hang(server: SMTP) -> str:
    """Take the message, and never say so."""
    accept(server)
    return await hang(server)


async def accept_and_vanish(server: SMTP) -> str:
    """Take the message, say so, and cut the connection in the same moment."""
    accept(server)
    assert server.transport is not None
    # After the answer, which is written before anything else happens here.
    asyncio.get_running_loop().call_soon(server.transport.close)
    return "250 OK"


@contextmanager
def greeting(*lines: bytes, hold: bool = False) -> Iterator[int]:
    """Something that greets whoever comes with these bytes, a moment apart; gives its port.

    Then it hangs up, or with ``hold`` says nothing more.
    """
    ended = Event()

    def greet(line: socket.socket) -> None:
        with line, suppress(OSError):
            for part in lines:
                line.sendall(part)
                if ended.wait(PAUSE_SECONDS):
                    return
            if hold:
                ended.wait()

    def listen() -> None:
        with suppress(OSError), ThreadPoolExecutor() as threads:
            while True:
                line, _ = listening.accept()
                threads.submit(greet, line)

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = Thread(target=listen)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
