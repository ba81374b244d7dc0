"""`bookings` and `outbox`: what programs read, and what a person sees."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stadtfuehrer.booking.service import cancel, move
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.context import AppContext
from tests.support.commands import Book, Run, long_ago, through_smtp
from tests.support.contexts import BERLIN
from tests.support.mail_server import Handler, answer, serving


def as_json(run: Run, command: str) -> list[dict[str, Any]]:
    result = run(command, "--format", "json")
    assert result.exit_code == 0
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows


def lines_of(run: Run) -> io.StringIO:
    """The table as a program reads it."""
    result = run("bookings", "--format", "csv")
    return io.StringIO(result.stdout_bytes.decode("utf-8-sig"), newline="")


@contextmanager
def opened(instance: Path) -> Iterator[tuple[AppContext, datetime]]:
    context = open_context(instance, {})
    try:
        yield context, datetime.now(UTC)
    finally:
        context.database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bookings"], "Keine Buchungen.\n"),
        (["bookings", "--format", "json"], "[]\n"),
        (["bookings", "--format", "csv"], ""),
        (["bookings", "--format", "vcard"], ""),
        (["outbox"], "Keine Briefe.\n"),
        (["outbox", "--format", "json"], "[]\n"),
    ],
)
def test_when_there_is_nothing(instance: Path, run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (0, said)


def test_bookings_as_json(instance: Path, run: Run, book_one: Book) -> None:
    token = book_one(name="Änne Müller", email="aenne@gast.example")
    book_one(name="Jörg Groß", email="joerg@gast.example")
    with opened(instance) as (context, now):
        cancel(context, token, "", now=now)
    first, second = as_json(run, "bookings")

    assert {"id", "kind", "start", "end", "status", "sequence", "name", "email"} <= first.keys()
    assert first["kind"] == "kennenlernen"
    assert (first["name"], first["email"]) == ("Änne Müller", "aenne@gast.example")
    assert (first["status"], first["sequence"]) == ("cancelled", 1)
    assert (second["status"], second["sequence"]) == ("confirmed", 0)
    start, end = (datetime.fromisoformat(first[key]) for key in ("start", "end"))
    assert start.utcoffset() == timedelta(0)
    assert end - start == timedelta(minutes=30)
    assert start > datetime.now(UTC)
    assert first["id"] != second["id"]
    assert token not in run("bookings", "--format", "json").stdout


def test_bookings_as_a_table(instance: Path, run: Run, book_one: Book) -> None:
    book_one(name="Änne Müller", email="aenne@gast.example")
    head, row = run("bookings").stdout.splitlines()
    (booking,) = as_json(run, "bookings")

    columns = ["id", "start", "kind", "status", "name", "telefon", "email", "anliegen", "note"]
    assert head.split() == columns
    cells = [row[head.index(one) :].split("  ")[0] for one in columns[:-1]]
    start = datetime.fromisoformat(booking["start"]).astimezone(BERLIN)
    assert cells == [
        *("1", f"{start:%Y-%m-%d %H:%M}", "kennenlernen", "confirmed", "Änne Müller"),
        *("+49 30 5550 77", "aenne@gast.example", "Uns findet niemand. Woran liegt das?"),
    ]


def test_the_table_has_what_is_coming_above_what_is_over(
    instance: Path, run: Run, book_one: Book
) -> None:
    book_one(now=long_ago(), name="Alt")
    book_one(name="Neu", anliegen="Ein Wort nach dem anderen, " * 9)
    book_one(now=long_ago() + timedelta(days=9), name="Alt")
    book_one(name="Neu")
    _, *rows = run("bookings").stdout.splitlines()

    starts = [row.split("  ")[1] for row in rows]
    assert [row.split()[5] for row in rows] == ["Neu", "Neu", "Alt", "Alt"]
    assert starts == [*sorted(starts[:2]), *sorted(starts[2:])]
    assert "Ein Wort nach dem anderen, Ein Wort …" in rows[0]
    assert [row["name"] for row in as_json(run, "bookings")] == ["Alt", "Alt", "Neu", "Neu"]


def test_bookings_as_csv_carry_the_same_as_json(instance: Path, run: Run, book_one: Book) -> None:
    book_one(anliegen='Zwei Zeilen,\nmit Komma; und "Zitat".', telefon="")
    [row] = csv.DictReader(lines_of(run))
    [booking] = as_json(run, "bookings")

    assert row == {key: str(value) for key, value in booking.items()}


def test_bookings_as_cards(instance: Path, run: Run, book_one: Book) -> None:
    for name in ("Änne Müller", "Jo"):
        book_one(name=name, email=f"{name[-2:]}@gast.example")
    lines = run("bookings", "--format", "vcard").stdout_bytes.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"FN:")] == [
        "FN:Änne Müller".encode(),
        b"FN:Jo",
    ]


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", " =1", '"=1')


@pytest.mark.parametrize("text", FORMULAS)
def test_no_spreadsheet_runs_what_a_visitor_wrote(
    instance: Path, run: Run, book_one: Book, text: str
) -> None:
    hidden = f"Erst das;{text};dann\n{text}"
    book_one(name=text, firma=text, anliegen=hidden)
    [row] = csv.DictReader(lines_of(run))
    [booking] = as_json(run, "bookings")

    assert (row["name"], row["firma"]) == (f"'{text}", f"'{text}")
    assert row["anliegen"] == f"Erst das;'{text};dann\n'{text}"
    assert (booking["name"], booking["firma"], booking["anliegen"]) == (text, text, hidden)


def test_excel_reads_umlauts(instance: Path, run: Run, book_one: Book) -> None:
    book_one(name="Änne Müller")
    assert run("bookings", "--format", "csv").stdout_bytes.startswith("\ufeffid,".encode())
    [row] = csv.DictReader(lines_of(run))
    assert row["name"] == "Änne Müller"


def test_letters_as_json_and_as_a_table(instance: Path, run: Run, book_one: Book) -> None:
    book_one(email="aenne@gast.example")
    letters = as_json(run, "outbox")

    both = {"aenne@gast.example", "vera@stadtfuehrer.example"}
    assert {letter["recipient"] for letter in letters} == both
    for letter in letters:
        assert {"id", "kind", "recipient", "state", "attempts", "error"} <= letter.keys()
        assert (letter["state"], letter["attempts"], letter["error"]) == ("waiting", 0, "")
    head, *rows = run("outbox").stdout.splitlines()
    assert head.split() == ["id", "kind", "recipient", "state", "attempts", "error"]
    assert len(rows) == 2
    assert any(row.split()[2:] == ["aenne@gast.example", "waiting", "0"] for row in rows)
    run("worker", "--once")
    for letter in as_json(run, "outbox"):
        assert (letter["state"], letter["attempts"], letter["error"]) == ("sent", 1, "")


def test_a_letter_that_failed_is_tried_again_and_leaves(
    instance: Path, run: Run, book_one: Book
) -> None:
    book_one(email="aenne@gast.example")
    handler = Handler(at={"RCPT": [answer("550 5.1.1 unknown")]})
    with serving(handler) as port:
        through_smtp(instance, port)
        run("worker", "--once")
        [failed] = (letter for letter in as_json(run, "outbox") if letter["state"] == "failed")
        assert "550 5.1.1 unknown" in failed["error"]

        result = run("outbox", "retry", str(failed["id"]))
        assert (result.exit_code, result.stdout) == (
            0,
            f"Brief {failed['id']} ist wieder an der Reihe.\n",
        )
        run("worker", "--once")
    assert {letter["state"] for letter in as_json(run, "outbox")} == {"sent"}
    assert len(handler.messages) == 2


@pytest.mark.parametrize("which", ["sent", "skipped", "unknown"])
def test_a_letter_that_cannot_be_tried_again(
    instance: Path, run: Run, book_one: Book, which: str
) -> None:
    token = book_one()
    if which == "skipped":
        # Moved before the first invitations have left.
        with opened(instance) as (context, now):
            later = free_times(context, context.get_kind("kennenlernen"), now=now)[-1]
            move(context, token, later, now=now)
    run("worker", "--once")
    letters = [letter["id"] for letter in as_json(run, "outbox") if letter["state"] == which]
    letter = letters[0] if which != "unknown" else 4711
    before = as_json(run, "outbox")
    result = run("outbox", "retry", str(letter))

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"Brief {letter}: gibt es nicht, oder er ist verschickt oder übersprungen"
    )
    assert as_json(run, "outbox") == before
