"""The blueprint that the views of this package belong to."""

from __future__ import annotations

from flask import Blueprint, request

from stadtfuehrer.web.frame.page_cache import cache

pages = Blueprint("pages", __name__)


@pages.before_request
def _cache() -> None:
    """Keep all of them but the one that looks at the database each time."""
    if request.endpoint != "pages.healthz":
        cache()
