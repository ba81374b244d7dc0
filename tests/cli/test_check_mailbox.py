"""`check --connect` and the site's own mailbox; `worker --once` reads it, `bookings` shows it."""

import json
from pathlib import Path

import pytest

from stadtfuehrer.booking.service import look_up
from stadtfuehrer.bootstrap import open_context
from tests.support.came_back import a_reply
from tests.support.commands import Book, Run
from tests.support.mailbox import Mailbox
from tools.provision.site import change_settings


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"password": '"falsch"'}, "mailbox.username oder mailbox.password stimmt nicht."),
        ({"folder": '"Fehlt"'}, "gibt es keinen Ordner „Fehlt“"),
        ({"host": '"127.0.0.1"'}, "gilt für eine andere Adresse. Unter mailbox.host muss"),
        ({"port": "1"}, "nimmt kein Postfach Verbindungen an. Stimmen mailbox.host"),
    ],
)
def test_the_mailbox_is_tried(
    instance: Path, run: Run, mailbox: Mailbox, changes: dict[str, str], sentence: str
) -> None:
    wanted = mailbox.settings | {f"mailbox.{key}": value for key, value in changes.items()}
    change_settings(instance, wanted)
    mailbox.deliver(a_reply("u"))
    result = run("check", "--connect")
    assert result.exit_code == bool(sentence)
    assert sentence in result.stderr
    assert run("check").exit_code == 0
    assert "geheim" not in result.output + result.stderr
    assert mailbox.flags() == [()]


def test_the_password_may_come_from_the_environment(
    instance: Path, run: Run, mailbox: Mailbox
) -> None:
    settings = mailbox.settings
    password = settings.pop("mailbox.password").strip('"')
    change_settings(instance, settings)
    given = {"STADTFUEHRER_MAILBOX_PASSWORD": password}
    assert run("check", "--connect", environment=given).exit_code == 0
    assert run("check", environment={}).exit_code == 1
    change_settings(instance, {"mailbox.host": '""', "mailbox.username": '""'})
    assert run("check", environment=given).exit_code == 0


def test_worker_once_reads_and_asks(
    instance: Path, run: Run, book_one: Book, mailbox: Mailbox
) -> None:
    token = book_one()
    change_settings(instance, mailbox.settings)
    context = open_context(instance, {})
    mailbox.deliver(a_reply(look_up(context, token).booking.uid))
    context.database.close()
    assert "Zugestellt: 3" in run("worker", "--once").stdout
    (row,) = json.loads(run("bookings", "--format", "json").stdout)
    assert row["note"] == "abgelehnt"
    assert run("bookings").stdout.splitlines()[1].endswith("abgelehnt")
    assert len(list((instance / "postfach").glob("*abgelehnt-gast*.eml"))) == 1
