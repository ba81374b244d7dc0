"""One line in the log for each request: which view, how long, which status.

Neither the address (it may hold a token or answers) nor anything about the visitor.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from flask import g, request

if TYPE_CHECKING:
    from flask import Response

_log = structlog.get_logger(__name__)


def start_watch() -> None:
    """Note when the request came in."""
    g.started = perf_counter()


def log_request(response: Response) -> Response:
    """Note what became of the request."""
    _log.info(
        "request",
        view=request.endpoint or "none",
        method=request.method,
        status=response.status_code,
        ms=round((perf_counter() - g.started) * 1000, 1),
    )
    return response
