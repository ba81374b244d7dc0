"""The blueprint that the views of this package belong to, and the way back to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

if TYPE_CHECKING:
    from collections.abc import Mapping

quiz = Blueprint("quiz", __name__)

COUNTED = {"gezaehlt": "1"}
"""Stands in the address once a run has been counted, so that it is not counted again."""


def counted_before() -> dict[str, str]:
    """The mark that this run has been counted, to be carried on; empty if it has not."""
    return COUNTED if request.values.keys() >= COUNTED.keys() else {}


def quiz_href(answers: Mapping[str, str], **more: str) -> str:
    """The quiz with these answers: the first open question, or all of them to look over."""
    query = urlencode({**answers, **more, **counted_before()})
    return url_for("quiz.question") + (f"?{query}" if query else "")
