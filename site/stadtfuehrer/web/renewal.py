"""How one of the site's processes has all of them started anew, or render its pages anew."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from time import time_ns

import structlog

SUPERVISOR = "STADTFUEHRER_SUPERVISOR"
"""The variable in which the supervisor tells its children who it is."""


def renew_processes(environment: Mapping[str, str]) -> bool:
    """Ask the supervisor to put new processes in the place of all; whether there is one to ask.

    It happens soon after, this process included. With a mistake in settings or content the old
    ones go on. There is no supervisor under another WSGI server.
    """
    supervisor = os.getppid()
    # A signal to anybody else would end them; whose supervisor has gone has got another parent.
    if environment.get(SUPERVISOR) != str(supervisor):
        return False
    os.kill(supervisor, signal.SIGUSR1)
    return True


_PUBLISHED = "published"

_log = structlog.get_logger(__name__)


def renew_pages(instance: Path) -> None:
    """Have every process of this machine render its pages anew, by the date of a file.

    Call it after the change is committed. Where the folder cannot be written they grow old by
    themselves, in minutes.
    """
    file = instance / _PUBLISHED
    try:
        file.touch()
        # Two changes within one tick of the file system's clock are two.
        os.utime(file, ns=(time_ns(), time_ns()))
    except OSError as error:
        _log.error("pages are shown as they were", file=str(file), error=type(error).__name__)


def pages_stamp(instance: Path) -> int:
    """When pages were renewed last; kept pages with another stamp are old."""
    try:
        # Asked before each page that is kept: a Path of its own would cost as much again.
        return os.stat(f"{instance}/{_PUBLISHED}").st_mtime_ns  # noqa: PTH116
    except OSError:
        return 0
