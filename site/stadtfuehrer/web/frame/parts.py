"""Parts of pages that depend on a few values only: each is rendered once for each of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable


def rendered_once() -> Callable[..., Markup]:
    """``once("frame/foot.html", year=year)`` for the templates of one application.

    The template sees what it is given and nothing else of the page; never give it what a visitor
    wrote. It makes half of what a page would cost.
    """

    @lru_cache(maxsize=512)
    def render(_mounted_at: str, name: str, **values: Any) -> Markup:
        return Markup(current_app.jinja_env.get_template(name).render(values))  # noqa: S704

    def once(name: str, **values: Any) -> Markup:
        return render(request.script_root, name, **values)

    return once
