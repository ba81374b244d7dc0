"""The pile of letters, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request

from stadtfuehrer.services.postfach import pile_in, state_of
from stadtfuehrer.web.desk import the_office
from stadtfuehrer.web.postfach import words
from stadtfuehrer.web.postfach.blueprint import postfach, the_folder

if TYPE_CHECKING:
    from flask import Response


@postfach.get("/postfach")
def letters() -> Response:
    """All letters; a 304 to the page's own script, which asks again and again."""
    state = state_of(the_folder())
    if request.if_none_match.contains(state):
        response = make_response("", 304)
    else:
        pile = pile_in(the_office(), the_folder())
        response = make_response(
            render_template("postfach/letters.html", pile=pile, state=state, words=words)
        )
    response.set_etag(state)
    return response
