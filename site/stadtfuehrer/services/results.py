"""The quiz's result by mail, for whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from stadtfuehrer.services import letters
from stadtfuehrer.storage import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stadtfuehrer.domain.letter import Mailbox
    from stadtfuehrer.services.office import Office


def send_result(
    office: Office, answers: Mapping[str, str], recipient: Mailbox, *, key: str, now: datetime
) -> None:
    """Put the letter with a result into the outbox; the same key sends it once.

    Raises:
        IncompleteAnswers.

    """
    owed = letters.with_result(office, answers, recipient, key=key, now=now)
    try:
        with office.database.begin() as session:
            outbox.enqueue(session, [owed], booking_id=None, now=now)
    except IntegrityError:
        # Its Message-ID is made of the key: the letter is in the outbox already.
        return
