"""The processes of a site, started again whenever one dies: some for pages, one for letters.

They are started as programs, not forked, so that nothing of this process is copied into them; each
has a session of its own, so that Ctrl+C reaches it through here, and a pipe that ends with this
process, also by kill -9. All pages' processes accept from one socket, bound once.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

LIVED_SECONDS = 5.0
"""Who lived longer is started anew at once; the others after a pause that grows up to this."""

READY_SECONDS = 60.0
"""How long new processes may take to get ready, before the old ones are kept."""

PATIENCE_SECONDS = 10.0
"""How long a process may take to end when it is asked to."""

_SHORTEST_PAUSE = 0.5

_log = structlog.get_logger(__name__)


class Child:
    """A process that was started; for one that serves pages, with the socket it accepts from."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        listener: socket.socket | None = None,
    ) -> None:
        told, tells = os.pipe()
        lives, life = os.pipe()
        ends = [] if listener is None else [listener.fileno(), tells]
        if listener is not None:
            command = [*command, "--listen", str(listener.fileno()), "--ready", str(tells)]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                command, env=environment, stdin=lives, pass_fds=ends, start_new_session=True
            )
        except OSError:
            os.close(told)
            os.close(life)
            raise
        finally:
            os.close(tells)
            os.close(lives)
        self._told, self._life = told, life
        self._is_ready = listener is None
        self.started = time.monotonic()

    def is_ready(self) -> bool:
        """Whether it has said that it serves; the letter worker has nothing to say."""
        if not self._is_ready and select.select([self._told], [], [], 0)[0]:
            self._is_ready = os.read(self._told, 1) == b"1"
        return self._is_ready

    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self.process.poll() is not None

    def bury(self) -> None:
        """Leave nothing of one that has ended."""
        os.close(self._life)
        os.close(self._told)


@dataclass(kw_only=True)
class Place:
    """Where one process is to run at all times."""

    name: str
    start: Callable[[], Child]
    child: Child | None = None
    pause: float = 0.0
    due: float = 0.0

    def revive(self) -> None:
        """Start a process if there is none, and it is time."""
        if self.child is not None and self.child.has_ended():
            code, lived = self.child.process.returncode, time.monotonic() - self.child.started
            _log.error(f"{self.name} died", code=code)
            self.child.bury()
            self.child = None
            longer = min(max(2 * self.pause, _SHORTEST_PAUSE), LIVED_SECONDS)
            self.pause = 0.0 if lived > LIVED_SECONDS else longer
            self.due = time.monotonic() + self.pause
        if self.child is None and time.monotonic() >= self.due:
            try:
                self.child = self.start()
            except OSError as error:  # no memory, too many processes: that may pass
                _log.error(f"{self.name} does not start", reason=error.strerror)
                self.due = time.monotonic() + LIVED_SECONDS


@dataclass(kw_only=True)
class Supervisor:
    """Keeps processes running until it is told to end: TERM and INT; HUP and USR1 renew them.

    ``web`` is the command of a process that serves pages, of which there are ``workers``;
    ``others`` are commands by name. All get ``environment``.
    """

    listener: socket.socket
    web: Sequence[str]
    workers: int
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def __post_init__(self) -> None:
        self._pages = [
            Place(name="web process", start=self._start_web) for _ in range(self.workers)
        ]
        self._rest = [
            Place(name=name, start=lambda command=command: Child(command, self.environment))  # type: ignore[misc]
            for name, command in self.others.items()
        ]
        self._is_ending = self._is_renewing = False

    def run(self, *, when_ready: Callable[[], None]) -> None:
        """Run until told to end; ``when_ready`` is called as soon as a page can be answered."""
        self._listen_to_signals()
        self._until(lambda: any(it.child and it.child.is_ready() for it in self._pages))
        if not self._is_ending:
            when_ready()
        while not self._is_ending:
            self._until(lambda: self._is_renewing)
            if self._is_renewing:
                self._is_renewing = False
                self._renew()
        self.listener.close()
        self._end([it.child for it in (*self._pages, *self._rest) if it.child])

    def _start_web(self) -> Child:
        return Child(self.web, self.environment, self.listener)

    def _listen_to_signals(self) -> None:
        def end(*_: object) -> None:
            self._is_ending = True

        def renew(*_: object) -> None:
            self._is_renewing = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        # In a terminal it means that its window was closed.
        signal.signal(signal.SIGHUP, end if os.isatty(0) else renew)
        signal.signal(signal.SIGUSR1, renew)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # it only wakes
        self._wakes, wakened = socket.socketpair()
        for one in (self._wakes, wakened):
            one.settimeout(0)
        signal.set_wakeup_fd(wakened.detach(), warn_on_full_buffer=False)

    def _until(self, holds: Callable[[], bool], *, within: float = float("inf")) -> bool:
        """Keep all processes running until something holds, or this one is to end."""
        last_moment = time.monotonic() + within
        while not self._is_ending and not holds() and time.monotonic() < last_moment:
            for place in (*self._pages, *self._rest):
                place.revive()
            self._wait()
        return not self._is_ending and holds()

    def _wait(self) -> None:
        # A process that is ready tells no signal; and this is how long a pause may be overslept.
        if select.select([self._wakes], [], [], 0.1)[0]:
            self._wakes.recv(4096)

    def _renew(self) -> None:
        """Put new processes in the place of all; if they do not come up, keep the old ones."""
        new = [self._start_web() for _ in self._pages]

        def is_decided() -> bool:
            return all(it.is_ready() for it in new) or any(it.has_ended() for it in new)

        self._until(is_decided, within=READY_SECONDS)
        if self._is_ending or not all(it.is_ready() and not it.has_ended() for it in new):
            self._end(new)
            if not self._is_ending:
                _log.error("new web processes did not come up, the old ones go on")
            return
        for place, child in zip(self._pages, new, strict=True):
            old, place.child, place.pause = place.child, child, 0.0
            self._end([old] if old else [])
        for place in self._rest:
            self._end([place.child] if place.child else [])
            place.child, place.due = None, 0.0
        _log.info("all processes are new")

    def _end(self, children: Sequence[Child]) -> None:
        """Ask processes to end, all at once, and make them."""
        for child in children:
            child.process.terminate()
        last_moment = time.monotonic() + PATIENCE_SECONDS
        while not all(it.has_ended() for it in children) and time.monotonic() < last_moment:
            self._wait()
        for child in children:
            if not child.has_ended():
                _log.error("process killed", pid=child.process.pid)
                child.process.kill()
                child.process.wait()
            child.bury()


def python(*arguments: str) -> list[str]:
    """The command that runs a module with this very Python."""
    return [sys.executable, "-m", *arguments]


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there, by IPv4 or IPv6. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
