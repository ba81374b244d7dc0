"""The blueprint that the views of this package belong to, and the way back to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

if TYPE_CHECKING:
    from collections.abc import Mapping

quiz = Blueprint("quiz", __name__)

COUNTED = {"gezaehlt": "1"}
"""Stands in the address once a finished run has been counted, so that it is not counted again."""

_KEPT = {"tasten": "aus", **COUNTED}


def kept() -> dict[str, str]:
    """What goes along from page to page beside the answers: keys switched off, a run counted."""
    return {name: value for name, value in _KEPT.items() if request.values.get(name) == value}


def quiz_href(answers: Mapping[str, str], **more: str) -> str:
    """The quiz with these answers: the first open question, or all of them to look over."""
    query = urlencode({**answers, **kept(), **more})
    return url_for("quiz.question") + (f"?{query}" if query else "")
