"""Waiting for a free time, where there is none."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.forms import WaitingForm
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.waiting import LONGEST_WAIT, wait_for
from stadtfuehrer.refusals import TooManyPosts
from stadtfuehrer.text.address import Mailbox
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed


@booking.get("/termin/<kind>/warten")
def line(kind: str) -> str:
    """Ask for an address, or say that it is noted."""
    noted = request.args.get("adresse") == "notiert"
    return _waiting_page(get_context().get_kind(kind), WaitingForm.blank(), noted=noted)


@booking.post("/termin/<kind>/warten")
def join_line(kind: str) -> ResponseReturnValue:
    """Note an address for one letter."""
    the_kind, form = get_context().get_kind(kind), WaitingForm()
    try:
        if not form.accept():
            return _waiting_page(the_kind, form), 422
    except TooManyPosts as refusal:
        why = describe(refusal, get_context())
        form.add_error(why.text)
        return _waiting_page(the_kind, form), why.status
    visitor = Mailbox(name="", address=typed(form.email))
    wait_for(get_context(), the_kind, visitor, now=now())
    return redirect(url_for("booking.line", kind=kind, adresse="notiert"), 303)


def _waiting_page(kind: Kind, form: WaitingForm, *, noted: bool = False) -> str:
    return render_template(
        "booking/waiting.html",
        kind=kind,
        form=form,
        noted=noted,
        longest_wait_days=LONGEST_WAIT.days,
    )
