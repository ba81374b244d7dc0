"""A folder that stands for the mail server: each message becomes an .eml file, to be read."""

import errno
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from stadtfuehrer.mail.mailer import Envelope, Later, Misconfigured, NotDelivered

POSTFACH = "postfach"
"""What the folder is called in an instance."""

_NAME = re.compile(
    r"(?P<moment>[0-9]{8}T[0-9]{6}\.[0-9]{6}Z)-(?P<envelope>[a-z0-9-]{1,100})-[1-9][0-9]{0,5}\.eml"
)

# Room comes back by itself or by tidying up; anything else needs somebody to change the folder.
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EINTR, errno.EIO}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMailer:
    """Writes ``<UTC time>-<envelope's name>-<n>.eml`` into ``folder``, which it makes if need be.

    The names sort by the time ``clock`` (aware) gave. A file appears whole or not at all, is on
    disk when the envelope counts as sent, and only its owner can read it.
    """

    folder: Path
    clock: Callable[[], datetime]

    @contextmanager
    def round(self) -> Iterator[Callable[[Envelope], None]]:
        """See ``Mailer.round``."""
        yield self._send

    def probe(self, sender: str) -> tuple[str, ...]:  # noqa: ARG002 - a folder takes any sender
        """See ``Mailer.probe``."""
        try:
            self._make_folder()
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            return (self._fault(error).reason,)
        return ()

    def _send(self, envelope: Envelope) -> None:
        moment = self.clock().astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        try:
            self._make_folder()
            for number in count(1):
                if self._write(f"{moment}-{envelope.name}-{number}.eml", envelope.message):
                    break
            # The file's own fsync does not bring its name to disk.
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise self._fault(error) from error

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, name: str, message: bytes) -> bool:
        """Write the file, unless the name is taken.

        The draft's exclusive creation is the lock: whoever holds it sees every file of that name
        that was finished before, since finishing takes the draft away in the same step.
        """
        draft, final = self.folder / f".{name}.tmp", self.folder / name
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        try:
            with os.fdopen(handle, "wb") as file:
                if final.exists():
                    draft.unlink()
                    return False
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(final)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return True

    def _fault(self, error: OSError) -> NotDelivered:
        why = f" ({os.strerror(error.errno)})" if error.errno else ""
        reason = f"In den Ordner {self.folder} lässt sich nicht schreiben{why}."
        return Later(reason) if error.errno in _PASSING else Misconfigured(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMessage:
    """A file that ``FolderMailer`` wrote, by its name (without reading it); the time is in UTC."""

    file: Path
    envelope: str
    saved_at: datetime


def erase_saved(
    folder: Path, *, uids: Collection[str], before: datetime | None = None, recipient: str = ""
) -> int:
    """Remove messages about bookings by their UIDs, and those saved ``before`` or to a recipient.

    A UID stands in the Message-ID. Drafts that old are removed, too. How many were removed.
    """
    marks = [f".{uid}{end}".encode() for uid in uids for end in ".@"]
    if recipient:
        marks.append(f"<{recipient}>".encode())
    before = before or datetime.min.replace(tzinfo=UTC)
    gone = [
        one.file
        for one in saved_in(folder)
        if one.saved_at < before or (marks and any(map(one.file.read_bytes().__contains__, marks)))
    ]
    drafts = folder.glob(".*.eml.tmp")
    gone += [one for one in drafts if datetime.fromtimestamp(one.stat().st_mtime, UTC) < before]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def saved_in(folder: Path) -> tuple[SavedMessage, ...]:
    """Every envelope in the folder, newest first; none where there is no folder yet.

    Drafts, links and whatever somebody else put there are passed by.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    found = []
    for parts in filter(None, map(_NAME.fullmatch, names)):
        try:
            moment = datetime.fromisoformat(parts["moment"])
        except ValueError:
            continue
        file = folder / parts.string
        found.append(SavedMessage(file=file, envelope=parts["envelope"], saved_at=moment))
    return tuple(sorted(found, key=lambda saved: (saved.saved_at, saved.file.name), reverse=True))
