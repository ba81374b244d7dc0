"""Contexts for tests: the shipped settings with a few changes, a database, and a clock to turn.

The example's hours hold: Monday, Tuesday and Thursday 09:00-12:00 and 13:00-17:00 (Thursday to
19:00), Wednesday to 12:00, Friday to 13:00, in Berlin; no holiday falls into March 2026.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from stadtfuehrer.booking.service import BookingRequest
from stadtfuehrer.booking.visitor import Interest, Visitor
from stadtfuehrer.bootstrap import SECRET_FILE, open_context
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.schema import upgrade
from stadtfuehrer.settings import EXAMPLE
from tools.provision.site import change_settings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Monday, 09:00 in Berlin."""

NO_LIMITS = {
    "per_day": "0",
    "posts_per_hour": "0",
    "bookings_per_address": "0",
    "bookings_per_network": "0",
    "bookings_per_hour": "0",
    "letters_per_address": "0",
    "letters_per_network": "0",
    "moves_per_day": "0",
    "confirm": '"never"',
    "minimum_seconds": "0",
}
"""For tests that are about something else than limits."""


@dataclass(kw_only=True)
class Clock:
    """Shows the same time until it is turned."""

    now: datetime = NOW
    jumped: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """Turn it on, by the arguments of a timedelta."""
        self.now += timedelta(**by)

    def jump(self, **by: float) -> None:
        """Set it to another time, without any passing."""
        self.jumped += timedelta(**by)
        self.turn(**by)

    def elapsed(self) -> float:
        """The seconds that have passed, whatever it was set to."""
        return (self.now - self.jumped).timestamp()


def make_context(
    folder: Path, database_url: str, *, changes: Mapping[str, str] | None = None, appended: str = ""
) -> AppContext:
    """Open a context in ``folder`` with a ready database; its caller closes the database.

    ``changes`` maps keys of the settings file to values written as TOML ("4", '"smtp"', 'true');
    a key that stands in several tables is changed in each. ``appended`` is TOML for its end, such
    as a ``[[booking.special]]``. A context opened twice in one folder finds what it had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXAMPLE, folder)
    change_settings(folder, changes or {})
    with (folder / EXAMPLE.name).open("a", encoding="utf-8") as file:
        file.write(appended)
    if not (folder / SECRET_FILE).exists():
        (folder / SECRET_FILE).write_text(secrets.token_hex())
    context = open_context(folder, {"STADTFUEHRER_DATABASE_URL": database_url})
    upgrade(context.database)
    return context


def a_kind(id: str, **own: str) -> str:  # noqa: A002 - as in the file
    """One more kind for ``appended``: half hours by phone, with rules of its own as TOML."""
    keys = {"id": f'"{id}"', "title": '"Sprechstunde"', "minutes": "30", "step": "30"} | own
    return "\n[[booking.kinds]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


@contextmanager
def opened_context(
    folder: Path, database_url: str, *, changes: Mapping[str, str] | None = None, appended: str = ""
) -> Iterator[AppContext]:
    """Open a context as ``make_context`` does, and close its database after the block."""
    context = make_context(folder, database_url, changes=changes, appended=appended)
    try:
        yield context
    finally:
        context.database.close()


class OpenContext:
    """Opens contexts with other settings, all on one database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url

    def __call__(self, *, appended: str = "", **changes: str) -> AbstractContextManager[AppContext]:
        """Open one without limits but those that are given, as TOML."""
        return opened_context(self.folder, self.url, changes=NO_LIMITS | changes, appended=appended)


def in_berlin(text: str) -> datetime:
    """'2026-03-04 10:00' on Berlin's clocks, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def full_answers(context: AppContext, *, at: int = -2) -> dict[str, str]:
    """An answer to each question of the quiz: by default the last before „weiß ich nicht“."""
    return {question.id: question.options[at].id for question in context.catalogue.quiz.questions}


def a_visitor(**changes: str) -> Visitor:
    """Somebody who filled in every field."""
    typed = {
        "name": "Änne Müller",
        "email": "aenne@gast.example",
        "firma": "Müller & Töchter GbR",
        "telefon": "+49 30 5550 77",
        "anliegen": "Uns findet niemand.\nWoran liegt das?",
        "zone": "",
    }
    return Visitor(**(typed | changes))


def a_wish(
    context: AppContext,
    start: datetime,
    *,
    kind: str = "kennenlernen",
    visitor: Visitor | None = None,
    interest: Interest | None = None,
    key: str = "",
    client: str = "",
) -> BookingRequest:
    """What a form asks for; each has a key of its own unless one is given."""
    return BookingRequest(
        kind=context.get_kind(kind),
        start=start,
        visitor=visitor or a_visitor(),
        interest=interest or Interest(),
        key=key or secrets.token_hex(16),
        client=client,
    )
