"""An office under test, spoken to in the model's words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stadtfuehrer.domain.refusals import NotFree, Refusal
from stadtfuehrer.services.booking import book, cancel, kind_of, look_up, move
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import whole_horizon
from stadtfuehrer.settings import (
    EXAMPLE,
    booking_rules,
    consultation_kinds,
    load_settings,
    rules_by_kind,
)
from stadtfuehrer.storage.database import Database
from stadtfuehrer.storage.tables import Base, DbBooking, DbLetter, DbOccupied
from tests.support.calendar_plan import Plan
from tests.support.calendar_words import (
    DONE,
    Booking,
    Cancellation,
    CellRow,
    LetterRow,
    Move,
    Row,
    Step,
)
from tests.support.offices import a_visitor, a_wish
from tests.support.reference import instant_of, minute_of


class Desk:
    """An office, and the tokens of the bookings that were made there."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.tokens: dict[str, str] = {}
        with office.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))

    def do(self, step: Step, *, now: int) -> str:
        """What the services make of a step."""
        return self._do(step, self.office, instant_of(now))

    def do_overtaken(self, slow: Step, quick: Step, *, now: int) -> list[str]:
        """What they make of a step when another is done between its look and its writing.

        The other's outcome comes first. Who is refused by the look alone never writes, and so is
        not overtaken: then the other step is not done, and there is one outcome.
        """
        said: list[str] = []
        instant = instant_of(now)
        url = self.office.database.url.render_as_string(hide_password=False)
        database = Interrupted(url, lambda: said.append(self._do(quick, self.office, instant)))
        said.append(self._do(slow, replace(self.office, database=database), instant))
        database.close()
        return said

    def reopen(self, plan: Plan) -> None:
        """Put another settings file into the folder and read it, as a new start would."""
        (self.folder / EXAMPLE.name).write_text(plan.as_toml(), encoding="utf-8")
        read = load_settings(self.folder, {})
        rules = booking_rules(read.booking)
        self.office = replace(
            self.office,
            settings=read,
            rules=rules,
            kind_rules=rules_by_kind(read.booking, rules),
            kinds=consultation_kinds(read.booking),
        )

    def listed(self, kind_id: str, *, now: int) -> list[int]:
        """The free times that a visitor is shown."""
        kind = self.office.get_kind(kind_id)
        return _minutes(whole_horizon(self.office, kind, now=instant_of(now)))

    def listed_for_move(self, key: str, *, now: int) -> list[int]:
        """The free times that somebody is shown who moves a booking."""
        filed = look_up(self.office, self.tokens[key])
        kind = kind_of(self.office, filed.booking)
        return _minutes(whole_horizon(self.office, kind, now=instant_of(now), moving=filed.row_id))

    def rows(self) -> tuple[set[Row], set[CellRow], list[LetterRow]]:
        """Every booking, every cell and, in order, every letter."""
        with self.office.database.read() as session:
            bookings = list(session.scalars(select(DbBooking)))
            keys = {one.id: one.key for one in bookings}
            cells = session.execute(select(DbOccupied.cell, DbOccupied.side, DbOccupied.booking_id))
            letters = session.execute(
                select(DbBooking.key, DbLetter.sequence, DbLetter.method, DbLetter.recipient)
                .select_from(DbLetter)
                .outerjoin(DbBooking, DbBooking.id == DbLetter.booking_id)
            )
            return (
                {
                    Row(
                        one.key,
                        one.kind,
                        one.email,
                        _whole_minute(one.start_at),
                        _whole_minute(one.end_at),
                        one.before_minutes,
                        one.after_minutes,
                        one.status,
                        one.sequence,
                    )
                    for one in bookings
                },
                {CellRow(number, side, keys[row_id]) for number, side, row_id in cells},
                sorted(LetterRow(*letter) for letter in letters),
            )

    def _do(self, step: Step, office: Office, now: datetime) -> str:
        try:
            match step:
                case Booking():
                    wish = a_wish(
                        office,
                        instant_of(step.start),
                        kind=step.kind,
                        visitor=a_visitor(email=step.email),
                        key=step.key,
                    )
                    token = book(office, wish, now=now)
                    assert token == self.tokens.setdefault(step.key, token)
                case Move():
                    move(office, self.tokens[step.key], instant_of(step.start), now=now)
                case Cancellation():
                    cancel(office, self.tokens[step.key], "", now=now)
        except NotFree as refusal:
            return f"NotFree: {refusal.why}"
        except Refusal as refusal:
            return type(refusal).__name__
        return DONE


class Interrupted(Database):
    """Lets somebody else do something just before the first unit of work that may write."""

    def __init__(self, url: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(url)
        self._meanwhile = [meanwhile]

    @contextmanager
    def begin(self, *, patience: float | None = None) -> Iterator[Session]:
        if self._meanwhile:
            self._meanwhile.pop()()
        with super().begin(patience=patience) as session:
            yield session


def _minutes(starts: list[datetime]) -> list[int]:
    return [_whole_minute(start) for start in starts]


def _whole_minute(instant: datetime) -> int:
    assert instant == instant.replace(second=0, microsecond=0)
    return minute_of(instant)
