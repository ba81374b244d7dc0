"""What a view says of an answer that is the same for everyone who asks for its address."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import after_this_request, request

from stadtfuehrer.web.key import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

    from flask import Response

TERMS = "stadtfuehrer.terms"
"""In the environ of a request whose answer is to be kept."""
_KEY = "stadtfuehrer.key"
"""In the environ of a request whose answer has a form with an open key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms an answer is kept (see ``kept_pages``)."""

    look: Callable[[], object] | None = None
    """Looks at what the answer was made of; it holds as long as that is ``seen`` again."""
    seen: object = None
    key: Callable[[], str] | None = None
    """Makes the form's key that each answer gets anew, in the place of ``OPEN``."""
    each_time: Callable[[WSGIEnvironment], None] | None = None
    """Hears of every GET that was answered."""


_FOR_GOOD = Terms()


def keep(response: Response, terms: Terms = _FOR_GOOD) -> Response:
    """Say that this answer is the same for everyone who asks for this address."""
    if request.method == "GET" and response.status_code == HTTPStatus.OK:
        request.environ[TERMS] = terms
    return response


def keep_this(
    *,
    look: Callable[[], object] | None = None,
    each_time: Callable[[WSGIEnvironment], None] | None = None,
) -> None:
    """Keep what the present view is going to answer, on these terms.

    To be called before the view reads what ``look`` looks at: what changes in between is then seen
    as a change.
    """
    seen = None if look is None else look()

    def keep_it(response: Response) -> Response:
        key = request.environ.get(_KEY)
        return keep(response, Terms(look=look, seen=seen, key=key, each_time=each_time))

    after_this_request(keep_it)


def open_key(make: Callable[[], str]) -> str:
    """What a form on a kept page has in the place of its key, until ``make`` makes one.

    The view has to call ``keep_this``.
    """
    request.environ[_KEY] = make
    return OPEN.decode()


def is_to_be_kept() -> bool:
    """Whether the answer to the present request is to be kept."""
    return TERMS in request.environ
