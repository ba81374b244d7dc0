"""A booking's own pages: see it, take it into a calendar, move it, call it off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from urllib.parse import urlencode

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.answers import came_back_about
from stadtfuehrer.booking.blueprint import booking, near_times
from stadtfuehrer.booking.calendar_answers import finding_of
from stadtfuehrer.booking.calendar_entry import calendar_file as entry_file
from stadtfuehrer.booking.entry import (
    booked_time,
    held_until,
    meeting_point,
    times_again,
    web_calendars,
)
from stadtfuehrer.booking.feed import find_feed
from stadtfuehrer.booking.forms import CancelForm, StartForm
from stadtfuehrer.booking.letter_words import booked_quotes, booked_result
from stadtfuehrer.booking.model import Party, Status
from stadtfuehrer.booking.offered import offered
from stadtfuehrer.booking.query import PLACEHOLDER, booking_query
from stadtfuehrer.booking.service import (
    BookingAccess,
    cancel,
    check_changeable,
    check_movable,
    kind_of,
    look_up,
    move,
)
from stadtfuehrer.booking.times import check_free, free_times_by_day, nearest_free
from stadtfuehrer.booking.times_views import times_page
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.refusals import NotFree, NotNow, Refusal, TooLateToChange
from stadtfuehrer.text.formatting import date_in_words, day_in_words, find_instant, in_address
from stadtfuehrer.web import get_context, now, path_to
from stadtfuehrer.web.errors import ErrorText, describe
from stadtfuehrer.web.fields import typed

_UNREADABLE = "Diese Zeit konnte ich nicht lesen."


def of_booking(
    view: Callable[[BookingAccess], ResponseReturnValue],
) -> Callable[[str], ResponseReturnValue]:
    """A view of the booking behind the address's token; what it refuses becomes a page, too."""

    @wraps(view)
    def found(token: str) -> ResponseReturnValue:
        access = look_up(get_context(), token)
        try:
            return view(access)
        except Refusal as refusal:
            return refused_page(access, refusal)

    return found


@booking.get("/buchung/<token>")
@of_booking
def shown(access: BookingAccess) -> str:
    """The booking: its facts, and what can be done with it."""
    context, its, party = get_context(), access.booking, access.party
    zone, window = context.rules.zone, context.rules_of(its.kind).change
    until = (its.start - window).astimezone(zone)
    asks = party is Party.VISITOR and its.status is Status.CONFIRMED
    consented = its.consent and date_in_words(its.consent.given_at.astimezone(zone).date())
    return render_template(
        "booking/booked.html",
        booking=its,
        token=access.token,
        is_mine=party is Party.CONSULTANT,
        is_past=now() >= its.start,
        is_over=now() >= its.end,
        place_text=meeting_point(context, its).said_to(party),
        when=booked_time(context, its, party),
        service=context.catalogue.offers.find(its.interest.service),
        found=booked_result(context.catalogue, its.interest),
        answers=booked_quotes(context.catalogue, its.interest),
        moved_from=_moved_from(access),
        is_thanked="danke" in request.args,
        again_href=_times_again(access),
        result_href=f"{url_for('quiz.result')}?{urlencode(its.interest.answers)}",
        can_change=its.is_changeable(party, now=now(), window=window),
        change_until=f"{day_in_words(until.date())}, {until:%H:%M} Uhr",
        consent_day=consented if asks else None,
        web_calendars=web_calendars(context, its, party),
        held_until=held_until(context, its),
        silent=its.status is Status.CANCELLED and its.sequence == 0,
        is_entered=party is Party.CONSULTANT and bool(context.settings.calendar.write),
        in_calendar=finding_of(context, access.row_id) if party is Party.CONSULTANT else None,
        came_back={one.kind: one.fault for one in came_back_about(context, access.row_id)},
    )


def _times_again(access: BookingAccess) -> str:
    """Where another time for the same consultation can be chosen."""
    return path_to("booking.kinds") + times_again(get_context(), access.booking)


def _moved_from(access: BookingAccess) -> str:
    """Which time the one shown has just replaced, as the address tells; empty for none.

    Nothing is stored about it, so it is only said of a booking that was moved.
    """
    was, its = find_instant(request.args.get("statt", "")), access.booking
    if was in {None, its.start} or not its.sequence or its.status is not Status.CONFIRMED:
        return ""
    time = booked_time(get_context(), its, access.party, was)
    return f"{time.date}, {time.clock}"


@booking.get("/buchung/<token>/termin.ics")
@of_booking
def calendar_file(access: BookingAccess) -> Response:
    """The booking for any calendar."""
    file = entry_file(get_context(), access.booking, access.party)
    disposition = {"Content-Disposition": 'attachment; filename="termin.ics"'}
    return Response(file, content_type="text/calendar; charset=utf-8", headers=disposition)


@booking.get("/buchung/<token>/verschieben")
@of_booking
def move_choice(access: BookingAccess) -> ResponseReturnValue:
    """Other free times, or, with ``?start=``, what moving to one of them would change."""
    check_movable(get_context(), access.booking, access.party, now=now())
    wanted = request.args.get("start")
    if wanted is None:
        return _move_times_page(access)
    start = find_instant(wanted)
    if start is None:
        return _move_times_page(access, notice=_UNREADABLE)
    try:
        kind = kind_of(get_context(), access.booking)
        check_free(get_context(), kind, start, now=now(), moving=access.row_id)
    except NotFree as refusal:
        why = _describe(access, refusal)
        return _move_times_page(access, notice=f"{why.heading}. {why.text}"), why.status
    return _move_page(access, start, StartForm(formdata=None))


