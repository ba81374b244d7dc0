from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.cli import main
from stadtfuehrer.dialogue import answering, shown, store
from stadtfuehrer.dialogue.model import ANSWERS_COUNT_FOR
from stadtfuehrer.settings import EXAMPLE
from tests.support.commands import Book, Run

TEXTS = {".toml", ".key", ".txt"}


def contents(folder: Path, run: Run) -> dict[str, str]:
    """What an operator would miss: the files' texts, and what the database holds."""
    texts = {
        path.name: path.read_text("utf-8") for path in folder.iterdir() if path.suffix in TEXTS
    }
    return texts | {"bookings": run("bookings", "--format", "json").stdout}


def test_a_new_folder_gets_all_that_a_start_needs(tmp_path: Path, run: Run) -> None:
    result = run("init")
    instance = tmp_path / "instance"

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"Einstellungen: {instance / 'stadtfuehrer.toml'}",
        f"Geheimer Schlüssel: {instance / 'secret.key'}",
        f"Datenbank: sqlite:///{instance / 'stadtfuehrer.db'}",
        "Alles da. Weiter mit: stadtfuehrer serve",
    ]
    assert (instance / "stadtfuehrer.toml").read_bytes() == EXAMPLE.read_bytes()
    assert len(bytes.fromhex((instance / "secret.key").read_text())) == 32
    # Only the owner reads what is secret or personal.
    for name in ("stadtfuehrer.toml", "secret.key", "stadtfuehrer.db"):
        assert (instance / name).stat().st_mode & 0o777 == 0o600
    assert run("check").exit_code == 0


def test_a_folder_may_have_any_name(tmp_path: Path, run: Run) -> None:
    instance = tmp_path / "Meine Seite #2: 50 % größer?"
    here = ("--instance", instance)

    assert run(*here, "init").exit_code == 0
    assert (instance / "stadtfuehrer.db").stat().st_size > 0
    assert run(*here, "check").stdout == "Alles in Ordnung.\n"


def test_two_instances_have_different_keys(tmp_path: Path, run: Run) -> None:
    run("--instance", tmp_path / "a", "init")
    run("--instance", tmp_path / "b", "init")

    assert (tmp_path / "a/secret.key").read_bytes() != (tmp_path / "b/secret.key").read_bytes()


def test_only_what_is_missing_is_made(instance: Path, run: Run, book_one: Book) -> None:
    book_one()
    (instance / "notiz.txt").write_text("bleibt")
    before = contents(instance, run)
    assert "Änne" in before["bookings"]
    assert run("init").stdout.splitlines() == ["Alles da. Weiter mit: stadtfuehrer serve"]
    assert contents(instance, run) == before

    (instance / "secret.key").unlink()
    assert run("init").stdout.splitlines() == [
        f"Geheimer Schlüssel: {instance / 'secret.key'}",
        "Alles da. Weiter mit: stadtfuehrer serve",
    ]
    after = contents(instance, run)
    assert after.pop("secret.key") != before.pop("secret.key")
    assert after == before


def test_examples_are_shown_once_and_only_if_somebody_wants_them(instance: Path, run: Run) -> None:
    context = open_context(instance, {})
    with closing(context.database):
        assert shown.questions(context).voices == []
        said = [run("init", "--examples").stdout.splitlines()[:-1] for _ in "ab"]
        assert said == [
            ["Beispiele: zwei Fragen und ein Leserbrief; löschen kannst du sie im Büro"],
            [],
        ]
        (question,) = shown.questions_about(context, "/angebot/marketingberatung")
        article = context.catalogue.get_article("marketing-als-gespraech")
        (letter,) = shown.letters_about(context, f"/stadtgespraech/{article.slug}").voices
        (other,) = shown.questions_about(context, "/ablauf")
        assert shown.questions(context).voices == [other, question]
        assert shown.heard(context).voices == [letter]
        assert [one.first_name for one in (question, other, letter)] == ["", "Ole", "Bea"]
        for one in (question, other, letter):
            assert "Beispiel" in one.text
            assert "ein Beispiel" in one.answer
        assert "Ein Beispiel" in letter.heard
        # Nobody waited for these answers.
        with context.database.read() as session:
            assert store.waits(session, since=utc_now() - ANSWERS_COUNT_FOR, most=9) == []
        answering.erase(context, question.id, who="vera@stadtfuehrer.example", now=utc_now())
        run("init", "--examples")
        assert shown.questions(context).voices == [other]


@pytest.mark.parametrize("place", ["datei", "datei/instance", "datei/tief/instance"])
def test_a_folder_that_cannot_be_made(tmp_path: Path, run: Run, place: str) -> None:
    (tmp_path / "datei").write_text("steht im Weg")
    result = run("--instance", tmp_path / place, "init")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].startswith(
        f"{tmp_path / place}: lässt sich nicht anlegen oder beschreiben ("
    )
    assert result.stdout == ""
    assert (tmp_path / "datei").read_text() == "steht im Weg"


def test_settings_with_a_mistake_stay_and_stop_it(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "instance" / "stadtfuehrer.toml"
    file.parent.mkdir()
    file.write_text("[site\n")
    result = run("init")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}: Zeile 1, Spalte 6: kein gültiges TOML")
    assert file.read_text() == "[site\n"
    assert not (tmp_path / "instance" / "stadtfuehrer.db").exists()


def test_a_database_that_does_not_answer(tmp_path: Path, run: Run) -> None:
    nobody = {"STADTFUEHRER_DATABASE_URL": "postgresql+psycopg://u:geheim@127.0.0.1:1/d"}
    result = run("init", environment=nobody)

    assert result.exit_code == 1
    assert result.stderr.startswith("Die Datenbank lässt sich nicht benutzen: ")
    assert "geheim" not in result.output


@pytest.mark.parametrize("given", ["--instance", "STADTFUEHRER_INSTANCE", ""])
def test_where_the_instance_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.chdir(tmp_path)
    environment: dict[str, str | None] = {"STADTFUEHRER_INSTANCE": None}
    if given.startswith("STADT"):
        environment[given] = "anderswo"
    options = [given, "anderswo"] if given.startswith("--") else []
    CliRunner().invoke(main, [*options, "init"], env=environment, catch_exceptions=False)

    assert [path.name for path in tmp_path.iterdir()] == ["anderswo" if given else "instance"]
