"""`hooks` and `check`: which programs were not told, and a second try."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.hooks.service import call_hooks
from tests.support.commands import Book, Run
from tests.support.receiver import SECRET, receiving


def test_a_program_that_was_away_is_told_after_all(
    instance: Path, run: Run, book_one: Book
) -> None:
    assert run("hooks").stdout == "Keine Nachrichten.\n"
    with receiving(500, 500) as program:
        with (instance / "stadtfuehrer.toml").open("a") as file:
            file.write(f'\n[[hooks]]\nurl = "{program.url}"\nsecret = "{SECRET}"\nname = "crm"\n')
        book_one()
        context = open_context(instance, {})
        try:
            for days in (0, 3):
                call_hooks(context, now=datetime.now(UTC) + timedelta(days=days), wait=30)
        finally:
            context.database.close()
        head, row = run("hooks").stdout.splitlines()
        assert head.split() == [
            *("id", "booking_id", "hook", "event", "state", "attempts", "error")
        ]
        assert row.split()[2:6] == ["crm", "booking.confirmed", "failed", "2"]
        assert "„127.0.0.1“ nimmt die Nachricht nicht an (500)." in row
        said = run("check").stderr
        assert "Nachrichten an andere Programme, die nicht ankamen: 1;" in said
        assert run("hooks", "retry", "1").stdout == "Nachricht 1 ist wieder an der Reihe.\n"
        assert run("worker", "--once").exit_code == 0
        assert program.events == ["confirmed"] * 3
    assert run("check").exit_code == 0
    again = run("hooks", "retry", "1")
    assert again.exit_code == 1
    assert "Nachricht 1: gibt es nicht, oder sie ist angekommen" in again.stderr
