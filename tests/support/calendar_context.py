"""A context under test, spoken to in the model's words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stadtfuehrer.booking.service import book, cancel, kind_of, look_up, move
from stadtfuehrer.booking.tables import DbBooking, DbOccupied
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import BUSY_SECONDS, Database
from stadtfuehrer.database.base import Base
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import NotFree, Refusal
from stadtfuehrer.settings import EXAMPLE, load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from tests.support.calendar_model import DONE, Booking, Move, Rows, Step
from tests.support.calendar_plan import Plan
from tests.support.contexts import a_visitor, a_wish
from tests.support.reference import instant_of, minute_of


class CalendarContext:
    """A context, and the tokens of the bookings that were made there."""

    def __init__(self, context: AppContext, folder: Path) -> None:
        self.context, self.folder = context, folder
        self.tokens: dict[str, str] = {}
        with context.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))

    def do(self, step: Step, *, now: int) -> str:
        """What the services make of a step."""
        return self._do(step, self.context, instant_of(now))

    def do_overtaken(self, slow: Step, quick: Step, *, now: int) -> list[str]:
        """What they make of a step when another is done between its look and its writing.

        The other's outcome comes first. Who is refused by the look alone never writes, and so is
        not overtaken: then the other step is not done, and there is one outcome.
        """
        said: list[str] = []
        instant = instant_of(now)
        url = self.context.database.url.render_as_string(hide_password=False)
        database = Interrupted(url, lambda: said.append(self._do(quick, self.context, instant)))
        said.append(self._do(slow, replace(self.context, database=database), instant))
        database.close()
        return said

    def reopen(self, plan: Plan) -> None:
        """Put another settings file into the folder and read it, as a new start would."""
        (self.folder / EXAMPLE.name).write_text(plan.as_toml(), encoding="utf-8")
        settings = load_settings(self.folder, {})
        rules = booking_rules(settings.booking)
        self.context = replace(
            self.context,
            settings=settings,
            rules=rules,
            kind_rules=rules_by_kind(settings.booking, rules),
            kinds=consultation_kinds(settings.booking),
        )

    def listed(self, kind_id: str, *, now: int) -> list[int]:
        """The free times that a visitor is shown."""
        kind = self.context.get_kind(kind_id)
        return [*map(_minute, free_times(self.context, kind, now=instant_of(now)))]

    def listed_for_move(self, key: str, *, now: int) -> list[int]:
        """The free times that somebody is shown who moves a booking."""
        access = look_up(self.context, self.tokens[key])
        kind, instant = kind_of(self.context, access.booking), instant_of(now)
        return [*map(_minute, free_times(self.context, kind, now=instant, moving=access.row_id))]

    def rows(self) -> Rows:
        """Every booking, every cell and, in order, every letter."""
        with self.context.database.read() as session:
            found = list(session.scalars(select(DbBooking)))
            keys = {one.id: one.key for one in found}
            cells = session.execute(select(DbOccupied.cell, DbOccupied.side, DbOccupied.booking_id))
            letters = session.execute(
                select(DbBooking.key, DbLetter.sequence, DbLetter.method, DbLetter.recipient)
                .select_from(DbLetter)
                .outerjoin(DbBooking, DbBooking.id == DbLetter.booking_id)
            )
            bookings: set[tuple[object, ...]] = {
                (
                    *(one.key, one.kind, one.email, _minute(one.start_at), _minute(one.end_at)),
                    *(one.before_minutes, one.after_minutes, one.status, one.sequence),
                )
                for one in found
            }
            return (
                bookings,
                {(number, side, keys[row_id]) for number, side, row_id in cells},
                sorted(tuple(letter) for letter in letters),
            )

    def _do(self, step: Step, context: AppContext, now: datetime) -> str:
        try:
            if isinstance(step, Booking):
                visitor = a_visitor(email=step.email)
                start = instant_of(step.start)
                wanted = a_wish(context, start, kind=step.kind, visitor=visitor, key=step.key)
                token = book(context, wanted, now=now)
                assert token == self.tokens.setdefault(step.key, token)
            elif isinstance(step, Move):
                move(context, self.tokens[step.key], instant_of(step.start), now=now)
            else:
                cancel(context, self.tokens[step.key], "", now=now)
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
    def begin(self, *, patience: float = BUSY_SECONDS) -> Iterator[Session]:
        if self._meanwhile:
            self._meanwhile.pop()()
        with super().begin(patience=patience) as session:
            yield session


def _minute(instant: datetime) -> int:
    assert instant == instant.replace(second=0, microsecond=0)
    return minute_of(instant)
