"""Waitress, made safe against slow, broken and lying clients.

waitress reads a whole request before a thread sees it, so that who sends slowly keeps nobody from
being answered. It lacks deadlines for whoever trickles, and is lenient where a proxy in front may
read a message otherwise (RFC 9112, 11.2). Each thing that is done otherwise here says why; the
hooks are half private, so the version is pinned and the tests ask the running server.
"""

import re
import socket
import struct
import time
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest, Error

_TEXTS = {
    400: "Diese Anfrage ist unvollständig oder nicht nach den Regeln von HTTP.",
    408: "Diese Anfrage kam zu langsam an.",
    413: "Diese Anfrage ist zu groß.",
    431: "Der Kopf dieser Anfrage ist zu groß.",
    500: "Hier ist etwas schiefgegangen. Versuch es in ein paar Minuten noch einmal.",
    501: "Diese Übertragung kenne ich nicht.",
}

UPLOAD = "/buero/texte/bild"
"""The one path to which pictures are sent."""

LONGEST_UPLOAD = 12 * 1024 * 1024
"""Bytes; they wait in a temporary file."""

_UPLOAD_PATIENCE = 6
"""Times as long as others a request with a picture may take: 2 Mbit/s are enough for it."""

_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds after which a client that does not get on is let go."""

    request: float = 10
    """From the first byte of a request to its last, and for a connection that asks nothing."""

    stalled: float = 20
    """While not one byte of an answer is taken."""

    answer: float = 60
    """For the whole of an answer."""

    linger: float = 2
    """After a refusal, for reading on, so that what is still sent does not reset it away."""


class _RequestTimeout(BadRequest):
    code = 408
    reason = "Request Timeout"


class Parser(HTTPRequestParser):
    """Refuses every message that another server might read as one of another length."""

    error: Error | None
    adj: Any
    is_upload = False

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.time()

    def received(self, data: bytes) -> int:
        """Take some bytes; gives how many were of this request."""
        taken: int = super().received(data)
        if self.completed:
            # waitress would ask for the body of a request that has none, or was refused, and wait.
            self.expect_continue = False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read request line and headers. Raises ParsingError."""
        first, *lines = header_plus.split(b"\r\n")
        if any(line.startswith((b" ", b"\t")) for line in lines):
            raise ParsingError("a header goes on in a second line (RFC 9112, 5.2)")
        names = [line.partition(b":")[0].lower() for line in lines]
        hosts, lengths = names.count(b"host"), names.count(b"content-length")
        encodings = [
            line.partition(b":")[2].strip(b" \t").lower()
            for line in lines
            if line[:18].lower() == b"transfer-encoding:"
        ]
        version = re.search(rb" HTTP/1\.([01])$", first)
        if version is None:
            raise ParsingError("neither HTTP/1.0 nor HTTP/1.1")
        is_old = version[1] == b"0"
        if hosts > 1 or not (hosts or is_old):
            raise ParsingError("not exactly one Host (RFC 9112, 3.2)")
        if lengths > 1 or (encodings and (lengths or is_old or len(encodings) > 1)):
            raise ParsingError("several lengths (RFC 9112, 6.1 and 6.3)")
        if encodings and encodings[0].count(b"chunked") > 1:
            raise ParsingError("chunked more than once (RFC 9112, 6.1)")
        super().parse_header(header_plus)
        if self.path == UPLOAD:
            self.is_upload, self.adj = True, copy(self.adj)
            self.adj.max_request_body_size = LONGEST_UPLOAD + 1


class _Task(WSGITask):
    def start(self) -> None:
        super().start()
        if self.channel.server.is_stopping:
            self.set_close_on_finish()


class _Refusal(ErrorTask):
    """Answers in German what waitress, or the parser above, refuses."""

    def execute(self) -> None:
        error = self.request.error
        body = f"{_TEXTS[error.code]}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.lingers = True
        self.write(body)


class Channel(HTTPChannel):
    """A connection that is let go when its client does not get on."""

    parser_class = Parser
    task_class = _Task
    error_task_class = _Refusal

    request: Parser | None
    lingers = False
    """Whether it is to be closed only when the client has heard why."""

    _is_lingering = False
    _waits = False

    def __init__(self, server: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(server, *args, **kwargs)
        self.since = time.time()
        """When it was opened, or the last answer given."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked, answered or on its way."""
        return not (self.requests or self.request or self.total_outbufs_len)

    @property
    def is_unfinished(self) -> bool:
        """Whether it holds no complete request and no answer."""
        return not (self.requests or self.total_outbufs_len)

    def is_overdue(self, now: float, within: Deadlines) -> bool:
        """Whether the client has had its time."""
        if self.total_outbufs_len:
            stalled = now - self.last_activity > within.stalled
            return stalled or now - self.since > within.answer
        if self.requests:
            return False
        if self._is_lingering:
            return now - self.since > within.linger
        # Not by the last byte: who sends one now and then would never be late, and neither who
        # sends empty lines, of which waitress makes no request.
        began = max(self.since, self.request.began) if self.request else self.since
        patience = _UPLOAD_PATIENCE if self.request and self.request.is_upload else 1
        return now - began > within.request * patience

    def let_go(self) -> None:
        """Close it, with an answer where a request has begun."""
        if self.request and self.is_unfinished:
            self._refuse(self.request, _RequestTimeout(""))
        else:
            if self.total_outbufs_len:
                # With a reset; else the machine would go on keeping what nobody takes.
                with suppress(OSError):
                    self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.lingers = False
            # ``will_close`` would wait until a reader that has stopped can be written to.
            self.handle_close()

    def _refuse(self, request: Parser, error: Error) -> None:
        with self.requests_lock:
            request.error, request.completed, self.request = error, True, None
            self.requests.append(request)
            self.server.add_task(self)

    def handle_read(self) -> None:
        """Take what has come; where a request ends in the middle, say so, as it may be heard."""
        if self.request and self._is_at_end():
            self._refuse(self.request, BadRequest(""))
        else:
            super().handle_read()

    def _is_at_end(self) -> bool:
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return False

    def received(self, data: bytes) -> bool:
        """Take what has come, unless it is only read so that it does not reset the connection."""
        return not self._is_lingering and super().received(data)

    def service(self) -> None:
        """Answer one request, in a thread.

        Not while the client has still to take the answer before: of many requests in one packet,
        the answers would fill the memory, and waitress would have the thread wait for the client.
        """
        with self.outbuf_lock:
            self._waits = bool(self.total_outbufs_len)
        if self._waits:
            self.server.pull_trigger()
            return
        super().service()
        self.since = time.time()

    def handle_write(self) -> None:
        """Send what can be sent, then go on with what waited for it."""
        super().handle_write()
        with self.outbuf_lock:
            goes_on = self._waits and self.connected and not self.total_outbufs_len
            self._waits = self._waits and not goes_on
        if goes_on:
            self.server.add_task(self)

    def handle_close(self) -> None:
        """Close it; after a refusal only its own side at first (RFC 9112, 9.6)."""
        if self.lingers and self.connected and not self._is_lingering:
            self._is_lingering, self.will_close, self.since = True, False, time.time()
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            else:
                return
        super().handle_close()
