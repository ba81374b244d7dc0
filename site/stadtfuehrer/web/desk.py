"""What every view needs to hand: the office, the clock, and what others answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from stadtfuehrer.services.quiz_statistics import AnswersOfOthers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from stadtfuehrer.services.office import Office

_KEY = "stadtfuehrer"


def furnish(app: Flask, office: Office, clock: Callable[[], datetime]) -> None:
    """Put office and clock on the desk of an application."""
    app.extensions[_KEY] = (office, clock, AnswersOfOthers(office))


def the_office() -> Office:
    """The office that this application works for."""
    return cast("Office", current_app.extensions[_KEY][0])


def the_clock() -> Callable[[], datetime]:
    """What tells the present instant, aware."""
    return cast("Callable[[], datetime]", current_app.extensions[_KEY][1])


def now() -> datetime:
    """The present instant, aware."""
    return the_clock()()


def answers_of_others() -> AnswersOfOthers:
    """What this process remembers of others who took the quiz."""
    return cast("AnswersOfOthers", current_app.extensions[_KEY][2])
