"""Pages in frames of other sites: which ones, of whose, and how they look there.

Of each page that a browser fetches for a frame it says so (Sec-Fetch-Dest: Fetch Metadata, 2.1),
whatever link or form leads there. So nothing has to travel along in addresses.
"""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    render_template,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue

from stadtfuehrer.web import get_context

frames = Blueprint("frames", __name__)

_FRAMED = frozenset(
    {"quiz.question", "quiz.finish", "quiz.result", "quiz.send", "booking.kinds", "booking.times"}
)
"""What may stand there. Not the booking's form, nor what follows: a booking's secret address is
never to be in a frame of others."""

_SCRIPT_SECONDS = 3600


def is_framed() -> bool:
    """Whether this page will stand in a frame of another site."""
    in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
    return in_frame and bool(get_context().settings.site.embed_on)


def framing_sites() -> str:
    """The sites in whose frames this answer may stand, as CSP has them; empty for none."""
    may_be = request.endpoint in _FRAMED or "leads_out" in g
    return " ".join(get_context().settings.site.embed_on) if may_be else ""


def lead_out() -> ResponseReturnValue | None:
    """In a frame, answer for a page that may not stand there with the way to it."""
    topics = {"pages", "quiz", "booking", "dialogue"}
    leaves = request.endpoint not in _FRAMED and request.blueprint in topics
    if not (leaves and request.method == "GET" and is_framed()):
        return None
    g.leads_out = True
    href = request.full_path.removesuffix("?")
    return render_template("web/lead_out.html", href=href, canonical=None)


@frames.get("/einbetten.js")
def script() -> Response:
    """What other sites include; at an address that stays."""
    if not get_context().settings.site.embed_on:
        abort(404)
    response = send_from_directory(current_app.config["STATIC_FOLDER"], "js/embed.js")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={_SCRIPT_SECONDS}"
    return response
