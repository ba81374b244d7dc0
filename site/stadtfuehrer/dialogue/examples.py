"""Examples of what people say, where nobody has said anything yet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.model import Voice
from stadtfuehrer.web.renewal import renew_pages

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def keep_examples(context: "AppContext", examples: Sequence[Voice]) -> bool:
    """Keep all of them; whether they are new. Where one of them is already nothing happens."""
    try:
        with context.database.begin() as session:
            for one in examples:
                store.add(session, one)
    except AlreadyStored:
        return False
    renew_pages(context.instance)
    return True
