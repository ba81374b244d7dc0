import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.mail.tables import DbLetter
from tests.support.commands import Book, Run, long_ago, through_smtp
from tests.support.mail_server import Handler, answer, free_port, serving
from tools.provision.site import change_settings


def test_all_is_well(instance: Path, run: Run) -> None:
    result = run("check")

    assert (result.exit_code, result.stdout) == (0, "Alles in Ordnung.\n")


def test_mistakes_in_settings_and_content_are_listed_together(instance: Path, run: Run) -> None:
    change_settings(instance, {"port": '"25"', "notice_hours": "-1"})
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
         "Die Datenbank hat einen älteren Aufbau; „stadtfuehrer db upgrade“ hilft"),
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


def test_letters_that_failed(instance: Path, run: Run, book_one: Book) -> None:
    book_one()
    refusing = answer("550 5.1.1 unknown")
    with serving(Handler(at={"RCPT": [refusing]})) as port:
        through_smtp(instance, port)
        run("worker", "--once")
    result = run("check")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Gescheiterte Briefe: 1; „stadtfuehrer outbox“ zeigt sie"
    )


def test_connecting_to_a_mail_server_that_is_there(instance: Path, run: Run) -> None:
    handler = Handler()
    with serving(handler) as port:
        through_smtp(instance, port)
        result = run("check", "--connect")

    assert (result.exit_code, result.stdout) == (0, "Alles in Ordnung.\n")
    assert handler.accepted == []
    assert len(handler.connections) == 1


def test_connecting_to_a_mail_server_that_refuses_the_sender(instance: Path, run: Run) -> None:
    with serving(Handler(at={"MAIL": [answer("550 no")]})) as port:
        through_smtp(instance, port)
        result = run("check", "--connect")

    assert result.exit_code == 1
    assert "nimmt den Absender (mail.sender) nicht an" in result.stderr


def test_connecting_to_a_dead_port(instance: Path, run: Run) -> None:
    port = free_port()
    through_smtp(instance, port)

    assert run("check").exit_code == 0
    result = run("check", "--connect")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"Unter 127.0.0.1:{port} nimmt kein Mailserver Verbindungen an. "
        "Stimmen mail.host und mail.port?"
    )


def test_connecting_where_letters_go_to_a_folder(instance: Path, run: Run) -> None:
    assert run("check", "--connect").exit_code == 0
    (instance / "postfach").rmdir()
    (instance / "postfach").write_text("steht im Weg")
    result = run("check", "--connect")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"In den Ordner {instance / 'postfach'} läs")


def test_nothing_is_tried_unless_asked(instance: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        through_smtp(instance, server.getsockname()[1])
        server.settimeout(0.1)
        assert run("check").exit_code == 0
        with pytest.raises(TimeoutError):
            server.accept()


def hints(result: Result) -> list[str]:
    lines = result.stderr.splitlines()
    return [line for line in lines if line.startswith("Hinweis: ") and "SQLite" not in line]


def test_a_site_for_the_world_whose_letters_stay_here_gets_a_hint(instance: Path, run: Run) -> None:
    assert hints(run("check")) == []
    file = instance / "stadtfuehrer.toml"
    file.write_text(
        file.read_text().replace("http://127.0.0.1:8000", "https://stadtfuehrer.example")
    )
    result = run("check")
    assert result.exit_code == 0
    (hint,) = hints(result)
    assert "mail.transport" in hint
    assert "https://stadtfuehrer.example" in hint


def test_letters_from_the_consultants_own_address_get_a_hint(instance: Path, run: Run) -> None:
    change_settings(instance, {"sender": '"Vera@stadtfuehrer.example"'})
    result = run("check")
    assert result.exit_code == 0
    (hint,) = hints(result)
    assert "consultant.email und mail.sender" in hint


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
    assert lines[1].startswith("1 davon gingen an dich selbst, vera@stadtfuehrer.example")
    assert lines[2].startswith("Seit ")
    assert "verlässt kein Brief das Haus" in lines[2]
