"""The blueprint that the views of this package belong to, and the way back to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, url_for

if TYPE_CHECKING:
    from collections.abc import Mapping

quiz = Blueprint("quiz", __name__)


def quiz_href(answers: Mapping[str, str], **more: str) -> str:
    """The quiz with these answers: the first open question, or all of them to look over."""
    query = urlencode({**answers, **more})
    return url_for("quiz.question") + (f"?{query}" if query else "")
