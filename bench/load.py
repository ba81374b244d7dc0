"""Two ways to put a server under load, each light enough not to be measured itself.

Pages are fetched by wrk, which needs a hundredth of what a Python client needs. Bookings are
few and each is different; they are bytes made beforehand, sent over plain sockets, so that a
client's part is about 50 µs of the 1 ms and more that a booking takes.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.provision.visitor import Visitor

CONNECTIONS = 16
SENDERS = 8
TIMEOUT_SECONDS = 20
SAMPLE = 20
WALK = Path(__file__).with_name("walk.lua")


class UselessMeasurementError(Exception):
    """The server did not answer as it should, so that its speed says nothing."""


def require(program: str, package: str) -> str:
    """Return where `program` is.

    Raises UselessMeasurementError with the way to get it when it is missing.
    """
    # Servers are installed where only root's PATH leads.
    found = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        raise UselessMeasurementError(
            f"{program} is missing. Debian, Ubuntu: apt install {package}"
        )
    return found


def pages_per_second(
    visitor: Visitor, path: str, *, headers: dict[str, str], seconds: int, status: int = 200
) -> float:
    """Fetch `path` for `seconds` over 16 connections; return answers in a second.

    Raises UselessMeasurementError when the answer is not `status` or any answer fails.
    """
    _require(status, visitor, path, headers)
    return _wrk(visitor.address + path, headers=headers, seconds=seconds)


def differing_pages_per_second(
    visitor: Visitor, paths: Sequence[str], *, headers: dict[str, str], seconds: int
) -> float:
    """Fetch `paths` in turn for `seconds` over 16 connections; return answers in a second.

    Raises UselessMeasurementError when one of the first answers is not 200 or any answer fails.
    """
    # wrk takes a redirect for an answer, but what is looked up here is in the site's stores.
    for path in paths[:SAMPLE]:
        _require(200, visitor, path, headers)
    with tempfile.NamedTemporaryFile("w", prefix="stadtfuehrer-bench-", encoding="utf-8") as file:
        file.writelines(f"{path}\n" for path in paths[SAMPLE:])
        file.flush()
        return _wrk(
            visitor.address, headers=headers, seconds=seconds, script=[str(WALK), file.name]
        )


def _require(status: int, visitor: Visitor, path: str, headers: dict[str, str]) -> None:
    answer = visitor.get(path, headers)
    if answer.status != status:
        raise UselessMeasurementError(f"{path} answers {answer.status}, not {status}")


def _wrk(url: str, *, headers: dict[str, str], seconds: int, script: Sequence[str] = ()) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", script[0], url, "--", *script[1:]]
    else:
        command.append(url)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"^Requests/sec:\s+([\d.]+)$", said, re.MULTILINE)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise UselessMeasurementError(f"{url}:\n{said}")
    return float(rate.group(1))


def requests_per_second(visitor: Visitor, requests: Sequence[bytes], *, status: int) -> float:
    """Send each of `requests` once, over 8 connections; return answers in a second.

    Raises UselessMeasurementError when an answer has another status.
    """
    supply = iter(requests)
    turn = threading.Lock()

    def next_request() -> bytes | None:
        with turn:
            return next(supply, None)

    def send() -> None:
        with socket.create_connection((visitor.host, visitor.port), TIMEOUT_SECONDS) as line:
            while (request := next_request()) is not None:
                line.sendall(request)
                answer = _answer(line)
                if not answer.startswith(b"HTTP/1.1 %d" % status):
                    raise UselessMeasurementError(answer.decode(errors="replace")[:500])

    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        running = [senders.submit(send) for _ in range(SENDERS)]
        for one in running:
            one.result()
    return len(requests) / (time.perf_counter() - began)


def _answer(line: socket.socket) -> bytes:
    received = b"".join(_until_head_ends(line))
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    missing = int(length.group(1)) - len(body) if length else 0
    while missing > 0:
        missing -= len(line.recv(missing))
    return received


def _until_head_ends(line: socket.socket) -> Iterator[bytes]:
    tail = b""
    while b"\r\n\r\n" not in tail:
        part = line.recv(65536)
        if not part:
            raise UselessMeasurementError("the server hung up")
        tail = tail[-3:] + part
        yield part
