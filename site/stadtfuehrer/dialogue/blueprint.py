"""The blueprint of the pages on which somebody says something; their addresses are personal."""

from typing import Any

from flask import Blueprint, Flask, request

from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.dialogue.shown import kind_under, title_of, usual_wait_in_words
from stadtfuehrer.web import get_context, now, path_to

dialogue = Blueprint("dialogue", __name__)


def init_dialogue(app: Flask) -> None:
    """Give an application these pages, and every template what the box „Frag mich“ needs."""
    app.register_blueprint(dialogue)
    app.context_processor(_in_every_template)


def _in_every_template() -> dict[str, Any]:
    """How long an answer takes; where the box leads, which the pages here do not have.

    An address goes along only where it is a page's own: others may hold a token or answers.
    """
    about = request.path if title_of(get_context(), request.path) else None
    has_box = request.blueprint != dialogue.name
    return {
        "usual_wait": usual_wait_in_words(get_context(), now=now()),
        "ask_href": path_to("dialogue.ask", zu=about) if has_box else "",
        "asks_for_letter": kind_under(about or "") is Kind.LETTER,
    }
