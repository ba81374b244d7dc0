"""The WSGI application."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from stadtfuehrer.app.clock import utc_now
from stadtfuehrer.app.folders import shipped_folders
from stadtfuehrer.app.logs import set_up_logs
from stadtfuehrer.app.office import instance_folder, open_office
from stadtfuehrer.app.worker import POSTFACH
from stadtfuehrer.web.booking import booking
from stadtfuehrer.web.desk import furnish
from stadtfuehrer.web.frame import frame
from stadtfuehrer.web.pages import pages
from stadtfuehrer.web.postfach import FOLDER, postfach
from stadtfuehrer.web.quiz import quiz

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from stadtfuehrer.services.office import Office


def create_app(
    office: Office, *, clock: Callable[[], datetime] = utc_now, letters: Path | None = None
) -> Flask:
    """The site of an office; ``letters`` is the folder they are laid into while none is sent."""
    folders = shipped_folders()
    app = Flask("stadtfuehrer", static_folder=None, template_folder=str(folders.templates))
    app.secret_key = office.secret
    furnish(app, office, clock)
    frame(app, static_folder=folders.static)
    app.register_blueprint(pages)
    app.register_blueprint(quiz)
    app.register_blueprint(booking)
    if letters is not None:
        app.config[FOLDER] = letters
        app.register_blueprint(postfach)
    proxies = office.settings.site.proxies
    if proxies:
        fix = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fix  # type: ignore[method-assign] # as Flask's documentation does it
    return app


def app_from_environment() -> Flask:
    """The site of the instance that ``STADTFUEHRER_INSTANCE`` names, for a WSGI server.

    Raises:
        MistakesFound: with every mistake in settings and content.

    """
    set_up_logs()
    instance = instance_folder(os.environ)
    office = open_office(instance, os.environ)
    shown = office.settings.mail.transport == "folder"
    return create_app(office, letters=instance / POSTFACH if shown else None)
