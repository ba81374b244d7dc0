"""`restore`: the backup's content, whatever lies beside it; never under a running site."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.database import Database, schema
from tests.support.commands import Book, Run
from tools.until import until


def names(file: Path) -> list[str]:
    """The visitors, read from that one file as it is."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM bookings ORDER BY id")]


def database_of(instance: Path) -> Path:
    return instance / "stadtfuehrer.db"


@pytest.fixture
def backup(tmp_path: Path, instance: Path, run: Run, book_one: Book) -> Path:
    """Give a backup with one booking; the database has two."""
    book_one(name="Vorher")
    assert run("backup", tmp_path / "kopie.db").exit_code == 0
    book_one(name="Nachher")
    return tmp_path / "kopie.db"


def kept(instance: Path) -> list[Path]:
    return sorted(instance.glob("stadtfuehrer.db.ersetzt-*"))


def test_a_backup_takes_the_place_and_what_it_replaces_is_kept(
    instance: Path, run: Run, backup: Path
) -> None:
    result = run("restore", backup)

    assert result.exit_code == 0
    (replaced,) = kept(instance)
    assert result.stdout.splitlines() == [
        f"Eingesetzt: {backup}",
        f"Die ersetzte Datenbank: {replaced}",
        "„forget“ erreicht sie nicht: Lösche sie, wenn alles stimmt.",
    ]
    assert (names(database_of(instance)), names(replaced)) == (["Vorher"], ["Vorher", "Nachher"])
    assert database_of(instance).stat().st_mode & 0o777 == 0o600
    assert names(backup) == ["Vorher"]
    assert run("check").exit_code == 0
    assert list(instance.glob(".*")) == []


def test_a_log_that_was_left_behind_is_not_read_into_the_backup(
    tmp_path: Path, instance: Path, run: Run, backup: Path, book_one: Book
) -> None:
    """After a kill the newest bookings stand in the log only; beside the backup it would win."""
    file = database_of(instance)
    context = open_context(instance, {})
    with context.database.read() as session:  # as long as somebody reads, the log stays
        session.connection()
        book_one(name="Im Log")
        for end in ("", "-wal"):
            shutil.copy(f"{file}{end}", tmp_path / f"tot{end}")
    context.database.close()
    for end in ("", "-wal"):
        shutil.copy(tmp_path / f"tot{end}", f"{file}{end}")
    # What a plain copy would give: the log's newer rows.
    trap = tmp_path / "falle.db"
    shutil.copy(backup, trap)
    shutil.copy(tmp_path / "tot-wal", f"{trap}-wal")
    with closing(sqlite3.connect(trap)) as wrong:
        assert ("Im Log",) in wrong.execute("SELECT name FROM bookings").fetchall()

    assert run("restore", backup).exit_code == 0
    assert "Im Log" not in run("bookings").stdout
    assert names(file) == ["Vorher"]
    (replaced,) = kept(instance)
    assert names(replaced) == ["Vorher", "Nachher", "Im Log"]


def garbled(file: Path) -> None:
    file.write_bytes(b"keine Datenbank" * 500)


@pytest.mark.parametrize("spoil", [Path.unlink, garbled], ids=["missing", "garbled"])
def test_a_database_that_is_lost_is_put_back(
    instance: Path, run: Run, backup: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(database_of(instance))
    assert run("restore", backup).exit_code == 0
    assert names(database_of(instance)) == ["Vorher"]
    assert len(kept(instance)) == (spoil is garbled)
    assert run("check").exit_code == 0


def of_newer_version(file: Path) -> None:
    change(file, "UPDATE alembic_version SET version_num = '9999'")


def foreign(file: Path) -> None:
    file.unlink()
    change(file, "CREATE TABLE rezepte (id)")


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: -3 * 4096])


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("spoil", [garbled, torn, foreign, of_newer_version])
def test_what_is_no_backup_of_ours_changes_nothing(
    instance: Path, run: Run, backup: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(backup)
    result = run("restore", backup)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(
        f"{backup}: keine unbeschädigte Datenbank dieser oder einer früheren Fassung ("
    )
    assert names(database_of(instance)) == ["Vorher", "Nachher"]
    assert kept(instance) == []
    assert list(instance.glob(".*")) == []


def test_the_database_is_no_backup_of_itself(instance: Path, run: Run, backup: Path) -> None:
    result = run("restore", database_of(instance))
    assert result.exit_code == 1
    assert "das ist die Datenbank selbst" in result.stderr
    assert names(database_of(instance)) == ["Vorher", "Nachher"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    instance: Path, run: Run, tmp_path: Path
) -> None:
    old = tmp_path / "alt.db"
    database = Database(f"sqlite:///{old}")
    old.touch()
    with database.begin() as session:
        config = schema._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0005")
    database.close()
    assert run("restore", old).exit_code == 0
    assert run("check").exit_code == 0


@pytest.mark.parametrize("sleeps", [False, True])
def test_a_running_worker_is_not_overrun_asleep_or_awake(
    instance: Path, run: Run, backup: Path, *, sleeps: bool
) -> None:
    command = [sys.executable, "-m", "stadtfuehrer", "--instance", str(instance), "worker"]
    with subprocess.Popen(command) as worker:
        until(
            lambda: "einladung" in run("outbox").stdout and "waiting" not in run("outbox").stdout,
            within=20,
            what="the worker does not begin",
        )
        if sleeps:
            os.kill(worker.pid, signal.SIGSTOP)
        result = run("restore", backup)
        os.kill(worker.pid, signal.SIGCONT)
        worker.terminate()
    assert result.exit_code == 1
    assert "noch in Gebrauch" in result.stderr.splitlines()[-1]
    assert kept(instance) == []

    assert run("restore", backup).exit_code == 0
    assert names(database_of(instance)) == ["Vorher"]


def test_not_on_postgresql(
    instance: Path, run: Run, backup: Path, postgresql_database_url: str
) -> None:
    there = {"STADTFUEHRER_DATABASE_URL": postgresql_database_url}
    result = run("restore", backup, environment=there)
    assert result.exit_code == 1
    assert "pg_restore" in result.stderr
