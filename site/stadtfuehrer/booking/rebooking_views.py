"""The page on which a guest takes another time for a consultation that was called off."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking, near_times
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.forms import StartForm
from stadtfuehrer.booking.manage_views import of_booking
from stadtfuehrer.booking.model import Status
from stadtfuehrer.booking.rebooking import book_again
from stadtfuehrer.booking.service import BookingAccess, kind_of
from stadtfuehrer.booking.times import check_free, nearest_free
from stadtfuehrer.refusals import NotFree, Refusal
from stadtfuehrer.text.formatting import find_instant, in_address
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed


@booking.get("/buchung/<token>/neu")
@of_booking
def again_question(access: BookingAccess) -> ResponseReturnValue:
    """Ask for one more click: mail scanners open every link."""
    access.party.check_visitor()
    start = find_instant(request.args.get("start", ""))
    if access.booking.status is not Status.CANCELLED or start is None:
        return redirect(url_for("booking.shown", token=access.token), 303)
    try:
        check_free(get_context(), kind_of(get_context(), access.booking), start, now=now())
    except NotFree as refusal:
        return _page(access, start, StartForm(formdata=None), gone=refusal)
    return _page(access, start, StartForm(formdata=None))


@booking.post("/buchung/<token>/neu")
@of_booking
def again(access: BookingAccess) -> ResponseReturnValue:
    """Book it."""
    form = StartForm()
    start = find_instant(typed(form.start)) or access.booking.start
    try:
        form.accept()
        client = request.remote_addr or ""
        token = book_again(get_context(), access.token, start, client=client, now=now())
    except NotFree as refusal:
        return _page(access, start, form, gone=refusal)
    except Refusal as refusal:
        status = form.refuse(refusal, access.booking.kind)
        return _page(access, start, form)[0], status
    return redirect(url_for("booking.shown", token=token), 303)


def _page(
    access: BookingAccess, start: datetime, form: StartForm, *, gone: NotFree | None = None
) -> tuple[str, int]:
    context, its = get_context(), access.booking
    near, action = [], url_for("booking.again", token=access.token)
    if gone is not None:
        near = nearest_free(context, kind_of(context, its), start, now=now())
    why = gone and describe(gone, context, its.kind)
    page = render_template(
        "booking/again.html",
        booking=its,
        when=booked_time(context, its, access.party, start),
        start_value=in_address(start),
        form=form,
        token=access.token,
        gone=why,
        nearest=near_times(near, lambda _: action),
    )
    return page, why.status if why else 200
