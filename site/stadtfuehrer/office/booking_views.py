"""A booking, by its number."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.service import look_up_by_id
from stadtfuehrer.office.blueprint import office
from stadtfuehrer.web import get_context


@office.get("/buchung/<row:booking_id>")
def booking(booking_id: int) -> ResponseReturnValue:
    """Lead to its page, by the consultant's own link."""
    access = look_up_by_id(get_context(), booking_id)
    return redirect(url_for("booking.shown", token=access.token), 303)
