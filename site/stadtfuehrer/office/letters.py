"""The outbox: what has become of the letters."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadtfuehrer.mail.tables import State
from stadtfuehrer.office.letters_store import ListedLetter, count_letters, list_letters

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

A_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterList:
    """A page of the outbox; ``counts`` are of all letters, by state."""

    letters: list[ListedLetter]
    counts: dict[str, int]
    goes_on: bool


def page_of_letters(context: "AppContext", *, state: State | None, page: int) -> LetterList:
    """The letters in a state, or all of them; pages are counted from 1."""
    with context.database.read() as session:
        found = list_letters(session, state=state, skip=(page - 1) * A_PAGE, most=A_PAGE + 1)
        counts = count_letters(session)
    return LetterList(letters=found[:A_PAGE], counts=counts, goes_on=len(found) > A_PAGE)
