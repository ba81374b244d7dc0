"""Addresses of the site's own pages, as templates ask for them: each is built once.

Building them anew was a third of what rendering a page cost: its frame alone has twenty.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import request, url_for

if TYPE_CHECKING:
    from collections.abc import Callable


def built_once() -> Callable[..., str]:
    """``url_for`` for the templates of one application."""

    @lru_cache(maxsize=512)
    def build(_mounted_at: str, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)

    def address(endpoint: str, **values: Any) -> str:
        return build(request.script_root, endpoint, **values)

    return address
