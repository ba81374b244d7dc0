from __future__ import annotations

import errno
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.mail.folder import FolderMailer, SavedMessage, saved_in
from stadtfuehrer.mail.mailer import Envelope, Later, Mailer, Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

SENDER = "termine@stadtfuehrer.example"
NOW = datetime(2026, 10, 1, 12, 0, 0, 250, tzinfo=UTC)


def an_envelope(text: str = "Hallo", name: str = "bestaetigung") -> Envelope:
    return Envelope(
        name=name, sender=SENDER, recipient="hans@x.example", message=text.encode() + b"\r\n"
    )


def post(folder: Path, moment: datetime = NOW) -> Mailer:
    return FolderMailer(folder=folder, clock=lambda: moment)


def test_a_parcel_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "postfach"
    with post(folder).round() as send:
        send(an_envelope())
    (file,) = folder.iterdir()
    assert file.name == "20261001T120000.000250Z-bestaetigung-1.eml"
    assert file.read_bytes() == b"Hallo\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_time_in_the_name_is_utc(tmp_path: Path) -> None:
    with post(tmp_path, NOW.astimezone(ZoneInfo("Europe/Berlin"))).round() as send:
        send(an_envelope())
    assert [file.name[:15] for file in tmp_path.iterdir()] == ["20261001T120000"]


def test_files_sort_by_time(tmp_path: Path) -> None:
    moments = (NOW + n * timedelta(milliseconds=1) for n in count())
    with FolderMailer(folder=tmp_path, clock=lambda: next(moments)).round() as send:
        for number in range(12):
            send(an_envelope(str(number), name="z" if number % 2 else "a"))
    files = sorted(tmp_path.iterdir())
    assert [file.read_bytes() for file in files] == [b"%d\r\n" % number for number in range(12)]


def test_parcels_of_one_moment_and_name_do_not_replace_each_other(tmp_path: Path) -> None:
    def work(worker: int) -> None:
        with post(tmp_path).round() as send:
            for number in range(10):
                send(an_envelope(f"{worker}.{number}"))

    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {file.read_bytes().decode().strip() for file in tmp_path.iterdir()} == {
        f"{worker}.{number}" for worker in range(4) for number in range(10)
    }
    assert len(list(tmp_path.iterdir())) == 40


def test_a_draft_left_by_a_killed_process_is_passed_by(tmp_path: Path) -> None:
    draft = tmp_path / ".20261001T120000.000250Z-bestaetigung-1.eml.tmp"
    draft.write_bytes(b"Hal")
    with post(tmp_path).round() as send:
        send(an_envelope())
    (file,) = tmp_path.glob("*.eml")
    assert file.name == "20261001T120000.000250Z-bestaetigung-2.eml"
    assert draft.read_bytes() == b"Hal"


def test_a_folder_that_cannot_be_is_a_matter_of_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    impossible = post(tmp_path / "file" / "postfach")
    with impossible.round() as send, pytest.raises(Misconfigured) as caught:
        send(an_envelope())
    assert f"In den Ordner {tmp_path}/file/postfach lässt sich nicht schreiben" in str(caught.value)
    assert impossible.probe(SENDER) == (caught.value.reason,)


def test_a_full_disk_is_tried_again_later_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with post(tmp_path).round() as send:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Later, match="nicht schreiben"):
            send(an_envelope())
        assert list(tmp_path.iterdir()) == []
        monkeypatch.undo()
        send(an_envelope())
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"Hallo\r\n"]


def test_the_probe_finds_a_usable_folder_well_and_leaves_it_empty(tmp_path: Path) -> None:
    assert post(tmp_path / "postfach").probe(SENDER) == ()
    assert list((tmp_path / "postfach").iterdir()) == []


def test_what_was_laid_is_found_newest_first(tmp_path: Path) -> None:
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    moments = [berlin, berlin + timedelta(microseconds=1), berlin - timedelta(hours=1)]
    for moment, name in zip(moments, ["bestaetigung", "verschoben-gast", "a-1"], strict=True):
        with post(tmp_path, moment).round() as send:
            send(an_envelope(name, name=name))
    found = saved_in(tmp_path)
    assert [(saved.envelope, saved.saved_at) for saved in found] == [
        ("verschoben-gast", moments[1]),
        ("bestaetigung", moments[0]),
        ("a-1", moments[2]),
    ]
    assert [saved.file.read_bytes().split()[0] for saved in found] == [
        b"verschoben-gast",
        b"bestaetigung",
        b"a-1",
    ]
    assert {saved.saved_at.tzinfo for saved in found} == {UTC}


def test_no_folder_holds_nothing(tmp_path: Path) -> None:
    assert saved_in(tmp_path / "postfach") == ()


@pytest.mark.parametrize(
    "name",
    [
        *("brief.eml", "20261001T120000.000250Z-bestaetigung-1", "stadtfuehrer.toml"),
        ".20261001T120000.000250Z-bestaetigung-1.eml.tmp",
        "20261001T120000.000250Z-bestaetigung-0.eml",
        "20261001T120000.000250Z-bestaetigung.eml",
        "20261001T120000.000250Z--1.eml.eml",
        "20261001T120000Z-bestaetigung-1.eml",
        "20261301T120000.000250Z-bestaetigung-1.eml",
        "20261001T120000.000250Z-Bestätigung-1.eml",
        "20261001T120000.000250Z-bestaetigung-1.eml\n",
    ],
)
def test_what_somebody_else_put_there_is_passed_by(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    assert saved_in(tmp_path) == ()


def test_links_and_folders_are_passed_by(tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("geheim")
    folder = tmp_path / "postfach"
    (folder / "20261001T120000.000250Z-bestaetigung-1.eml").mkdir(parents=True)
    (folder / "20261001T120000.000250Z-bestaetigung-2.eml").symlink_to(secret)
    file = folder / "20261001T120000.000250Z-bestaetigung-3.eml"
    file.write_text("")
    moment = NOW.replace(microsecond=250)
    assert saved_in(folder) == (SavedMessage(file=file, envelope="bestaetigung", saved_at=moment),)
