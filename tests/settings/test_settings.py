"""Files that cannot be read at all, or lack whole sections, and several mistakes at once."""

import os
from pathlib import Path

import pytest

from stadtfuehrer.settings import FILE_NAME, load_settings
from stadtfuehrer.settings.errors import MistakesFound
from tests.support.settings_files import MistakesIn, Write

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'
TOML = "kein gültiges TOML"


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b'[site]\nurl "x"\n', "Zeile 2, Spalte 5",
         f"{TOML} (Expected '=' after a key in a key/value pair)"),
        (b"[site]\n[site]\n", "Zeile 2, Spalte 6", f"{TOML} (Cannot declare ('site',) twice)"),
        (b'[site]\nurl = "x\n', "Zeile 2, Spalte 9", rf"{TOML} (Illegal character '\n')"),
        (b"x = [1,\n2", "Zeile 2, Spalte 2", f"{TOML} (Unclosed array)"),
        ("# Grüße".encode("latin-1"), "Byte 4", "die Datei ist nicht in UTF-8 geschrieben"),
        (None, "", "diese Datei gibt es noch nicht; „stadtfuehrer init“ legt sie an"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    tmp_path: Path, mistakes_in: MistakesIn, content: bytes | None, place: str, reason: str
) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)

    assert mistakes_in() == [(place, reason)]


def test_a_folder_in_the_files_place(tmp_path: Path, mistakes_in: MistakesIn) -> None:
    (tmp_path / FILE_NAME).mkdir()

    assert mistakes_in() == [("", f"lässt sich nicht lesen: {os.strerror(21)}")]


def test_an_empty_file_misses_what_has_no_default(tmp_path: Path, mistakes_in: MistakesIn) -> None:
    (tmp_path / FILE_NAME).touch()

    sections = ("site", "consultant", "booking", "mail")
    assert mistakes_in() == [(section, "fehlt") for section in sections]


@pytest.mark.parametrize("section", ["site", "consultant", "mail"])
def test_a_section_that_is_missing(write: Write, mistakes_in: MistakesIn, section: str) -> None:
    path = write()
    before, _, rest = path.read_text("utf-8").partition(f"\n[{section}]")
    path.write_text(before + "\n[" + rest.partition("\n[")[2], "utf-8")

    assert mistakes_in() == [(section, "fehlt")]


def test_a_booking_without_kinds(write: Write, mistakes_in: MistakesIn) -> None:
    path = write()
    before, _, after = path.read_text("utf-8").partition("\n[[booking.kinds]]")
    before = before.replace("\nper_day", "\nkinds = []\nper_day")
    path.write_text(f"{before}\n[mail]{after.partition(chr(10) + '[mail]')[2]}", "utf-8")

    assert mistakes_in() == [("booking.kinds", "braucht mindestens 1 Eintrag")]


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


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path, write: Write) -> None:
    write()
    with pytest.raises(MistakesFound) as refusal:
        load_settings(tmp_path, {"STADTFUEHRER_DATABASE_URL": "mysql://u:geheim@h/d"})

    [mistake] = refusal.value.mistakes
    assert str(mistake) == (
        "STADTFUEHRER_DATABASE_URL: beginnt weder mit sqlite:/// noch mit postgresql+psycopg://, "
        "oder enthält Leerraum"
    )
