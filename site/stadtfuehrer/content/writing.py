"""Changes of the instance's own content files: checked first, made in one step, the last ten kept.

What a file said before lies in ``<instance>/content/.versionen/<its name>/``, one file for each
change, named by the instant in UTC up to which it held.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from stadtfuehrer.content import ARTICLES, SHIPPED, ContentFiles
from stadtfuehrer.content.catalogue import Catalogue, load_catalogue
from stadtfuehrer.content.markdown import Facts
from stadtfuehrer.pages.model import SLUG
from stadtfuehrer.refusals import UnknownText
from stadtfuehrer.settings.errors import MistakesFound

KEPT = 10
"""Versions of each file, besides the present one."""

_ARTICLE = re.compile(rf"{ARTICLES}/{SLUG.pattern}\.md")
_VERSIONS = ".versionen"
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_NEW_ARTICLE = """+++
title = ""
description = ""
date = {today}
draft = true  # mit false lesen ihn alle
+++
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A content file as it is now; one that is neither own nor shipped is an article to be."""

    name: str
    text: str
    is_own: bool
    is_shipped: bool

    @property
    def digest(self) -> str:
        """By which a form tells what it was made from."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class OwnTexts:
    """The content files of an instance, by names such as ``offers.toml`` or ``pages/ueber.md``."""

    def __init__(self, instance: Path) -> None:
        self._files = ContentFiles(instance)
        self._own = instance / "content"

    def names(self) -> list[str]:
        """All that can be changed."""
        return [
            *("offers.toml", "ablauf.toml", "fragen.toml", "quiz.toml"),
            *(f"pages/{slug}.md" for slug in self._files.page_slugs()),
            *(f"{ARTICLES}/{slug}.md" for slug in self._files.article_slugs()),
        ]

    def get(self, name: str, *, now: datetime) -> Text:
        """A file's text, or the beginning of an article that is not there yet.

        Raises UnknownText: there can be no such file.
        """
        is_there = name in self.names()
        if not (is_there or _ARTICLE.fullmatch(name)):
            raise UnknownText
        return Text(
            name=name,
            text=_read(self._files.find(name))
            if is_there
            else _NEW_ARTICLE.format(today=now.date()),
            is_own=(self._own / name).exists(),
            is_shipped=(SHIPPED / name).exists(),
        )

    def versions(self, name: str) -> list[datetime]:
        """Up to when each earlier text held, the newest first."""
        files = (self._own / _VERSIONS / name).glob("2*Z")
        return sorted(
            (datetime.strptime(file.name, _MOMENT).replace(tzinfo=UTC) for file in files),
            reverse=True,
        )

    def version(self, name: str, until: datetime) -> str:
        """An earlier text. Raises UnknownText."""
        if until not in self.versions(name):
            raise UnknownText
        return _read(self._version_file(name, until))

    def check(self, name: str, text: str | None, facts: Facts, *, drafts: bool) -> Catalogue:
        """What the content becomes with this text in that file; None for the shipped one.

        With ``drafts`` articles are in it that are held back. Raises MistakesFound, with the
        files' names instead of their paths.
        """
        # Not among temporary files: whoever may write the instance may not write elsewhere.
        with tempfile.TemporaryDirectory(dir=self._own.parent, prefix=".probe-") as folder:
            own = Path(folder) / "content"
            if self._own.exists():
                shutil.copytree(self._own, own, ignore=shutil.ignore_patterns(".*"))
            _put(own / name, text)
            try:
                return load_catalogue(own.parent, facts, drafts=drafts)
            except MistakesFound as found:
                raise MistakesFound(
                    tuple(
                        replace(one, file=_name_of(Path(one.file), own)) for one in found.mistakes
                    )
                ) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else, in any process, from being in here at the same time."""
        self._own.mkdir(exist_ok=True)
        handle = os.open(self._own, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def write(self, name: str, text: str | None, *, now: datetime) -> None:
        """Put a text in force from the next start on, None for the shipped one; keep the present.

        Raises OSError.
        """
        path = self._own / name
        if path.exists():
            put_file(self._version_file(name, now), path.read_bytes())
            for forgotten in self.versions(name)[KEPT:]:
                self._version_file(name, forgotten).unlink()
        _put(path, text)

    def _version_file(self, name: str, until: datetime) -> Path:
        return self._own / _VERSIONS / name / until.astimezone(UTC).strftime(_MOMENT)


def _read(path: Path) -> str:
    """All that can be read of it: whoever has put a broken file there can put it right."""
    return path.read_text("utf-8-sig", errors="replace")


def _put(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
    else:
        put_file(path, text.encode())


def _name_of(path: Path, own: Path) -> str:
    return str(path.relative_to(own if path.is_relative_to(own) else SHIPPED))


def put_file(path: Path, octets: bytes) -> None:
    """Write a file so that at every instant all of it is there, or all of what was before.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
