"""The letter worker: delivers what is due, again and again, and forgets what is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from stadtfuehrer.outside.folder import FolderPost
from stadtfuehrer.outside.smtp import MailServer, SmtpPost
from stadtfuehrer.services.delivery import deliver_due
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
"""How long the queue pauses when no letter can leave, or the database does not answer."""
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


def work(office: Office, post: Post, *, clock: Callable[[], datetime], stop: Event) -> None:
    """Deliver letters until told to stop; nothing that fails outside ends it."""
    forget_at = clock()
    while not stop.is_set():
        rest: float = LOOK_EVERY_SECONDS
        try:
            if deliver_due(office, post, clock=clock).blocked:
                rest = REST_SECONDS
            tell_waiting(office, now=clock())
            if clock() >= forget_at:
                forget(office, now=clock())
                forget_at = clock() + FORGET_EVERY
        except (SQLAlchemyError, OSError) as error:
            # Only the kind of error: its text would quote the statement with what is in it.
            _log.error("database does not answer", error=type(error).__name__)
            rest = REST_SECONDS
        stop.wait(rest)
