"""The letter worker: writes and delivers what is due, again and again, and forgets what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.app.attendance import absent, forget_absent, present
from stadtfuehrer.outside.folder import FolderPost
from stadtfuehrer.outside.smtp import MailServer, SmtpPost
from stadtfuehrer.services.courtesy import remind, thank
from stadtfuehrer.services.delivery import deliver_due, take_back
from stadtfuehrer.services.health import examine
from stadtfuehrer.services.retention import forget
from stadtfuehrer.services.waiting import tell_waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from stadtfuehrer.outside.post import Post
    from stadtfuehrer.services.office import Office

POSTFACH = "postfach"
LOOK_EVERY_SECONDS = 0.5
REST_SECONDS = 15
"""How long the queue pauses when nobody takes letters, or the database does not answer."""
LONGEST_REST_SECONDS = 900
"""Where letters are blocked, rests grow up to this: too many vain logins would lock an account."""
LOOK_FOR_DEAD_EVERY = timedelta(seconds=10)
COURTESY_EVERY = timedelta(minutes=1)
WARN_EVERY = timedelta(minutes=10)
FORGET_EVERY = timedelta(hours=1)

_log = structlog.get_logger(__name__)


def post_of(office: Office, instance: Path, clock: Callable[[], datetime]) -> Post:
    """The way in which this office sends letters."""
    mail = office.settings.mail
    if mail.transport == "folder":
        return FolderPost(folder=instance / POSTFACH, clock=clock)
    server = MailServer(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=mail.password,
    )
    return SmtpPost(server=server)


def work(
    office: Office, post: Post, *, instance: Path, clock: Callable[[], datetime], stop: Event
) -> None:
    """Deliver letters until told to stop; nothing that fails outside ends it."""
    with present(instance) as name:
        chores = _chores(office, instance, clock)
        blocked = 0
        while not stop.is_set():
            rest: float = LOOK_EVERY_SECONDS
            try:
                for chore in chores:
                    chore.do_if_due(clock())
                done = deliver_due(
                    office, post, clock=clock, holder=name, goes_on=lambda: not stop.is_set()
                )
                blocked = blocked + 1 if done.blocked else 0
                if done.blocked or done.away:
                    rest = min(REST_SECONDS * 2 ** max(blocked - 1, 0), LONGEST_REST_SECONDS)
                tell_waiting(office, now=clock())
            except (SQLAlchemyError, OSError) as error:
                # Only the kind of error: its text would quote the statement with what is in it.
                _log.error("database does not answer", error=type(error).__name__)
                rest = REST_SECONDS
            stop.wait(rest)


@dataclass(slots=True, kw_only=True)
class _Chore:
    """Something to do now and then; at the first look, too."""

    do: Callable[[datetime], object]
    every: timedelta
    due_at: datetime

    def do_if_due(self, now: datetime) -> None:
        if now >= self.due_at:
            self.due_at = now + self.every
            self.do(now)


def _chores(office: Office, instance: Path, clock: Callable[[], datetime]) -> list[_Chore]:
    jobs: tuple[tuple[Callable[[datetime], object], timedelta], ...] = (
        (lambda now: _take_back_from_the_dead(office, instance, now=now), LOOK_FOR_DEAD_EVERY),
        (lambda now: remind(office, now=now), COURTESY_EVERY),
        (lambda now: thank(office, now=now), COURTESY_EVERY),
        (lambda now: _say_what_is_wrong(office, now=now), WARN_EVERY),
        (lambda now: forget(office, now=now), FORGET_EVERY),
    )
    return [_Chore(do=do, every=every, due_at=clock()) for do, every in jobs]


def _take_back_from_the_dead(office: Office, instance: Path, *, now: datetime) -> None:
    names = absent(instance)
    if names:
        take_back(office, names, now=now)
        forget_absent(instance, names)


def _say_what_is_wrong(office: Office, *, now: datetime) -> None:
    health = examine(office, now=now)
    if health.letters_wait_since is not None:
        _log.error("letters cannot leave", since=health.letters_wait_since.isoformat())
    if health.failed_to_consultant:
        _log.error("letters to the consultant failed", letters=health.failed_to_consultant)
