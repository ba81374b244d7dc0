"""The blueprint of the pages on which somebody says something; their addresses are personal."""

from flask import Blueprint, Flask

from stadtfuehrer.dialogue.shown import usual_wait_in_words
from stadtfuehrer.web import get_context, now

dialogue = Blueprint("dialogue", __name__)


def init_dialogue(app: Flask) -> None:
    """Give an application these pages, and every template how long an answer takes."""
    app.register_blueprint(dialogue)
    app.context_processor(lambda: {"usual_wait": usual_wait_in_words(get_context(), now=now())})
