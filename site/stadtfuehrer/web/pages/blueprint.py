"""The blueprint that the views of this package belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from stadtfuehrer.web.frame.kept import keep

if TYPE_CHECKING:
    from flask import Response

pages = Blueprint("pages", __name__)


@pages.after_request
def _keep(response: Response) -> Response:
    """Keep all of them but the one that looks at the database each time."""
    return response if request.endpoint == "pages.healthz" else keep(response)
