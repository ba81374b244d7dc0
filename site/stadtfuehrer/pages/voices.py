"""What people said here, for pages that have something of their own to say.

Without a database they go without it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import structlog
from flask import request

from stadtfuehrer.dialogue import shown
from stadtfuehrer.dialogue.model import Voice
from stadtfuehrer.dialogue.shown import NOTHING, Guests, Shown
from stadtfuehrer.refusals import DatabaseUnavailable
from stadtfuehrer.web import get_context
from stadtfuehrer.web.page_cache import cache

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

T = TypeVar("T")

_AGAIN_AFTER_SECONDS = 10.0

_log = structlog.get_logger(__name__)


def asked_here() -> list[Voice]:
    """The newest questions that were asked from this page."""
    return _read(lambda context: shown.questions_about(context, request.path), [])


def questions_asked(page: int) -> Shown:
    """A page of all questions. Raises UnknownVoice: there are not so many pages."""
    return _read(lambda context: shown.questions(context, page=page), NOTHING)


def letters_here(page: int) -> Shown:
    """A page of the letters about this article. Raises UnknownVoice as well."""
    return _read(lambda context: shown.letters_about(context, request.path, page=page), NOTHING)


def guests() -> Guests | None:
    """What guests said of their consultations; None where there is nothing to show."""
    found = _read(shown.guests, None)
    return found if found and (found.voices or found.answered) else None


def _read(read: Callable[["AppContext"], T], otherwise: T) -> T:
    try:
        return read(get_context())
    except DatabaseUnavailable as error:
        _log.error("voices cannot be read", error=type(error).__name__)
        # Kept as short as a database takes to come back; unkept, each visitor would wait for it.
        cache(_AGAIN_AFTER_SECONDS)
        return otherwise
