"""`check` names what is wrong in the calendar, whatever has been written into the database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.commands import Book, Run


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE bookings SET status = 'cancelled'",
            "Buchung 1 gilt nicht und belegt trotzdem Zeit",
        ),
        (
            "DELETE FROM occupied WHERE side = 1",
            "Buchung 1 belegt im Kalender nicht genau ihre Zeit",
        ),
        (
            "UPDATE bookings SET end_at = start_at",
            "Buchung 1 liegt nicht auf dem Raster von 5 Minuten, oder endet vor ihrem Anfang",
        ),
    ],
)
def test_what_does_not_fit_in_the_calendar(
    instance: Path, run: Run, book_one: Book, statement: str, said: str
) -> None:
    book_one()
    assert run("check").exit_code == 0
    with closing(sqlite3.connect(instance / "stadtfuehrer.db")) as connection:
        connection.execute(statement)
        connection.commit()
    result = run("check")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == said


def test_two_bookings_that_overlap(instance: Path, run: Run, book_one: Book) -> None:
    book_one()
    book_one()
    with closing(sqlite3.connect(instance / "stadtfuehrer.db")) as connection:
        connection.execute(
            "UPDATE bookings SET (start_at, end_at) ="
            " (SELECT start_at, end_at FROM bookings WHERE id = 1)"
        )
        connection.commit()
    result = run("check")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        "Die Buchungen 1 und 2 liegen zu dicht beieinander oder überschneiden sich",
        "Buchung 2 belegt im Kalender nicht genau ihre Zeit",
    ]
