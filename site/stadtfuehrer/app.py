"""The WSGI application."""

import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from flask import Flask
from jinja2 import FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

# Importing a topic's views puts them onto its blueprint.
from stadtfuehrer.booking import (  # noqa: F401
    calendar_views,
    feedback_views,
    form_views,
    manage_views,
    pending_views,
    readdress_views,
    rebooking_views,
    times_views,
)
from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.bootstrap import (
    instance_folder,
    open_context,
    shipped_folders,
    template_folders,
    utc_now,
)
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_in_views  # noqa: F401
from stadtfuehrer.dialogue import views as dialogue_views  # noqa: F401
from stadtfuehrer.dialogue.blueprint import init_dialogue
from stadtfuehrer.mail.folder import POSTFACH
from stadtfuehrer.mail.views import FOLDER, TOKEN, postfach
from stadtfuehrer.office import (  # noqa: F401
    audit_views,
    booking_views,
    content_views,
    figures_views,
    hours_views,
    leads_views,
    letter_views,
    people_views,
    sign_in_views,
    step_views,
    today_views,
    voices_views,
)
from stadtfuehrer.office.blueprint import init_office
from stadtfuehrer.pages import meta, voice_views  # noqa: F401
from stadtfuehrer.pages.views import pages
from stadtfuehrer.quiz import follow_up_views, question_views, result_views  # noqa: F401
from stadtfuehrer.quiz.blueprint import quiz
from stadtfuehrer.web import init_context
from stadtfuehrer.web.middleware import init_app

POSTFACH_TOKEN = "STADTFUEHRER_POSTFACH_TOKEN"  # noqa: S105 - a variable's name
"""What a server that prints the postfach's address hands to its processes."""


def create_app(
    context: AppContext,
    *,
    clock: Callable[[], datetime] = utc_now,
    letters: Path | None = None,
    postfach_token: str = "",
) -> Flask:
    """The site of a context; ``letters`` is the folder they are saved in while none is sent.

    There they are shown to whoever knows the token, and to nobody if it is empty.
    """
    app = Flask("stadtfuehrer", static_folder=None)
    app.jinja_loader = FileSystemLoader(template_folders(context.instance))
    init_context(app, context, clock)
    init_app(app, static_folder=shipped_folders().static, instance=context.instance)
    for topic in (pages, quiz, booking):
        app.register_blueprint(topic)
    init_dialogue(app)
    init_office(app, context)
    if letters is not None and postfach_token:
        app.config.update({FOLDER: letters, TOKEN: postfach_token})
        app.register_blueprint(postfach)
    proxies = context.settings.site.proxies
    if proxies:
        fix = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fix  # type: ignore[method-assign] # as Flask's documentation does it
    return app


def app_from_environment() -> Flask:
    """The site of the instance that ``STADTFUEHRER_INSTANCE`` names, for a WSGI server.

    Raises MistakesFound, with every mistake in settings and content.
    """
    set_up_logs()
    instance = instance_folder(os.environ)
    context = open_context(instance, os.environ)
    shown = context.settings.mail.transport == "folder"
    return create_app(
        context,
        letters=instance / POSTFACH if shown else None,
        postfach_token=os.environ.get(POSTFACH_TOKEN, ""),
    )


def set_up_logs() -> None:
    """Send every log of this process, the libraries' included, through one formatter."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[remove_meta, *_rendering(sys.stderr.isatty())]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Alembic logs every step at INFO; that is for those who write migrations.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _rendering(for_people: bool) -> list[structlog.typing.Processor]:  # noqa: FBT001 - its only one
    if for_people:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(pad_event_to=20, exception_formatter=plain)]
    # Without the local variables, which may hold what visitors wrote.
    traces = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(traces),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
