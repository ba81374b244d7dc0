"""What `make race` measures of letters, and the laws that it must keep."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tools.race.letters import run_letters
from tools.race.mail_down import book_with_and_without_mail
from tools.race.postmen import Postman
from tools.race.table import Table

SEED = 1
KILLS_A_LETTER = 0.08
BOOKINGS = 20
LEAVES_WITHIN_SECONDS = 2
ALIKE = 1.5
"""Without a mail server a booking takes at most so many times as long."""


def note_letters(
    table: Table, on: str, folder: Path, url: str, workers: Sequence[Postman], letters: int
) -> None:
    kills = round(letters * KILLS_A_LETTER)
    outcome = run_letters(folder, url, workers, letters=letters, kills=kills, seed=SEED)
    verdict = outcome.verdict
    table.note(
        "letters: sent, and skipped since replaced", on, f"{verdict.sent}, {verdict.skipped}"
    )
    table.note("letters: faults of the mail server", on, outcome.faults.total())
    table.note("letters: kinds of faults that happened", on, len(outcome.faults))
    steps = ", ".join(f"{step} {times}" for step, times in sorted(outcome.kills.items()))
    table.note("letters: kill -9 of a worker", on, steps)
    table.none_of("letters lost", on, len(verdict.lost))
    table.none_of("letters to others, or changed", on, len(verdict.unknown_files))
    table.note("letters that came twice since nobody could know", on, verdict.repeats)
    table.none_of("letters sent again although noted as sent", on, len(verdict.needless))
    table.none_of("letters of a booking in disorder", on, len(verdict.disordered))
    table.none_of("letter workers that ended by themselves", on, len(outcome.odd))


def note_mail_down(table: Table, on: str, folder: Path, url: str) -> None:
    outcome = book_with_and_without_mail(folder, url, bookings=BOOKINGS, until_all_arrived=True)
    slowest = max(outcome.letters_left_after)
    table.note(
        "mail: from a booking to its two letters, slowest",
        on,
        f"{slowest:.1f} s",
        law=f"≤ {LEAVES_WITHIN_SECONDS} s",
        held=slowest <= LEAVES_WITHIN_SECONDS,
    )
    ratio = median(outcome.away.seconds) / median(outcome.well.seconds)
    table.note(
        "mail: a booking's time without a mail server, by with one",
        on,
        f"× {ratio:.2f}",
        law=f"≤ {ALIKE}",
        held=ratio <= ALIKE,
    )
    table.none_of("mail: letters missing when it is back", on, outcome.missing)
