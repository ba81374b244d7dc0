"""What the consultant sees first."""

from flask import render_template
from flask.typing import ResponseReturnValue

from stadtfuehrer.office.blueprint import office


@office.get("")
def today() -> ResponseReturnValue:
    """What there is."""
    return render_template("office/today.html")
