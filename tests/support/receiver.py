"""Another program that is told of bookings: keeps what it is sent, and answers what it is told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from stadtfuehrer.context import AppContext
from stadtfuehrer.settings.schema import HookSettings

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@dataclass
class Receiver:
    """``answers`` are its next statuses; then it takes everything."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    calls: list[tuple[Message, bytes]] = field(default_factory=list)

    @property
    def said(self) -> list[dict[str, Any]]:
        """What it was told, each checked as a receiver does."""
        return [verified(headers, body) for headers, body in self.calls]

    @property
    def events(self) -> list[str]:
        return [one["event"].removeprefix("booking.") for one in self.said]


def verified(headers: Message, body: bytes) -> dict[str, Any]:
    """The message, if it is signed (Standard Webhooks 1.0, „Verifying webhook authenticity“)."""
    content = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    digest = hmac.new(KEY, content, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["Content-Type"] == "application/json"
    message: dict[str, Any] = json.loads(body)
    assert message["id"] == headers["webhook-id"]
    return message


@contextmanager
def receiving(*answers: int) -> Iterator[Receiver]:
    """Run one on a free port until the block ends."""
    receiver = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.calls.append((self.headers, body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("Location", "/elsewhere")
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_hooks(context: AppContext, *urls: str, **more: Any) -> AppContext:
    """The same instance with a hook to each address, named by their places."""
    hooks = tuple(
        HookSettings(url=url, secret=SECRET, name=str(place), **more)
        for place, url in enumerate(urls)
    )
    return replace(context, settings=replace(context.settings, hooks=hooks))
