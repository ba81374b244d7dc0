"""Static files; their addresses change with their content, so browsers may have them for a year.

The consultant's own, in ``<instance>/static``, keep their addresses: browsers ask each time.
"""

import hashlib
import re
from http import HTTPStatus
from math import inf
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, send_from_directory

from stadtfuehrer.web import get_context
from stadtfuehrer.web.page_cache import cache

OWN_FOLDER = "static"
"""Within the instance folder."""

PORTRAIT, LOGO = "portraet.webp", "logo.webp"
"""Pictures that are shown where the settings name no other ones."""

OWN_SHEET = "farbe.css"
"""What an instance adds to ``css/site.css``: its accent colour."""

OWN_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*\.(avif|gif|jpe?g|png|svg|webp)"
"""Names of own files that are served: pictures, none of them hidden or in a folder below."""

# A drawing that is opened by itself is a document, and would otherwise run what is in it.
_OWN_POLICY = "default-src 'none'; sandbox"

_YEAR = 365 * 24 * 3600

_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(rb"\s*([{};])\s*")

static = Blueprint("static", __name__)


def content_digest(folder: Path, own_sheet: bytes = b"") -> str:
    """One short digest over all static files: style sheets name fonts relative to themselves."""
    digest = hashlib.sha256(own_sheet)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file."""
    return f"{request.script_root}/static/{current_app.config['STATIC_DIGEST']}/{name}"


@static.get("/static/<digest>/<path:name>")
def file(digest: str, name: str) -> Response:
    """A static file; browsers may have it for long under its present address only."""
    response = send_from_directory(current_app.config["STATIC_FOLDER"], name)
    if name.endswith(".css") and response.status_code == HTTPStatus.OK:
        # Comments and blanks are for those who read the source; on the line they are a sixth of it.
        response.direct_passthrough = False
        own = current_app.config["OWN_SHEET"] if name == "css/site.css" else b""
        sheet = _BLANKS.sub(rb"\1", _COMMENT.sub(b"", response.get_data()))
        response.set_data(sheet + own)
    if digest == current_app.config["STATIC_DIGEST"]:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        cache(inf)
    return response


@static.get("/eigenes/<name>")
def own_file(name: str) -> Response:
    """A picture of the consultant's own; 404 for whatever else lies there."""
    if not re.fullmatch(OWN_NAME, name):
        abort(HTTPStatus.NOT_FOUND)
    response = send_from_directory(get_context().instance / OWN_FOLDER, name)
    response.headers["Content-Security-Policy"] = _OWN_POLICY
    return response
