"""Changing what the site says."""

from datetime import datetime
from typing import TYPE_CHECKING

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.bootstrap import page_facts
from stadtfuehrer.content.catalogue import Catalogue
from stadtfuehrer.content.writing import OwnTexts
from stadtfuehrer.refusals import TextChanged

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def try_text(context: "AppContext", name: str, text: str) -> Catalogue:
    """The catalogue as it would be, with what is held back. Raises MistakesFound."""
    return OwnTexts(context.instance).check(name, text, page_facts(context.settings), drafts=True)


def save_text(
    context: "AppContext", name: str, text: str | None, *, made_from: str, who: str, now: datetime
) -> None:
    """Put a text in force from the next start on; None for the one that is shipped, or none at all.

    ``made_from`` is the digest of what its writer saw. Raises TextChanged, if that is there no
    more, UnknownText, and MistakesFound, if the content could not be read with it.
    """
    texts = OwnTexts(context.instance)
    with texts.alone():
        if texts.get(name, now=now).digest != made_from:
            raise TextChanged
        texts.check(name, text, page_facts(context.settings), drafts=False)
        with context.database.begin() as session:
            note(session, who, Action.TEXT_CHANGED, name, now=now)
            texts.write(name, text, now=now)
