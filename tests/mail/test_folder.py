"""The mailer that saves: a file for each message, and which of a folder's files are messages."""

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.mail.folder import FolderMailer, SavedMessage, saved_in
from stadtfuehrer.mail.mailer import Envelope, Later, Mailer, Misconfigured
from tests.support.racing import race

SENDER = "termine@stadtfuehrer.example"
NOW = datetime(2026, 10, 1, 12, 0, 0, 250, tzinfo=UTC)


def an_envelope(text: str = "Hallo", name: str = "bestaetigung") -> Envelope:
    return Envelope(
        name=name, sender=SENDER, recipient="hans@x.example", message=text.encode() + b"\r\n"
    )


def mailer(folder: Path, moment: datetime = NOW) -> Mailer:
    return FolderMailer(folder=folder, clock=lambda: moment)


def save(folder: Path, moment: datetime = NOW, one: Envelope | None = None) -> None:
    with mailer(folder, moment).round() as send:
        send(one or an_envelope())


def test_an_envelope_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "postfach"
    assert mailer(folder).probe(SENDER) == ()
    assert list(folder.iterdir()) == []
    # The time in the name is UTC.
    save(folder, NOW.astimezone(ZoneInfo("Europe/Berlin")))
    (file,) = folder.iterdir()
    assert file.name == "20261001T120000.000250Z-bestaetigung-1.eml"
    assert file.read_bytes() == b"Hallo\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_files_sort_by_time(tmp_path: Path) -> None:
    moments = (NOW + n * timedelta(milliseconds=1) for n in count())
    with FolderMailer(folder=tmp_path, clock=lambda: next(moments)).round() as send:
        for number in range(12):
            send(an_envelope(str(number), name="z" if number % 2 else "a"))
    files = sorted(tmp_path.iterdir())
    assert [file.read_bytes() for file in files] == [b"%d\r\n" % number for number in range(12)]


def test_envelopes_of_one_moment_and_name_do_not_replace_each_other(tmp_path: Path) -> None:
    def work(worker: int) -> None:
        with mailer(tmp_path).round() as send:
            for number in range(10):
                send(an_envelope(f"{worker}.{number}"))

    assert race([lambda one=one: work(one) for one in range(4)]) == [None] * 4  # type: ignore[misc]
    texts = sorted(file.read_bytes().decode().strip() for file in tmp_path.iterdir())
    assert texts == [f"{worker}.{number}" for worker in range(4) for number in range(10)]


def test_a_draft_left_by_a_killed_process_is_passed_by(tmp_path: Path) -> None:
    draft = tmp_path / ".20261001T120000.000250Z-bestaetigung-1.eml.tmp"
    draft.write_bytes(b"Hal")
    save(tmp_path)
    (file,) = tmp_path.glob("*.eml")
    assert file.name == "20261001T120000.000250Z-bestaetigung-2.eml"
    assert draft.read_bytes() == b"Hal"


def test_a_folder_that_cannot_be_is_a_matter_of_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured) as caught:
        save(tmp_path / "file" / "postfach")
    assert f"In den Ordner {tmp_path}/file/postfach lässt sich nicht schreiben" in str(caught.value)
    assert mailer(tmp_path / "file" / "postfach").probe(SENDER) == (caught.value.reason,)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with mailer(tmp_path).round() as send:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Later, match="nicht schreiben"):
            send(an_envelope())
        assert list(tmp_path.iterdir()) == []
        monkeypatch.undo()
        send(an_envelope())
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"Hallo\r\n"]


def test_what_was_saved_is_found_newest_first(tmp_path: Path) -> None:
    assert saved_in(tmp_path / "nowhere") == ()
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    moments = [berlin, berlin + timedelta(microseconds=1), berlin - timedelta(hours=1)]
    names = ["bestaetigung", "verschoben-gast", "a-1"]
    for moment, name in zip(moments, names, strict=True):
        save(tmp_path, moment, an_envelope(name, name=name))
    found = saved_in(tmp_path)
    assert [(one.envelope, one.saved_at, one.file.read_bytes().split()) for one in found] == [
        (names[at], moments[at], [names[at].encode()]) for at in (1, 0, 2)
    ]
    assert {saved.saved_at.tzinfo for saved in found} == {UTC}


FOREIGN = [
    *("brief.eml", "stadtfuehrer.toml", ".20261001T120000.000250Z-bestaetigung-1.eml.tmp"),
    *(
        f"20261001T120000.000250Z-{name}"
        for name in ("bestaetigung-1", "bestaetigung-0.eml", "bestaetigung.eml", "-1.eml.eml")
    ),
    "20261001T120000Z-bestaetigung-1.eml",
    "20261301T120000.000250Z-bestaetigung-1.eml",
    "20261001T120000.000250Z-Bestätigung-1.eml",
    "20261001T120000.000250Z-bestaetigung-1.eml\n",
]


def test_what_somebody_else_put_there_links_and_folders_are_passed_by(tmp_path: Path) -> None:
    folder = tmp_path / "postfach"
    (folder / "20261001T120000.000250Z-bestaetigung-1.eml").mkdir(parents=True)
    (tmp_path / "secret.key").write_text("geheim")
    (folder / "20261001T120000.000250Z-bestaetigung-2.eml").symlink_to(tmp_path / "secret.key")
    file = folder / "20261001T120000.000250Z-bestaetigung-3.eml"
    for path in (file, *(folder / name for name in FOREIGN)):
        path.write_text("")
    assert saved_in(folder) == (SavedMessage(file=file, envelope="bestaetigung", saved_at=NOW),)
