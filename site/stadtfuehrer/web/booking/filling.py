"""The booking form for one free time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, url_for

from stadtfuehrer.domain.booking import Visitor
from stadtfuehrer.domain.instants import find_instant, in_address
from stadtfuehrer.domain.refusals import NotFree, Refusal
from stadtfuehrer.services.booking import Wish, book
from stadtfuehrer.services.times import check_free, free_times_by_day, nearest_free
from stadtfuehrer.web.booking.blueprint import booking
from stadtfuehrer.web.booking.booking_query import PLACEHOLDER, booking_query
from stadtfuehrer.web.booking.choosing import times_page
from stadtfuehrer.web.booking.words import near_times, when_of
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms import BookingForm, typed
from stadtfuehrer.web.frame.refusals import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from stadtfuehrer.domain.slots import Kind
    from stadtfuehrer.web.frame.refusals import Told


@booking.get("/termin/<kind>/<start>")
def form(kind: str, start: str) -> ResponseReturnValue:
    """The form for a free time; for one that is not free, what is free around it."""
    the_kind, instant = the_office().get_kind(kind), _instant(start)
    try:
        check_free(the_office(), the_kind, instant, now=now())
    except NotFree as refusal:
        return _others_page(the_kind, instant, refusal)
    return _form_page(the_kind, instant, BookingForm.blank())


@booking.post("/termin/<kind>/<start>")
def make(kind: str, start: str) -> ResponseReturnValue:
    """Book, or show the form again with all that was typed."""
    the_kind, instant = the_office().get_kind(kind), _instant(start)
    filled = BookingForm()
    try:
        if not filled.accept():
            return _form_page(the_kind, instant, filled), 422
        token = book(the_office(), _wish(the_kind, instant, filled), now=now())
    except NotFree as refusal:
        told = tell(refusal, the_office(), the_kind.id)
        near = nearest_free(the_office(), the_kind, instant, now=now())
        page = _form_page(the_kind, instant, filled, gone=told, nearest=near)
        return page, told.status
    except Refusal as refusal:
        told = tell(refusal, the_office(), the_kind.id)
        filled.add_error(f"{told.heading}. {told.text}")
        return _form_page(the_kind, instant, filled), told.status
    return redirect(url_for("booking.shown", token=token), 303)


def _instant(start: str) -> datetime:
    instant = find_instant(start)
    if instant is None:
        abort(404)
    return instant


def _wish(kind: Kind, start: datetime, filled: BookingForm) -> Wish:
    query = booking_query()
    return Wish(
        kind=kind,
        start=start,
        visitor=Visitor(
            **{one.name: typed(one) for one in filled.asked},
            zone=query.zone.key if query.zone else "",
        ),
        interest=query.interest,
        key=filled.key_id,
        may_be_asked=bool(filled.rueckfrage.data),
    )


def _form_page(
    kind: Kind,
    start: datetime,
    filled: BookingForm,
    *,
    gone: Told | None = None,
    nearest: Sequence[datetime] = (),
) -> str:
    office, query = the_office(), booking_query()
    zone = office.rules.zone

    def path(instant: datetime) -> str:
        return url_for("booking.make", kind=kind.id, start=in_address(instant))

    day = start.astimezone(zone).date()
    return render_template(
        "booking/form.html",
        kind=kind,
        when=when_of(start, kind.minutes, query.zone),
        form=filled,
        action=path(start),
        hidden=query.fields,
        service=query.service,
        has_answers=bool(query.interest.answers),
        back_href=query.href(url_for("booking.times", kind=kind.id), ab=day.isoformat()),
        gone=gone,
        nearest=near_times(nearest, path),
        bookings_months=office.settings.privacy.bookings_months,
    )


def _others_page(kind: Kind, start: datetime, refusal: NotFree) -> ResponseReturnValue:
    office, query = the_office(), booking_query()
    told = tell(refusal, office, kind.id)
    page = times_page(
        kind,
        free_times_by_day(office, kind, now=now()),
        query,
        path=url_for("booking.times", kind=kind.id),
        time_href=query.hrefs(url_for("booking.form", kind=kind.id, start=PLACEHOLDER)),
        heading=told.heading,
        intro=f"{told.text} Diese Zeiten sind frei.".strip(),
        action_label="Buchen",
        begin=start.astimezone(office.rules.zone).date(),
    )
    return page, told.status
