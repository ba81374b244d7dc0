"""A client that sends what it likes: bytes over a socket, in pieces, cut off, or none at all."""

import socket
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import Self

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. Header names in lower case."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, port: int, *, host: str = "127.0.0.1", buffer: int = 0) -> None:
        """With ``buffer``, the machine takes about so many bytes that nobody reads."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(TIMEOUT_SECONDS)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        try:
            self.socket.connect((host, port))
        except OSError:
            self.socket.close()
            raise
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, *parts: bytes) -> Self:
        self.socket.sendall(b"".join(parts))
        return self

    def finish(self) -> Self:
        """Send no more (FIN), but go on reading."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Break the connection off (RST)."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def reply(self, *, method: str = "GET") -> Reply:
        """The next answer. Raises EOFError when none comes, OSError when it breaks off."""
        line = self._file.readline()
        if not line:
            raise EOFError
        version, status = line.split()[:2]
        headers = {}
        while (header := self._file.readline()) not in {b"\r\n", b""}:
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        body = self._file.read(length)
        if len(body) < length:
            raise ConnectionError("the answer breaks off")
        return Reply(version=version.decode(), status=int(status), headers=headers, body=body)

    def is_closed(self) -> bool:
        """Whether nothing more comes; waits for it."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True
