"""Which page of a long list is asked for."""

from flask import request

FARTHEST_PAGE = 10_000


def page_asked_for() -> int:
    """The number in ``?seite=``, from 1 on; 1 for what is none."""
    return min(max(request.args.get("seite", 1, type=int), 1), FARTHEST_PAGE)
