"""What every page shares; here, what every view needs to hand: the context and the clock."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_KEY = "stadtfuehrer"


def init_context(app: Flask, context: "AppContext", clock: Callable[[], datetime]) -> None:
    """Give an application its context and its clock."""
    app.extensions[_KEY] = (context, clock)


def get_context() -> "AppContext":
    """The context that this application works for."""
    return cast("AppContext", current_app.extensions[_KEY][0])


def get_clock() -> Callable[[], datetime]:
    """What tells the present instant, aware."""
    return cast("Callable[[], datetime]", current_app.extensions[_KEY][1])


def now() -> datetime:
    """The present instant, aware."""
    return get_clock()()
