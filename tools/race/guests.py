"""Guests that book, move and cancel over HTTP, and note how they were answered."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stadtfuehrer.text.formatting import in_address
from tools.provision.visitor import Answer, Visitor

KEY = re.compile(rb'name="schluessel"[^>]*? value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Notes:
    """Every answer's status and how long it took in seconds; threads may write at once."""

    answers: list[tuple[int, float]] = field(default_factory=list)

    @property
    def broken(self) -> int:
        """Answers of 500 and above."""
        return sum(status >= 500 for status, _ in self.answers)

    @property
    def seconds(self) -> list[float]:
        return [seconds for _, seconds in self.answers]

    @property
    def worst_seconds(self) -> float:
        return max(self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form ready to be sent, as often as need be."""

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the site; each request over a connection of its own."""

    visitor: Visitor
    notes: Notes

    def find_booking_form(self, kind: str, start: datetime, mark: str) -> Form | None:
        """The form for a time, filled in with ``mark``; None if the time is not free."""
        path = f"/termin/{kind}/{in_address(start)}"
        answer = self._noted(lambda: self.visitor.get(path))
        key = KEY.search(answer.body)
        if answer.status != 200 or key is None:
            return None
        typed = {"name": "Änne Müller", "email": "aenne@gast.example", "telefon": "030 555077"}
        return Form(path=path, fields=typed | {"anliegen": mark, "schluessel": key[1].decode()})

    def find_move_form(self, token: str, start: datetime) -> Form | None:
        """The form that moves a booking there; None if the page refuses it."""
        path = f"/buchung/{token}/verschieben"
        answer = self._noted(lambda: self.visitor.get(f"{path}?start={in_address(start)}"))
        return (
            Form(path=path, fields={"start": in_address(start)}) if answer.status == 200 else None
        )

    def send(self, form: Form) -> Answer:
        return self._noted(lambda: self.visitor.post(form.path, form.fields))

    def _noted(self, ask: Callable[[], Answer]) -> Answer:
        began = time.perf_counter()
        answer = ask()
        self.notes.answers.append((answer.status, time.perf_counter() - began))
        return answer


def cancel_form(token: str) -> Form:
    return Form(path=f"/buchung/{token}/absagen", fields={"grund": "Es kam etwas dazwischen."})


def token_in(answer: Answer) -> str:
    """The booking's token in the address that a 303 leads to."""
    return answer.headers["location"].rpartition("/")[2]
