"""Who did what."""

from flask import render_template
from flask.typing import ResponseReturnValue

from stadtfuehrer.audit_log import KEPT, newest_lines
from stadtfuehrer.office.blueprint import office
from stadtfuehrer.web import get_context

SHOWN = 200


@office.get("/protokoll")
def audit() -> ResponseReturnValue:
    """The newest lines."""
    lines = newest_lines(get_context(), most=SHOWN)
    return render_template("office/audit.html", lines=lines, days=KEPT.days)
