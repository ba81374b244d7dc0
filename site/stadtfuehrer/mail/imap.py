"""Reads the site's own mailbox (IMAP4rev1, RFC 3501, over TLS) and leaves all of it as it was.

The folder is opened for reading only, and nothing but answers to invitations and reports about
delivery is fetched: which they are is told by the structure of a mail, without its words.
"""

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Timer
from typing import Any

from stadtfuehrer.mail.smtp_faults import UNKNOWN_NAME, certificate_in_words

LARGEST_MESSAGE = 1024 * 1024
"""Bytes. A bounce returns a letter of ours, and none is a tenth of this."""

MESSAGES_A_ROUND = 500

LOOK_BACK = timedelta(days=14)
"""How old may be what is read of a mailbox that was never read before."""

WANTED = "(RFC822.SIZE BODYSTRUCTURE)"

_TELLING = (b'"CALENDAR"', b'"DELIVERY-STATUS"')


class MailboxFault(Exception):  # noqa: N818 - it names what happened
    """The mailbox cannot be read; ``reason`` says why, in German and without the server's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """Where the mailbox is. ``conversation_seconds`` bounds all of a round, however it drips."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    timeout_seconds: float = 30
    conversation_seconds: float = 300
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def name(self) -> str:
        """What tells this folder from others."""
        return f"{self.username}@{self.host}/{self.folder}"


class OpenMailbox:
    """A folder that is open for reading; ``uid_validity`` is that of its UIDs."""

    def __init__(self, imap: imaplib.IMAP4_SSL) -> None:
        self._imap = imap
        _, found = imap.response("UIDVALIDITY")
        self.uid_validity = int(found[0] or 0) if found else 0

    def uids(self, *, after: int | None, now: datetime) -> list[int]:
        """The messages after this UID, oldest first; with None those of the last days."""
        if after is None:
            # imaplib has the only spelling of months that no locale changes.
            day = imaplib.Time2Internaldate(now - LOOK_BACK).strip('" ').split()[0]
            _, found = self._imap.uid("SEARCH", "SINCE", day)
        else:
            _, found = self._imap.uid("SEARCH", "UID", f"{after + 1}:*")
        uids = sorted(int(one) for one in (found[0] or b"").split())
        # „n:*“ always has the last message, also one before n (RFC 3501, 9).
        return [uid for uid in uids if uid > (after or 0)]

    def fetch(self, uid: int) -> bytes | None:
        """A message that may be an answer or a bounce; None for any other, and one too large."""
        found = self._fetched(uid, WANTED)
        structure = b"".join(_flat(found)).upper()
        size = re.search(rb"RFC822\.SIZE (\d+)", structure)
        is_small = size is not None and int(size[1]) <= LARGEST_MESSAGE
        if not is_small or not any(one in structure for one in _TELLING):
            return None
        found = self._fetched(uid, f"(BODY.PEEK[]<0.{LARGEST_MESSAGE}>)")
        return next((part[1] for part in found if isinstance(part, tuple)), None)

    def _fetched(self, uid: int, items: str) -> list[Any]:
        try:
            return self._imap.uid("FETCH", str(uid), items)[1]
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return []  # One that the server itself cannot read must not stop the others.


@contextmanager
def open_mailbox(server: ImapServer) -> Iterator[OpenMailbox]:
    """Log in and open the folder. Raises MailboxFault, also for what breaks inside the block."""
    try:
        imap = imaplib.IMAP4_SSL(
            server.host, server.port, ssl_context=server.ssl_context, timeout=server.timeout_seconds
        )
    except _FAULTS as error:
        raise MailboxFault(_in_words(error, server)) from error
    # A socket's timeout is for the next bytes only; whoever drips would never be late.
    end = Timer(server.conversation_seconds, _hang_up, [imap])
    end.daemon = True
    end.start()
    try:
        _log_in(imap, server)
        if imap.select(_quoted(server.folder), readonly=True)[0] != "OK":
            raise MailboxFault(
                f"Im Postfach {server.username} gibt es keinen Ordner „{server.folder}“, der sich "
                "öffnen lässt (mailbox.folder)."
            )
        yield OpenMailbox(imap)
    except _FAULTS as error:
        raise MailboxFault(_in_words(error, server)) from error
    finally:
        end.cancel()
        with suppress(*_FAULTS):
            imap.logout()
        with suppress(OSError):
            imap.shutdown()  # also where there was nobody to say goodbye to


