"""Bookings that do not stand yet: the address confirmed by its owner, the request accepted."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking, near_times
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.forms import StartForm
from stadtfuehrer.booking.manage_views import of_booking
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.pending import accept, confirm, look_up_unconfirmed
from stadtfuehrer.booking.service import BookingAccess, kind_of
from stadtfuehrer.booking.times import check_free, nearest_free
from stadtfuehrer.refusals import NotFree, NotNow
from stadtfuehrer.text.formatting import find_instant
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.forms import PublicForm


@booking.get("/termin/bestaetigen/<token>")
def confirm_question(token: str) -> ResponseReturnValue:
    """Ask for one more click: mail scanners open every link."""
    access = look_up_unconfirmed(get_context(), token)
    if not access.booking.status.awaits_address:
        return redirect(url_for("booking.shown", token=access.token), 303)
    gone = None
    if access.booking.status is Status.UNCONFIRMED:
        its, kind = access.booking, kind_of(get_context(), access.booking)
        try:
            check_free(get_context(), kind, its.start, now=now())
        except NotFree as refusal:
            gone = refusal
    return _confirm_page(access, token, StartForm(formdata=None), gone=gone)


@booking.post("/termin/bestaetigen/<token>")
def confirm_address(token: str) -> ResponseReturnValue:
    """Confirm the address; where the time was given away meanwhile, offer others."""
    access, form = look_up_unconfirmed(get_context(), token), StartForm()
    start = find_instant(typed(form.start))
    try:
        form.accept()
        own = confirm(get_context(), token, start=start, now=now())
    except NotFree as refusal:
        page = _confirm_page(access, token, form, gone=refusal, near=start)
        return page, describe(refusal, get_context(), access.booking.kind).status
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _confirm_page(access, token, form), status
    return redirect(url_for("booking.shown", token=own), 303)


@booking.post("/buchung/<token>/annehmen")
@of_booking
def accept_request(access: BookingAccess) -> ResponseReturnValue:
    """Accept a request, by the consultant's link; declining is calling off."""
    PublicForm().accept()
    accept(get_context(), access.token, now=now())
    return redirect(url_for("booking.shown", token=access.token), 303)


def _confirm_page(
    access: BookingAccess,
    token: str,
    form: StartForm,
    *,
    gone: NotFree | None = None,
    near: datetime | None = None,
) -> str:
    context, its = get_context(), access.booking
    kind, action = kind_of(context, its), url_for("booking.confirm_address", token=token)
    nearest = nearest_free(context, kind, near or its.start, now=now()) if gone else []
    return render_template(
        "booking/confirm.html",
        booking=its,
        token=token,
        form=form,
        when=booked_time(context, its, access.party),
        asks_consultant=kind.approve,
        gone=gone and describe(gone, context, its.kind),
        nearest=near_times(nearest, lambda _: action),
    )
