"""A conversation with another machine that ends in time, whatever the other side does."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Deadline:
    """Cuts a connection when its time is over.

    A socket's own timeout bounds each wait for the next bytes only: whoever sends one byte now
    and then is never late for it, and could hold a conversation for days.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = monotonic() + seconds
        self._line: socket.socket | None = None
        self._timer: Timer | None = None
        self._cut = False

    @property
    def passed(self) -> bool:
        """Whether the connection was cut, or would have been."""
        return self._cut or monotonic() >= self._ends_at

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection from now on, and none that was watched before.

        Raises:
            TimeoutError: the time is over already.

        """
        self._forget()
        remaining = self._ends_at - monotonic()
        if remaining <= 0:
            raise TimeoutError
        # A descriptor of our own: it stays valid when TLS takes the connection over, and cannot
        # become somebody else's when the connection is closed.
        self._line = socket.socket(fileno=os.dup(connection.fileno()))
        self._timer = Timer(remaining, self._shut, [self._line])
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._forget()

    def _shut(self, line: socket.socket) -> None:
        self._cut = True
        # Wakes whoever waits on it. It may have been closed by either side meanwhile.
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.close()
        self._timer = self._line = None