def probe(server: ImapServer) -> tuple[str, ...]:
    """Try name, port, TLS, certificate, login and folder; what is wrong, or nothing."""
    try:
        with open_mailbox(server):
            return ()
    except MailboxFault as fault:
        return (fault.reason,)


_FAULTS = (OSError, imaplib.IMAP4.error, ValueError)


def _log_in(imap: imaplib.IMAP4_SSL, server: ImapServer) -> None:
    try:
        if "AUTH=PLAIN" in imap.capabilities:
            # RFC 4616; LOGIN would know no umlaut.
            secret = f"\0{server.username}\0{server.password}".encode()
            imap.authenticate("PLAIN", lambda _: secret)
        else:
            imap.login(server.username, server.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxFault(
            f"Das Postfach {_place(server)} lehnt die Anmeldung ab: "
            "mailbox.username oder mailbox.password stimmt nicht."
        ) from error


def _hang_up(imap: imaplib.IMAP4_SSL) -> None:
    with suppress(OSError):
        imap.sock.shutdown(socket.SHUT_RDWR)


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""

    def encoded(found: re.Match[str]) -> str:
        code = base64.b64encode(found[0].encode("utf-16-be"), b"+,").decode().rstrip("=")
        return f"&{code}-"

    name = re.sub(r"[^\x20-\x7e]+", encoded, folder.replace("&", "&-"))
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _flat(found: list[Any]) -> Iterator[bytes]:
    for part in found:
        yield from part if isinstance(part, tuple) else (part or b"",)


def _place(server: ImapServer) -> str:
    return f"{server.host}:{server.port}"


_BROKEN = "Die Verbindung zum Postfach {place} ist abgebrochen."
_BAD_CERTIFICATE = "Das Zertifikat des Postfachs {place} {certificate}"
_NO_TLS = (
    "Mit dem Postfach {place} kommt keine Verschlüsselung zustande. Gebraucht wird der Port für "
    "IMAP mit TLS, meist 993 (mailbox.port)."
)
_NO_SUCH_NAME = "Den Rechner „{host}“ gibt es nicht: Der Name ist unbekannt. Stimmt mailbox.host?"
_NO_NAME_SERVER = "Der Name „{host}“ lässt sich gerade nicht auflösen (mailbox.host)."
_CLOSED = (
    "Unter {place} nimmt kein Postfach Verbindungen an. Stimmen mailbox.host und mailbox.port?"
)
_SILENT = (
    "Das Postfach {place} antwortet nicht in der gesetzten Zeit. "
    "Passen mailbox.host und mailbox.port zueinander?"
)
_OTHER_TRADE = (
    "Unter {place} antwortet etwas anderes als ein Postfach, oder es versteht uns nicht. "
    "Stimmen mailbox.host und mailbox.port?"
)

# From the special to the general: the first row whose exception and condition fit decides.
_MEANINGS: tuple[tuple[Any, Callable[[Any], bool] | None, str], ...] = (
    (ssl.SSLCertVerificationError, None, _BAD_CERTIFICATE),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), None, _BROKEN),
    (ssl.SSLError, None, _NO_TLS),
    (socket.gaierror, lambda e: e.errno in UNKNOWN_NAME, _NO_SUCH_NAME),
    (socket.gaierror, None, _NO_NAME_SERVER),
    (ConnectionRefusedError, None, _CLOSED),
    (TimeoutError, None, _SILENT),
    (UnicodeError, None, "„{host}“ kann kein Rechner heißen (mailbox.host)."),
    ((imaplib.IMAP4.abort, OSError), None, _BROKEN),
    (Exception, None, _OTHER_TRADE),
)


def _in_words(error: Exception, server: ImapServer) -> str:
    sentence = next(
        said
        for kinds, fits, said in _MEANINGS
        if isinstance(error, kinds) and (fits is None or fits(error))
    )
    certificate = certificate_in_words(error, "mailbox.host")
    return sentence.format(place=_place(server), host=server.host, certificate=certificate)
