"""One process of the site: an application behind a socket that the supervisor has bound.

``python -m stadtfuehrer.server.process --listen FD --ready FD MODULE:FACTORY``
"""

import argparse
import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from threading import Thread
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import TcpWSGIServer

from stadtfuehrer.server.channel import Channel, Deadlines

THREADS = 3
"""For each process; Python runs one at a time, the others wait for disk and database."""

MOST_CONNECTIONS = 400
"""For each process: what 1,024 file descriptors, the usual limit, have room for."""

LONGEST_HEAD = 32 * 1024
LONGEST_BODY = 64 * 1024
"""Bytes; a picture that is sent may have more, see ``channel.LONGEST_UPLOAD``."""

STOP_SECONDS = 8.0
"""How long requests under way may take when the process is to end."""

_QUIET_SECONDS = 1.0


class Server(TcpWSGIServer):
    """Serves one application in one process until it is told to stop."""

    channel_class = Channel
    is_stopping = False

    def __init__(
        self, application: WSGIApplication, listener: socket.socket, deadlines: Deadlines
    ) -> None:
        listener.settimeout(0)
        super().__init__(
            application,
            _sock=listener,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            threads=THREADS,
            connection_limit=MOST_CONNECTIONS,
            max_request_header_size=LONGEST_HEAD,
            max_request_body_size=LONGEST_BODY + 1,
            cleanup_interval=1,
            asyncore_use_poll=True,
            log_socket_errors=False,
            ident=None,
            # How many proxies are to be believed the application knows, which must see what came.
            clear_untrusted_proxy_headers=False,
        )
        self._deadlines = deadlines

    def maintenance(self, now: float) -> None:
        """Let clients go that have had their time; called once a second."""
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, self._deadlines):
                channel.let_go()

    def handle_accept(self) -> None:
        """Take a connection; near the limit it takes the place of the oldest that asks nothing."""
        super().handle_accept()
        if len(self.active_channels) > MOST_CONNECTIONS - 10:
            unfinished = (it for it in self.active_channels.values() if it.is_unfinished)
            if oldest := next(unfinished, None):
                oldest.lingers = False
                oldest.handle_close()

    def stop(self) -> None:
        """Have ``run`` end; from a signal handler or any thread."""
        self.is_stopping = True
        self.pull_trigger()

    def run(self) -> None:
        """Serve until ``stop``; then take no more connections, and answer what has begun."""
        while not self.is_stopping:
            self._turn(1)
        # Who is in the queue has been told that somebody listens.
        queue = select.poll()
        queue.register(self.socket, select.POLLIN)
        while queue.poll(0):
            self.handle_accept()
        wasyncore.dispatcher.close(self)  # waitress would close what wakes the loop as well
        end = time.time() + STOP_SECONDS
        while self.active_channels and (now := time.time()) < end:
            self._turn(0.1)
            self.maintenance(now)
            for channel in list(self.active_channels.values()):
                # A client that has just been answered may have sent its next request already.
                if channel.is_idle and now - channel.since > _QUIET_SECONDS:
                    channel.handle_close()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)


def call_when_parent_ends(end: Callable[[], None]) -> None:
    """Call ``end`` when the parent ends, however it ends: standard input is a pipe of its own."""
    Thread(target=_wait_for_parent, args=(end,), daemon=True).start()


def _wait_for_parent(end: Callable[[], None]) -> None:
    # Not through sys.stdin: a thread that waits in there holds its lock, and Python, when it ends,
    # wants that lock.
    while os.read(0, 4096):
        pass
    end()


def main() -> None:
    """Serve what the arguments name."""
    options = argparse.ArgumentParser(prog="stadtfuehrer.server.process")
    options.add_argument("--listen", type=int, required=True)
    options.add_argument("--ready", type=int, required=True)
    for name, seconds in asdict(Deadlines()).items():
        options.add_argument(f"--{name}", type=float, default=seconds)
    options.add_argument("factory")
    chosen = options.parse_args()
    module, _, factory = chosen.factory.partition(":")
    application = getattr(import_module(module), factory)()
    _quieten_waitress()
    deadlines = Deadlines(**{name: getattr(chosen, name) for name in asdict(Deadlines())})
    server = Server(application, socket.socket(fileno=chosen.listen), deadlines)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    call_when_parent_ends(server.stop)
    os.write(chosen.ready, b"1")
    os.close(chosen.ready)
    server.run()


def _quieten_waitress() -> None:
    # A queue of one is no news. And a path may hold a token, which belongs in no log.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").addFilter(_without_path)


def _without_path(record: logging.LogRecord) -> bool:
    record.msg = str(record.msg).partition(" serving /")[0]
    return True


if __name__ == "__main__":
    main()