@booking.post("/buchung/<token>/verschieben")
@of_booking
def move_there(access: BookingAccess) -> ResponseReturnValue:
    """Move the booking."""
    form = StartForm()
    start = find_instant(typed(form.start))
    if start is None:
        return _move_times_page(access, notice=_UNREADABLE), 422
    try:
        form.accept()
        move(get_context(), access.token, start, now=now())
    except NotFree as refusal:
        why = _describe(access, refusal)
        return _move_page(access, start, form, gone=why), why.status
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _move_page(access, start, form), status
    was = access.booking.start
    told = None if was == start else in_address(was)
    return redirect(url_for("booking.shown", token=access.token, statt=told), 303)


@booking.get("/buchung/<token>/absagen")
@of_booking
def cancel_question(access: BookingAccess) -> ResponseReturnValue:
    """What calling off would do."""
    check_changeable(get_context(), access.booking, access.party, now=now())
    return _cancel_page(access, CancelForm(formdata=None))


@booking.post("/buchung/<token>/absagen")
@of_booking
def call_off(access: BookingAccess) -> ResponseReturnValue:
    """Call the booking off."""
    form = CancelForm()
    try:
        if not form.accept():
            return _cancel_page(access, form), 422
        reason = typed(form.grund)
        cancel(get_context(), access.token, reason, now=now())
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _cancel_page(access, form), status
    thanks = "grund" if reason and access.party is Party.VISITOR else None
    return redirect(url_for("booking.shown", token=access.token, danke=thanks), 303)


@booking.get("/kalender/<secret>.ics")
def calendar_feed(secret: str) -> Response:
    """The consultant's private feed, for a program that asks whether there is anything new."""
    found = find_feed(get_context(), secret, now=now())
    if found is None:
        abort(404)
    answer = Response(found, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    # Weak: it may go out in one coding or another.
    answer.add_etag(weak=True)
    answer.make_conditional(request)
    return answer


def _move_times_page(access: BookingAccess, *, notice: str = "") -> str:
    """Free times that the booking could be moved to, its own left out."""
    context, its = get_context(), access.booking
    kind, path = kind_of(context, its), url_for("booking.move_choice", token=access.token)
    # The booking has its answers. Others in the query do not come back beside the token.
    query = replace(booking_query(), interest=Interest())
    days = free_times_by_day(context, kind, now=now(), moving=access.row_id)
    others = {day: [one for one in starts if one != its.start] for day, starts in days.items()}
    free: Mapping[date, Sequence[datetime]] = {day: some for day, some in others.items() if some}
    if access.party is Party.VISITOR:
        free = offered(context.rules_of(kind.id), kind, free)
    return times_page(
        kind,
        free,
        query,
        path=path,
        time_href=query.hrefs(path, start=PLACEHOLDER),
        heading="Wohin möchtest du den Termin verschieben?",
        intro=f"Bisher: {booked_time(context, its, access.party)}.",
        action_label="Verschieben auf",
        notices=[notice] if notice else [],
    )


def _move_page(
    access: BookingAccess, start: datetime, form: StartForm, *, gone: ErrorText | None = None
) -> str:
    """What would change; with ``gone``, the nearest free times instead."""
    context, its = get_context(), access.booking
    kind, action = kind_of(context, its), url_for("booking.move_there", token=access.token)
    near: Sequence[datetime] = ()
    if gone is not None:
        near = nearest_free(context, kind, start, now=now(), moving=access.row_id)
    return render_template(
        "booking/move_confirm.html",
        kind=kind,
        guest=access.guest,
        old=booked_time(context, its, access.party),
        new=booked_time(context, its, access.party, start),
        form=form,
        start_value=in_address(start),
        token=access.token,
        gone=gone,
        nearest=near_times([one for one in near if one != its.start], lambda _: action),
    )


def _cancel_page(access: BookingAccess, form: CancelForm) -> str:
    """The question whether to call off."""
    heading, label = "Gespräch absagen?", "Absagen"
    if access.booking.status is Status.REQUESTED:
        heading = "Anfrage ablehnen?" if access.guest else "Anfrage zurückziehen?"
        label = "Ablehnen" if access.guest else "Zurückziehen"
    return render_template(
        "booking/cancel.html",
        when=booked_time(get_context(), access.booking, access.party),
        title=access.booking.title,
        guest=access.guest,
        form=form,
        token=access.token,
        heading=heading,
        action_label=label,
        silent=access.booking.status.awaits_address,
    )


def refused_page(access: BookingAccess, refusal: Refusal) -> ResponseReturnValue:
    """Why the booking cannot be changed here, and who can be asked instead."""
    why = _describe(access, refusal)
    page = render_template(
        "booking/refused.html",
        heading=why.heading,
        text=why.text,
        token=access.token,
        is_mine=access.party is Party.CONSULTANT,
        again_href=_times_again(access),
        too_late=isinstance(refusal, TooLateToChange),
    )
    return page, why.status


def _describe(access: BookingAccess, refusal: Refusal) -> ErrorText:
    return describe(refusal, get_context(), access.booking.kind)
