"""What every page shares; here, what every view needs to hand: the context and the clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app, g, request, url_for

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_KEY = "stadtfuehrer"


def init_context(app: Flask, context: "AppContext", clock: Callable[[], datetime]) -> None:
    """Give an application its context and its clock."""
    app.extensions[_KEY] = (context, clock)


def get_context() -> "AppContext":
    """The context that this application works for."""
    return cast("AppContext", g.get(_KEY) or current_app.extensions[_KEY][0])


def pretend(**changes: Any) -> None:
    """Answer this one request as if these parts of the context were others."""
    g.setdefault(_KEY, replace(get_context(), **changes))


def get_clock() -> Callable[[], datetime]:
    """What tells the present instant, aware."""
    return cast("Callable[[], datetime]", current_app.extensions[_KEY][1])


def now() -> datetime:
    """The present instant, aware."""
    return get_clock()()


def path_to(endpoint: str, **values: Any) -> str:
    """``url_for``, remembered: it is a tenth of a page. Never give it what only one visitor has."""
    return _built(request.script_root, endpoint, **values)


@lru_cache(maxsize=512)
def _built(_mounted_at: str, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)
