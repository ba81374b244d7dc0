"""The site's own mailbox on a real Dovecot, as the mail server that delivers into it sees it."""

import imaplib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.support.authority import Authority
from tools.provision import dovecot

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A folder that a test fills; ``settings`` are those with which the site reads it."""

    port: int
    authority: Authority
    folder: str = "INBOX"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "mailbox.host": '"localhost"',
            "mailbox.port": str(self.port),
            "mailbox.username": f'"{dovecot.USER}"',
            "mailbox.password": f'"{dovecot.PASSWORD}"',
            "mailbox.folder": f'"{self.folder}"',
        }

    @contextmanager
    def open(self) -> Iterator[imaplib.IMAP4_SSL]:
        trusting = self.authority.trusting
        with imaplib.IMAP4_SSL("localhost", self.port, ssl_context=trusting, timeout=10) as imap:
            secret = f"\0{dovecot.USER}\0{dovecot.PASSWORD}".encode()
            imap.authenticate("PLAIN", lambda _: secret)
            yield imap

    def deliver(self, *messages: bytes) -> None:
        with self.open() as imap:
            for message in messages:
                assert imap.append(self.folder, "", None, message)[0] == "OK"

    def flags(self) -> list[tuple[bytes, ...]]:
        """The flags of each message; that it is recent is nobody's doing."""
        with self.open() as imap:
            imap.select(self.folder, readonly=True)
            lines = [one for one in imap.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]
        found = [sorted({*imaplib.ParseFlags(one)} - {rb"\Recent"}) for one in lines]
        return [tuple(flags) for flags in found]

    def recreate(self) -> None:
        """Empty the folder and let its UIDs count anew, under another UIDVALIDITY."""
        with self.open() as imap:
            imap.delete(self.folder)
            imap.create(self.folder)


@pytest.fixture(scope="session")
def imap_port(authority: Authority) -> Iterator[int]:
    with dovecot.mailbox(*authority.files()) as port:
        yield port


@pytest.fixture
def mailbox(imap_port: int, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Give an empty folder of the test's own, on a server whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.folder / "ca.pem"))
    made = Mailbox(port=imap_port, authority=authority, folder=f"Ordner{next(_NUMBERS)}")
    with made.open() as imap:
        assert imap.create(made.folder)[0] == "OK"
    return made
