"""The kinds of letters by their readers, and what both forms of one have to say."""

from stadtfuehrer.mail.message import LetterKind
from tests.support.mailbag import Read, straightened

VISITORS = [
    LetterKind.CONFIRMATION,
    LetterKind.MOVED_VISITOR,
    LetterKind.CANCELLED_VISITOR,
    LetterKind.RESULT,
]
CONSULTANTS = [LetterKind.INVITATION, LetterKind.MOVED_CONSULTANT, LetterKind.CANCELLED_CONSULTANT]
OF_A_BOOKING = [*VISITORS[:3], *CONSULTANTS]


def in_both(letter: Read, *facts: str) -> None:
    """Each fact stands in the text form and in the HTML form."""
    text = straightened(letter.text)
    for fact in facts:
        assert straightened(fact) in text
        assert straightened(fact) in letter.shown
