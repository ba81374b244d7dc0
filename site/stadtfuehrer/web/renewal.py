"""How one of the site's processes has all of them started anew, with the settings of now."""

import os
import signal
from collections.abc import Mapping

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
