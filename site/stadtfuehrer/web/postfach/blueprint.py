"""The blueprint that the views of this package belong to, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, request

from stadtfuehrer.web.frame.loopback import is_from_this_machine

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "POSTFACH"
"""The key in the application's configuration for the folder with the letters."""

postfach = Blueprint("postfach", __name__)


@postfach.before_app_request
def refuse_others() -> None:
    """Answer everybody else as if there were no postfach, whatever they try below its address."""
    if (request.path + "/").startswith("/postfach/") and not is_from_this_machine():
        abort(404)


def the_folder() -> Path:
    """The folder with the letters."""
    return cast("Path", current_app.config[FOLDER])
