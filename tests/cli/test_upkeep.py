"""`db upgrade`, `forget`, `backup` and `worker --once`."""

import json
import sqlite3
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from threading import Event, Thread

import pytest

from stadtfuehrer.booking.waiting_store import join_line
from stadtfuehrer.bootstrap import open_context, utc_now
from tests.support.commands import Book, Run, long_ago, through_smtp
from tests.support.mail_server import Handler, free_port, serving
from tests.support.voices import said


def names(run: Run) -> list[str]:
    return [row["name"] for row in json.loads(run("bookings", "--format", "json").stdout)]


def test_an_upgrade_makes_the_tables_once(tmp_path: Path, instance: Path, run: Run) -> None:
    other = {"STADTFUEHRER_DATABASE_URL": f"sqlite:///{tmp_path / 'neu.db'}"}
    (tmp_path / "neu.db").touch()
    refused = run("bookings", environment=other)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1] == (
        "Die Datenbank hat einen älteren Aufbau; „stadtfuehrer db upgrade“ erneuert ihn"
    )

    first, second = (run("db", "upgrade", environment=other) for _ in range(2))
    assert first.stdout == f"Datenbank: sqlite:///{tmp_path / 'neu.db'}\n"
    assert (second.exit_code, second.stdout) == (0, "")
    assert run("bookings", environment=other).stdout == "Keine Buchungen.\n"


def test_the_same_commands_on_postgresql(
    instance: Path, run: Run, postgresql_database_url: str, tmp_path: Path
) -> None:
    there = {"STADTFUEHRER_DATABASE_URL": postgresql_database_url}

    assert run("bookings", environment=there).exit_code == 1
    assert run("db", "upgrade", environment=there).exit_code == 0
    assert run("bookings", environment=there).stdout == "Keine Buchungen.\n"
    assert run("check", environment=there).stdout == "Alles in Ordnung.\n"
    result = run("backup", tmp_path / "kopie.db", environment=there)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Das ist keine SQLite-Datenbank; für PostgreSQL gibt es pg_dump"
    )
    assert not (tmp_path / "kopie.db").exists()


def test_forgetting_what_has_outlived_its_retention(
    instance: Path, run: Run, book_one: Book
) -> None:
    book_one(name="Alt", now=long_ago())
    book_one(name="Neu")
    run("worker", "--once")

    assert run("forget").stdout.splitlines() == [
        "Gelöschte Buchungen: 1, Briefe: 2, Dateien im Postfach: 2"
    ]
    assert names(run) == ["Neu"]
    assert run("forget").stdout.splitlines() == ["Gelöschte Buchungen: 0, Briefe: 0"]


def test_forgetting_what_was_said(instance: Path, run: Run) -> None:
    context = open_context(instance, {})
    try:
        said(context, said_at=long_ago())
    finally:
        context.database.close()
    assert run("forget").stdout == "Gelöschte Buchungen: 0, Briefe: 0, Stimmen: 1\n"


def test_a_backup_while_others_write(
    tmp_path: Path, instance: Path, run: Run, book_one: Book
) -> None:
    book_one(name="Vorher")
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            book_one(name="Währenddessen")

    writer = Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"kopie-{number}.db" for number in range(3)]
        results = [run("backup", copy) for copy in copies]
    finally:
        stop.set()
        writer.join()

    assert [result.stdout for result in results] == [f"Kopie: {copy}\n" for copy in copies]
    for copy in copies:
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            bookings = opened.execute("SELECT count(*) FROM bookings").fetchone()[0]
            # Two letters for each booking: nothing was copied in the middle of a transaction.
            assert opened.execute("SELECT count(*) FROM letters").fetchone()[0] == 2 * bookings
            assert bookings >= 1
        assert not list(tmp_path.glob(f"{copy.name}-*"))
    there = {"STADTFUEHRER_DATABASE_URL": f"sqlite:///{copies[0]}"}
    assert "Vorher" in run("bookings", environment=there).stdout


def test_a_backup_overwrites_nothing(tmp_path: Path, instance: Path, run: Run) -> None:
    (tmp_path / "kopie.db").write_text("wichtig")
    result = run("backup", tmp_path / "kopie.db")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"{tmp_path / 'kopie.db'}: gibt es schon und wird nicht überschrieben"
    )
    assert (tmp_path / "kopie.db").read_text() == "wichtig"


def test_a_backup_to_where_nothing_can_be_written(tmp_path: Path, instance: Path, run: Run) -> None:
    result = run("backup", tmp_path / "fehlt" / "kopie.db")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"{tmp_path / 'fehlt' / 'kopie.db'}: lässt sich nicht schreiben (No such file or directory)"
    )


def test_letters_leave_through_a_mail_server(instance: Path, run: Run, book_one: Book) -> None:
    book_one(email="aenne@gast.example")
    handler = Handler()
    with serving(handler) as port:
        through_smtp(instance, port)
        result = run("worker", "--once")

    assert result.stdout.splitlines() == ["Zugestellt: 2"]
    assert {envelope.mail_from for envelope in handler.accepted} == {"termine@stadtfuehrer.example"}
    recipients = sorted(to for envelope in handler.accepted for to in envelope.rcpt_tos)
    assert recipients == ["aenne@gast.example", "vera@stadtfuehrer.example"]
    for message in map(message_from_bytes, handler.messages):
        types = [part.get_content_type() for part in message.walk()]
        assert types.count("text/calendar") == 1
        assert "text/plain" in types
        assert "text/html" in types
    assert not (instance / "postfach").exists()


@pytest.mark.parametrize("why", ["folder", "smtp"])
def test_a_round_in_which_nothing_can_leave(
    instance: Path, run: Run, book_one: Book, why: str
) -> None:
    book_one()
    if why == "folder":
        (instance / "postfach").write_text("steht im Weg")
    else:
        through_smtp(instance, free_port())
    result = run("worker", "--once")

    assert result.stdout.splitlines() == ["Zugestellt: 0"]
    letters = json.loads(run("outbox", "--format", "json").stdout)
    assert {letter["state"] for letter in letters} == {"waiting"}
    assert any(letter["error"] for letter in letters)
    if why == "folder":
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith(f"In den Ordner {instance / 'postfach'}")


def test_who_waits_is_told_by_a_single_round(instance: Path, run: Run) -> None:
    context = open_context(instance, {})
    with context.database.begin() as session:
        join_line(session, context.kinds[0].id, "gast@gast.example", now=utc_now())
    context.database.close()

    assert run("worker", "--once").stdout == "Zugestellt: 1\n"
    (letter,) = (instance / "postfach").glob("*.eml")
    assert message_from_bytes(letter.read_bytes())["To"] == "gast@gast.example"
    assert run("worker", "--once").stdout == "Zugestellt: 0\n"
