"""The booking form for one free time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking, near_times, when_of
from stadtfuehrer.booking.forms import BookingForm, booking_form
from stadtfuehrer.booking.query import PLACEHOLDER, booking_query
from stadtfuehrer.booking.service import BookingRequest, book
from stadtfuehrer.booking.slots import Kind, find_promise
from stadtfuehrer.booking.times import check_free, nearest_free
from stadtfuehrer.booking.times_views import times_to_book
from stadtfuehrer.booking.visitor import Visitor
from stadtfuehrer.refusals import NotFree, Refusal
from stadtfuehrer.text.formatting import find_instant, in_address
from stadtfuehrer.web import get_context, now, path_to
from stadtfuehrer.web.errors import ErrorText, describe
from stadtfuehrer.web.fields import typed


@booking.get("/termin/<kind>/<start>")
def form(kind: str, start: str) -> ResponseReturnValue:
    """The form for a free time; for one that is not free, what is free around it."""
    the_kind, instant = get_context().get_kind(kind), _instant(start)
    try:
        check_free(get_context(), the_kind, instant, now=now())
    except NotFree as refusal:
        refused = describe(refusal, get_context(), kind)
        intro = f"{refused.text} Diese Zeiten sind frei."
        day = instant.astimezone(get_context().rules.zone).date()
        page = times_to_book(the_kind, heading=refused.heading, intro=intro, begin=day)
        return page, refused.status
    return _form_page(the_kind, instant, booking_form(the_kind).blank())


@booking.post("/termin/<kind>/<start>")
def make(kind: str, start: str) -> ResponseReturnValue:
    """Book, or show the form again with all that was typed."""
    the_kind, instant = get_context().get_kind(kind), _instant(start)
    filled = booking_form(the_kind)()
    try:
        if not filled.accept():
            return _form_page(the_kind, instant, filled), 422
        token = book(get_context(), _booking_request(the_kind, instant, filled), now=now())
    except NotFree as refusal:
        refused = describe(refusal, get_context(), the_kind.id)
        near = nearest_free(get_context(), the_kind, instant, now=now())
        page = _form_page(the_kind, instant, filled, gone=refused, nearest=near)
        return page, refused.status
    except Refusal as refusal:
        status = filled.refuse(refusal, the_kind.id)
        return _form_page(the_kind, instant, filled), status
    return redirect(url_for("booking.shown", token=token), 303)


def _instant(start: str) -> datetime:
    instant = find_instant(start)
    if instant is None:
        abort(404)
    return instant


def _booking_request(kind: Kind, start: datetime, filled: BookingForm) -> BookingRequest:
    query = booking_query()
    return BookingRequest(
        kind=kind,
        start=start,
        visitor=Visitor(
            **{one.name: typed(one) for one in filled.asked},
            zone=query.zone.key if query.zone else "",
        ),
        interest=replace(query.interest, own_answers=filled.own_answers),
        key=filled.key_id,
        promised=find_promise(typed(filled.zusage)),
        may_be_asked=bool(filled.rueckfrage.data),
        client=request.remote_addr or "",
    )


def _form_page(
    kind: Kind,
    start: datetime,
    filled: BookingForm,
    *,
    gone: ErrorText | None = None,
    nearest: Sequence[datetime] = (),
) -> str:
    context, query = get_context(), booking_query()
    zone = context.rules.zone

    any_start = path_to("booking.make", kind=kind.id, start=PLACEHOLDER)

    def path(instant: datetime) -> str:
        return any_start.replace(PLACEHOLDER, in_address(instant))

    day = start.astimezone(zone).date()
    return render_template(
        "booking/form.html",
        kind=kind,
        when=when_of(start, kind.minutes, query.zone),
        form=filled,
        # Not this page's own address: browsers throw away what they have of an address that a form
        # was taken at (RFC 9111, 4.4), and Back would ask for a time that is now taken.
        action=f"{path(start)}?gesendet",
        hidden=[*query.fields, ("zusage", filled.promise)],
        service=query.service,
        has_answers=bool(query.interest.answers),
        back_href=query.href(path_to("booking.times", kind=kind.id), ab=day.isoformat()),
        gone=gone,
        nearest=near_times(nearest, path),
        bookings_months=context.settings.privacy.bookings_months,
    )
