"""Several mistakes at once, and files that cannot be read at all."""

import os
from pathlib import Path

import pytest

from stadtfuehrer.settings import FILE_NAME, load_settings
from stadtfuehrer.settings.errors import MistakesFound
from tests.support.settings_files import MistakesIn, Write

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'


def test_every_mistake_is_listed_at_once(write: Write, mistakes_in: MistakesIn) -> None:
    write(
        ("proxies = 0", "proxies = 0.5"),
        ('email = "vera@stadtfuehrer.example"', 'mail = "vera@stadtfuehrer.example"'),
        (MONDAY, 'monday = ["17:00-13:00", "1-2"]'),
        ("port = 587", "port = 0"),
    )

    assert sorted(place for place, _ in mistakes_in()) == [
        "booking.hours.monday[0]",
        "booking.hours.monday[1]",
        "consultant.email",
        "consultant.mail",
        "mail.port",
        "site.proxies",
    ]


def test_every_contradiction_is_listed_at_once(write: Write, mistakes_in: MistakesIn) -> None:
    write(
        ("minutes = 90", "minutes = 370"),
        ('street = "Musterweg 7"', 'street = ""'),
        ('transport = "folder"', 'transport = "smtp"'),
        appended="[[booking.closed]]\nfrom = 2027-01-06\nto = 2027-01-05",
    )

    assert sorted(place for place, _ in mistakes_in()) == [
        "booking.closed[0]",
        "booking.kinds[2].minutes",
        "consultant.street",
        "mail.host",
    ]


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        ('[site]\nurl "x"\n', "Zeile 2, Spalte 5",
         "kein gültiges TOML (Expected '=' after a key in a key/value pair)"),
        ("[site]\n[site]\n", "Zeile 2, Spalte 6",
         "kein gültiges TOML (Cannot declare ('site',) twice)"),
        ('[site]\nurl = "x\n', "Zeile 2, Spalte 9",
         r"kein gültiges TOML (Illegal character '\n')"),
        ("x = [1,\n2", "Zeile 2, Spalte 2", "kein gültiges TOML (Unclosed array)"),
    ],
)  # fmt: skip
def test_no_toml(
    tmp_path: Path, mistakes_in: MistakesIn, content: str, place: str, reason: str
) -> None:
    (tmp_path / FILE_NAME).write_text(content)

    assert mistakes_in() == [(place, reason)]


def test_no_utf_8(tmp_path: Path, mistakes_in: MistakesIn) -> None:
    (tmp_path / FILE_NAME).write_bytes("# Grüße".encode("latin-1"))

    assert mistakes_in() == [("Byte 4", "die Datei ist nicht in UTF-8 geschrieben")]


def test_no_file(mistakes_in: MistakesIn) -> None:
    reason = "diese Datei gibt es noch nicht; „stadtfuehrer init“ legt sie an"
    assert mistakes_in() == [("", reason)]


def test_a_folder_in_the_files_place(tmp_path: Path, mistakes_in: MistakesIn) -> None:
    (tmp_path / FILE_NAME).mkdir()

    assert mistakes_in() == [("", f"lässt sich nicht lesen: {os.strerror(21)}")]


def test_an_empty_file_misses_what_has_no_default(tmp_path: Path, mistakes_in: MistakesIn) -> None:
    (tmp_path / FILE_NAME).touch()

    assert mistakes_in() == [
        (section, "fehlt") for section in ("site", "consultant", "booking", "mail")
    ]


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path, write: Write) -> None:
    write()
    with pytest.raises(MistakesFound) as refusal:
        load_settings(tmp_path, {"STADTFUEHRER_DATABASE_URL": "mysql://u:geheim@h/d"})

    [mistake] = refusal.value.mistakes
    assert str(mistake) == (
        "STADTFUEHRER_DATABASE_URL: beginnt weder mit sqlite:/// noch mit postgresql+psycopg://, "
        "oder enthält Leerraum"
    )


TOUCHING = (MONDAY, 'monday = ["09:00-12:00", "12:00-16:00"]')


def test_a_kind_may_be_as_long_as_openings_that_touch(write: Write, tmp_path: Path) -> None:
    write(("minutes = 90", "minutes = 420"), TOUCHING)
    assert load_settings(tmp_path, {}).booking.kinds[2].minutes == 420


def test_a_kind_may_not_be_longer_than_openings_that_touch(
    write: Write, mistakes_in: MistakesIn
) -> None:
    write(("minutes = 90", "minutes = 425"), TOUCHING)
    assert [place for place, _ in mistakes_in()] == ["booking.kinds[2].minutes"]
