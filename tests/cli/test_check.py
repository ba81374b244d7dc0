"""`check`: what is wrong with settings, content, database, letters and calendar."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.mail.heartbeat import WORKER, beat, keep_clock
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.settings.errors import MistakesFound
from tests.support.commands import Book, Run, long_ago
from tools.provision.site import change_settings


def test_all_is_well(instance: Path, run: Run) -> None:
    result = run("check")

    assert (result.exit_code, result.stdout) == (0, "Alles in Ordnung.\n")


def test_mistakes_in_settings_and_content_are_listed_together(instance: Path, run: Run) -> None:
    change_settings(instance, {"mail.port": '"25"', "notice_hours": "-1"})
    (instance / "secret.key").unlink()
    content = instance / "content"
    content.mkdir()
    (content / "quiz.toml").write_text("services = [")
    (content / "Offers.toml").write_text("")
    result = run("check")

    assert result.exit_code == 1
    assert result.stdout == ""
    file = instance / "stadtfuehrer.toml"
    assert result.stderr.splitlines() == [
        f"{file}: booking.notice_hours: muss mindestens 0 sein, ist aber -1",
        f"{file}: mail.port: muss eine ganze Zahl sein, ist aber der Text „25“",
        f"{content / 'Offers.toml'}: eine Datei dieses Namens wird nicht gelesen",
        f"{content / 'quiz.toml'}: Zeile 1, Spalte 13: kein gültiges TOML (Invalid value)",
    ]


def test_templates_of_ones_own(instance: Path, run: Run) -> None:
    own = instance / "templates"
    for name, text in {
        "pages/home.html": '{% extends "web/base.html" %}\n{% block main %}{% endblok %}',
        "pages/heim.html": "egal",
        "booking/letters/bestaetigung/body.txt": "Hallo {{ booking.visitor.name }",
        "pages/.home.html.swp": "\0",
        "pages/text.html": "\udcff",
    }.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, errors="surrogateescape")
    result = run("check")
    assert result.exit_code == 1
    letter, unknown, page, text = result.stderr.splitlines()
    wrong = "die Vorlage ist falsch geschrieben"
    assert (
        letter == f"{own}/booking/letters/bestaetigung/body.txt: Zeile 1: {wrong} (unexpected '}}')"
    )
    assert unknown.startswith(f"{own}/pages/heim.html: eine Vorlage dieses Namens gibt es nicht")
    assert page.startswith(f"{own}/pages/home.html: Zeile 2: {wrong} (Encountered unknown tag")
    assert text == f"{own}/pages/text.html: Byte 0: die Datei ist nicht in UTF-8 geschrieben"
    with pytest.raises(MistakesFound, match=r"pages/home\.html: Zeile 2"):
        open_context(instance, {})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (Path.unlink, ("lässt sich nicht lesen (No such file or directory); "
         "„stadtfuehrer init“ legt sie neu an")),
        (lambda path: path.write_text("\n"),
         "ist leer; lösche sie, dann legt „stadtfuehrer init“ eine neue an"),
    ],
)  # fmt: skip
def test_the_secret_key(
    instance: Path, run: Run, spoil: Callable[[Path], object], reason: str
) -> None:
    spoil(instance / "secret.key")

    assert run("check").stderr.splitlines()[0] == f"{instance / 'secret.key'}: {reason}"
    assert run("check", environment={"STADTFUEHRER_SECRET_KEY": "aus der Umgebung"}).exit_code == 0


def test_no_instance_at_all(tmp_path: Path, run: Run) -> None:
    result = run("check")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        (
            f"{tmp_path / 'instance' / 'stadtfuehrer.toml'}: "
            "diese Datei gibt es noch nicht; „stadtfuehrer init“ legt sie an"
        )
    ]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (Path.unlink, "{file}: die Datenbank fehlt; „stadtfuehrer init“ legt sie an"),
        (lambda path: path.write_bytes(b""),
         "Die Datenbank hat einen älteren Aufbau; „stadtfuehrer db upgrade“ erneuert ihn"),
        (lambda path: path.write_bytes(b"keine Datenbank" * 100),
         "Die Datenbank lässt sich nicht benutzen: file is not a database"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_used(
    tmp_path: Path, instance: Path, run: Run, spoil: Callable[[Path], object], reason: str
) -> None:
    file = tmp_path / "andere.db"
    file.touch()
    spoil(file)
    result = run("check", environment={"STADTFUEHRER_DATABASE_URL": f"sqlite:///{file}"})

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == reason.format(file=file)


def hints(result: Result) -> list[str]:
    lines = result.stderr.splitlines()
    return [line for line in lines if line.startswith("Hinweis: ") and "SQLite" not in line]


def test_what_may_not_be_meant_gets_a_hint(instance: Path, run: Run) -> None:
    assert hints(run("check")) == []
    file = instance / "stadtfuehrer.toml"
    away = file.read_text("utf-8").replace("http://127.0.0.1:8000", "https://stadtfuehrer.example")
    file.write_text(away, "utf-8")
    result = run("check")
    assert result.exit_code == 0
    (first, second) = hints(result)
    assert "mail.transport" in first
    assert "https://stadtfuehrer.example" in first
    assert "site.proxies ist 0" in second
    change_settings(instance, {"proxies": "1"})
    assert hints(run("check")) == [first]


def test_an_invitation_to_oneself_is_a_mistake(instance: Path, run: Run) -> None:
    change_settings(instance, {"sender": '"Vera@stadtfuehrer.example"'})
    result = run("check")
    assert result.exit_code == 1
    assert "consultant.email und mail.sender sind dieselbe Adresse" in result.stderr


def test_a_clock_that_jumped_is_told_and_nothing_forgotten(
    instance: Path, run: Run, book_one: Book
) -> None:
    book_one(now=long_ago())
    now = datetime.now(UTC)
    context = open_context(instance, {})
    with context.database.begin() as session:
        keep_clock(session, believed=now - timedelta(days=300), doubted=None)
    context.database.close()
    assert run("worker", "--once").exit_code == 0
    result = run("check")
    assert result.exit_code == 1
    assert "Die Uhr dieses Rechners ist gesprungen, auf " in result.stderr
    result = run("forget")
    assert result.exit_code == 1
    assert "Gelöscht ist nichts" in result.stderr
    assert "Gelöschte Buchungen: 1" in run("forget", "--yes").stdout
    # Ten minutes later it still is what it was.
    with context.database.begin() as session:
        keep_clock(session, believed=now, doubted=now - timedelta(minutes=10))
    context.database.close()
    assert run("worker", "--once").exit_code == 0
    assert "Die Uhr" not in run("check").stderr
    assert run("forget").exit_code == 0


def test_a_closure_over_a_booking_is_a_hint(instance: Path, run: Run, book_one: Book) -> None:
    book_one(name="Änne Müller")
    assert hints(run("check")) == []
    file = instance / "stadtfuehrer.toml"
    days = (datetime.now(UTC).date() + timedelta(days=days) for days in (0, 90))
    closed = "\n[[booking.closed]]\nfrom = {}\nto = {}\n".format(*days)
    file.write_text(file.read_text("utf-8") + closed, "utf-8")
    result = run("check")
    assert result.exit_code == 0
    (hint,) = hints(result)
    assert hint.startswith("Hinweis: Buchung 1, ")
    assert "liegt an einem geschlossenen Tag" in hint
    assert "Müller" not in result.stderr


def test_letters_that_wait_and_those_the_consultant_refused_are_told(
    instance: Path, run: Run, book_one: Book
) -> None:
    book_one(now=long_ago() + timedelta(days=398))
    context = open_context(instance, {})
    with context.database.begin() as session:
        session.execute(update(DbLetter).where(DbLetter.kind == "einladung").values(state="failed"))
    context.database.close()
    result = run("check")
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Hinweis: ")]
    assert lines[0] == "Gescheiterte Briefe: 1; „stadtfuehrer outbox“ zeigt sie"
    assert lines[1].startswith("1 davon waren für dich selbst (consultant.email)")
    assert lines[2].startswith("1 davon ließen sich nicht schreiben")
    assert lines[3].startswith("Seit ")
    assert "verlässt kein Brief das Haus" in lines[3]


def test_a_worker_that_does_not_answer_is_told(instance: Path, run: Run, book_one: Book) -> None:
    context = open_context(instance, {})
    for ago, exit_code in ((timedelta(seconds=5), 0), (timedelta(minutes=1), 1)):
        with context.database.begin() as session:
            beat(session, WORKER, now=datetime.now(UTC) - ago)
        assert run("check").exit_code == exit_code
    context.database.close()
    assert run("check").stderr.splitlines()[-1].startswith("Der Briefbote antwortet seit ")


def test_another_key_is_told_until_the_next_start(instance: Path, run: Run, book_one: Book) -> None:
    book_one()
    run("bookings")
    key = instance / "secret.key"
    old = key.read_text()
    key.write_text(f"neu\n{old}\n")
    assert hints(run("check")) == []
    key.write_text("neu")
    (hint,) = hints(run("check"))
    assert hint.startswith(
        "Hinweis: Termine mit Links von einem Schlüssel, der nicht (mehr) in secret.key steht: 1."
    )
    run("bookings")
    assert hints(run("check")) == []


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("UPDATE bookings SET status = 'cancelled' WHERE id = 1",
         ["Buchung 1 gilt nicht und belegt trotzdem Zeit"]),
        ("UPDATE bookings SET place = 'mond' WHERE id = 1",
         ["Buchung 1 lässt sich nicht lesen (ValueError)"]),
        ("DELETE FROM occupied WHERE booking_id = 1 AND side = 1",
         ["Buchung 1 belegt im Kalender nicht genau ihre Zeit"]),
        ("UPDATE bookings SET end_at = start_at WHERE id = 1",
         ["Buchung 1 liegt nicht auf dem Raster von 5 Minuten, oder endet vor ihrem Anfang"]),
        (("UPDATE bookings SET (start_at, end_at) = "
          "(SELECT start_at, end_at FROM bookings WHERE id = 1)"),
         ["Die Buchungen 1 und 2 liegen zu dicht beieinander oder überschneiden sich",
          "Buchung 2 belegt im Kalender nicht genau ihre Zeit"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_in_the_calendar(
    instance: Path, run: Run, book_one: Book, statement: str, lines: list[str]
) -> None:
    book_one()
    book_one()
    assert run("check").exit_code == 0
    with closing(sqlite3.connect(instance / "stadtfuehrer.db")) as connection:
        connection.execute(statement)
        connection.commit()
    result = run("check")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-len(lines) :] == lines
