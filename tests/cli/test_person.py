"""`person`: what is stored of one person, as a file, or erased."""

import json
import zipfile
from pathlib import Path

import pytest

from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.dialogue.check_ins import allow
from tests.support.commands import Book, Run
from tests.support.contexts import NOW
from tests.support.voices import published, said

ADDRESS = "aenne@gast.example"


def test_a_person_is_written_into_a_file_and_never_over_one(
    run: Run, book_one: Book, tmp_path: Path
) -> None:
    book_one()
    file, archive = tmp_path / "aenne.json", tmp_path / "aenne.zip"
    for one in (file, archive):
        assert run("person", ADDRESS, "--export", one).stdout == f"Geschrieben: {one}\n"
    told = json.loads(file.read_text("utf-8"))
    assert told["bookings"][0]["visitor"]["email"] == ADDRESS
    with zipfile.ZipFile(archive) as opened:
        assert json.loads(opened.read("person.json")) == told
    again = run("person", ADDRESS, "--export", file)
    assert (again.exit_code, again.stderr) == (1, f"{file} gibt es schon\n")


def test_a_person_is_erased_once_nothing_is_to_come(run: Run, book_one: Book) -> None:
    book_one()
    refused = run("person", ADDRESS, "--erase")
    assert refused.exit_code == 1
    assert "steht noch ein Termin bevor" in refused.stderr
    off = run("bookings", "cancel", "--from", ADDRESS, "--letters", "none", "--yes")
    assert off.stdout.endswith("Abgesagt: 1\n")
    gone = run("person", ADDRESS, "--erase")
    assert gone.exit_code == 0
    assert gone.stdout.startswith("Gelöscht: 1 Buchungen, 2 Briefe, 0 Wartelisten.\n")
    assert run("person", ADDRESS, "--erase").stderr == f"Unter {ADDRESS} ist nichts gespeichert\n"


def test_what_somebody_said_is_erased_and_what_stays_is_told(run: Run, instance: Path) -> None:
    context = open_context(instance, {})
    try:
        said(context)
        published(context, heard="Steht jetzt da.", heard_at=NOW)
        with context.database.begin() as session:
            allow(session, "Änne", ADDRESS, now=NOW)
    finally:
        context.database.close()
    assert run("person", ADDRESS, "--erase").stdout.splitlines() == [
        "Gelöscht: 0 Buchungen, 0 Briefe, 0 Wartelisten.",
        "Auch gelöscht: 2 Stimmen (Fragen, Leserbriefe, Rückmeldungen).",
        "Was daraus wurde, steht weiter unter /gehoert, ohne Namen und Worte.",
        "Auch gelöscht: die Erlaubnis, nachzufragen, wie es läuft.",
        "Nicht gelöscht sind Briefe, die schon in Postfächern liegen, auch in deinem.",
    ]
    assert run("person", ADDRESS, "--erase").stderr == f"Unter {ADDRESS} ist nichts gespeichert\n"


@pytest.mark.parametrize("options", [[], ["--export", "x.json", "--erase"]])
def test_one_thing_at_a_time(run: Run, instance: Path, options: list[str]) -> None:
    result = run("person", ADDRESS, *options)
    assert (result.exit_code, result.stderr) == (1, "Entweder --export DATEI oder --erase\n")
