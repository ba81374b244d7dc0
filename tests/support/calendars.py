"""Real CalDAV servers, servers that misbehave, and contexts whose calendar is one of them."""

import random
import socket
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from signal import SIGTERM
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

from stadtfuehrer.calendar.caldav import CalDav
from stadtfuehrer.calendar.transport import Client
from stadtfuehrer.context import AppContext
from tests.support.contexts import BERLIN
from tests.support.mail_server import Handler, free_port
from tools.until import until

USER, PASSWORD = "vera", "richtig"


def with_calendar(context: AppContext, **keys: Any) -> AppContext:
    """The same instance with these keys under [calendar]."""
    calendar = replace(context.settings.calendar, **keys)
    return replace(context, settings=replace(context.settings, calendar=calendar))


def ics(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//DE", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(
    start: str, hours: int = 1, *more: str, uid: str = "", zone: str = "Europe/Berlin"
) -> str:
    """An event that begins at '2026-03-04 10:00' on Berlin's clocks."""
    begin = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    end = begin.replace(hour=begin.hour + hours)
    return "\r\n".join(
        [
            *("BEGIN:VEVENT", f"UID:{uid or uuid.uuid4()}", "DTSTAMP:20260101T000000Z"),
            f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
            *("SUMMARY:Zahnarzt", *more, "END:VEVENT"),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DavServer:
    """A CalDAV server with one user; calendars lie under ``home``."""

    url: str
    home: str
    principal: str = f"{USER}/"
    well_known: bool = True
    letters: Handler | None = None
    """What it sends, if it can."""

    @property
    def ways(self) -> list[str]:
        """Addresses from which its calendars are found."""
        home, principal = f"{self.url}{self.home}", f"{self.url}{self.principal}"
        well_known = [urljoin(self.url, "/.well-known/caldav")] if self.well_known else []
        return [self.url, principal, home, *well_known]

    def client(self, password: str = PASSWORD) -> Client:
        client = Client(self.url, USER, password, ends_at=monotonic() + 60)
        client.wait_seconds = 60  # also where the site's own patience is cut short
        return client

    def make_calendar(self, name: str) -> "DavCalendar":
        """Make a calendar of this name, at an address that says nothing of it."""
        url = f"{self.url}{self.home}{uuid.uuid4()}/"
        body = (
            '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop>'
            f"<d:displayname>{name}</d:displayname></d:prop></d:set></d:propertyupdate>"
        )
        assert self.client().request("MKCALENDAR", url).status == 201
        kind = {"Content-Type": "application/xml"}
        assert self.client().request("PROPPATCH", url, body.encode(), kind).status == 207
        return DavCalendar(server=self, url=url)

    def settings(self, *busy: str, **more: Any) -> dict[str, Any]:
        return {"url": self.url, "username": USER, "password": PASSWORD, "busy": busy, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class DavCalendar:
    """One of its calendars, as the consultant's own program uses it."""

    server: DavServer
    url: str

    def put(self, name: str, data: bytes) -> None:
        """Enter an event, or change it."""
        answer = self.server.client().request(
            "PUT", f"{self.url}{name}.ics", data, {"Content-Type": "text/calendar; charset=utf-8"}
        )
        assert answer.status in (200, 201, 204), answer

    def delete(self, name: str) -> None:
        etag = self.server.client().request("GET", f"{self.url}{name}.ics").headers["ETag"]
        answer = CalDav(self.server.client()).delete(f"{self.url}{name}.ics", etag)
        assert answer.status in (200, 204), answer


@contextmanager
def running(
    command: list[str], port: int, folder: Path, *, stop: int = SIGTERM, **more: Any
) -> Iterator[None]:
    """A server in this folder, from when its port answers until the block ends."""

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    said = folder / "said.txt"
    with said.open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, **more)
        try:
            until(answers, within=20, what=lambda: said.read_text("utf-8", "replace"))
            yield
        finally:
            server.send_signal(stop)
            server.wait(10)


@contextmanager
def radicale(folder: Path) -> Iterator[DavServer]:
    """Radicale, with a password."""
    port = free_port()
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\nmax_connections = 50\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
        f"htpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder}/data\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with running(command, port, folder):
        yield DavServer(url=f"http://127.0.0.1:{port}/", home=f"{USER}/")


@contextmanager
def xandikos(folder: Path) -> Iterator[DavServer]:
    """Xandikos, which takes any password."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "data"), "--defaults"),
        *("-l", "127.0.0.1", "-p", str(port), "--current-user-principal", f"/{USER}/"),
    ]
    with running(command, port, folder):
        yield DavServer(url=f"http://127.0.0.1:{port}/", home=f"{USER}/calendars/")


Behaviour = Callable[[socket.socket, bytes], None]
"""Answers a request, given its bytes up to the empty line, in whatever way."""


def answer(
    status: int = 200, body: bytes = b"", kind: str = "text/calendar", *headers: str
) -> Behaviour:
    """Answer with this."""
    lines = [f"HTTP/1.1 {status} Any", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *headers, "", ""]).encode()
    return lambda line, _request: line.sendall(head + body)


def passing_on(server: DavServer) -> Behaviour:
    """Pass the request on to a real server, and its answer back."""

    def pass_on(line: socket.socket, request: bytes) -> None:
        line.sendall(asked(server, line, request))

    return pass_on


def asked(server: DavServer, line: socket.socket, request: bytes) -> bytes:
    """The answer of a real server to a request, the rest of which is still to come."""
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port)) as real:
        real.sendall(request)
        head, _, body = request.partition(b"\r\n\r\n")
        length = int((head.lower().partition(b"content-length: ")[2] or b"0").split(b"\r\n")[0])
        while len(body) < length:
            more = line.recv(65536)
            real.sendall(more)
            body += more
        answered = b""
        while got := real.recv(65536):
            answered += got
        return answered


FAULTS = (401, 403, 404, 409, 412, 423, 429, 500, "hang", "drop", "half", "lost", "500 after")
"""Before the server has done anything, or („half“ and what follows) after it has."""


def failing(server: DavServer, rate: float, seed: int = 4) -> Behaviour:
    """Pass requests on, but for a part of them, in which anything goes wrong."""
    dice, lock = random.Random(seed), threading.Lock()  # noqa: S311 - nothing here is secret

    def behave(line: socket.socket, request: bytes) -> None:
        with lock:
            fault = dice.choice(FAULTS) if dice.random() < rate else ""
        match fault:
            case int():
                answer(fault)(line, request)
            case "hang":
                hang(line, request)
            case "drop":
                return
            case _:
                answered = asked(server, line, request)
                if fault == "500 after":
                    answer(500)(line, request)
                elif fault != "lost":
                    line.sendall(answered[: len(answered) // 2] if fault == "half" else answered)

    return behave


def hang(line: socket.socket, _request: bytes) -> None:
    """Say nothing, for longer than anybody waits."""
    line.settimeout(3)
    line.recv(1)


@dataclass(kw_only=True)
class Misbehaving:
    """A server on a free port that does with every request what ``behave`` says."""

    behave: Behaviour
    url: str = ""
    requests: int = 0


@contextmanager
def misbehaving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Misbehaving]:
    """Run one until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    url = f"{scheme}://localhost:{listening.getsockname()[1]}/"
    server = Misbehaving(behave=behave, url=url)

    def serve(bare: socket.socket) -> None:
        with (
            suppress(OSError),
            bare,
            tls.wrap_socket(bare, server_side=True) if tls else bare as line,
        ):
            asked = b""
            while b"\r\n\r\n" not in asked and (more := line.recv(65536)):
                asked += more
            if asked:
                server.requests += 1
                server.behave(line, asked)

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        # Closing alone would leave the thread in accept.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
