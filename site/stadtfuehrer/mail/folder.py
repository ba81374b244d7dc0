"""A folder that stands for the mail server: each message becomes an .eml file, to be read."""

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from stadtfuehrer.mail.mailer import Envelope, Later, Misconfigured, NotDelivered

_MOMENT = "%Y%m%dT%H%M%S.%fZ"

_NAME = re.compile(
    r"(?P<moment>[0-9]{8}T[0-9]{6}\.[0-9]{6}Z)-(?P<envelope>[a-z0-9-]{1,100})-[1-9][0-9]{0,5}\.eml"
)

# Room comes back by itself or by tidying up; anything else needs somebody to change the folder.
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EINTR, errno.EIO}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMailer:
    """Writes ``<UTC time>-<envelope's name>-<n>.eml`` into ``folder``, which it makes if need be.

    The names sort by the time ``clock`` (aware) gave. A file appears whole or not at all, is on
    disk when the envelope counts as handed over, and only its owner can read it.
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
        moment = self.clock().astimezone(UTC).strftime(_MOMENT)
        try:
            self._make_folder()
            for number in count(1):
                if self._write(f"{moment}-{envelope.name}-{number}.eml", envelope.message):
                    break
            _sync(self.folder)
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
        reason = (
            f"In den Ordner {self.folder} lässt sich nicht schreiben ({os.strerror(error.errno)})."
            if error.errno
            else f"In den Ordner {self.folder} lässt sich nicht schreiben."
        )
        return Later(reason) if error.errno in _PASSING else Misconfigured(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMessage:
    """A file that ``FolderMailer`` laid into the folder, by its name: without reading it."""

    file: Path
    envelope: str
    """The envelope's name, such as the letter's kind."""
    saved_at: datetime
    """UTC."""


def saved_in(folder: Path) -> tuple[SavedMessage, ...]:
    """Every envelope in the folder, newest first; none where there is no folder yet.

    Drafts, links and whatever somebody else put there are passed by.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    found = [saved for name in names if (saved := _find_saved(folder, name)) is not None]
    return tuple(sorted(found, key=lambda saved: (saved.saved_at, saved.file.name), reverse=True))


def _find_saved(folder: Path, name: str) -> SavedMessage | None:
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    try:
        moment = datetime.fromisoformat(parts["moment"])
    except ValueError:
        return None
    return SavedMessage(file=folder / name, envelope=parts["envelope"], saved_at=moment)


def _sync(folder: Path) -> None:
    """Bring the new name itself to disk; the file's own fsync does not cover it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


POSTFACH = "postfach"
