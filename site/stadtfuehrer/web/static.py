"""Static files; their addresses change with their content, so browsers may have them for a year."""

import hashlib
import re
from http import HTTPStatus
from math import inf
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory

from stadtfuehrer.web.page_cache import cache

_YEAR = 365 * 24 * 3600

_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)

static = Blueprint("static", __name__)


def content_digest(folder: Path) -> str:
    """One short digest over all static files: style sheets name fonts relative to themselves."""
    digest = hashlib.sha256()
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
        # Comments are for those who read the source; on the line they are a tenth of it.
        response.direct_passthrough = False
        response.set_data(_COMMENT.sub(b"", response.get_data()))
    if digest == current_app.config["STATIC_DIGEST"]:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        cache(inf)
    return response
