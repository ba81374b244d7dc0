"""A booking's own pages: see it, take it into a calendar, move it, call it off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking, near_times, when_of
from stadtfuehrer.booking.composing import booked_result
from stadtfuehrer.booking.composing import calendar_file as entry_file
from stadtfuehrer.booking.entry import meeting_point, web_calendars
from stadtfuehrer.booking.forms import CancelForm, MoveForm
from stadtfuehrer.booking.model import Booking, Interest, Party, Status
from stadtfuehrer.booking.query import PLACEHOLDER, booking_query
from stadtfuehrer.booking.service import (
    BookingAccess,
    cancel,
    check_changeable,
    kind_of,
    look_up,
    move,
)
from stadtfuehrer.booking.times import check_free, free_times_by_day, nearest_free
from stadtfuehrer.booking.times_views import times_page
from stadtfuehrer.quiz.findings import quotes
from stadtfuehrer.refusals import NotFree, Refusal, TooLateToChange, TooManyPosts
from stadtfuehrer.text.formatting import When, date_in_words, day_in_words, find_instant, in_address
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import ErrorText, describe
from stadtfuehrer.web.fields import typed


@booking.get("/buchung/<token>")
def shown(token: str) -> str:
    """The booking: its facts, and what can be done with it."""
    context = get_context()
    access = look_up(context, token)
    its, is_mine = access.booking, access.party is Party.CONSULTANT
    is_past = now() >= its.start
    window = context.rules_of(its.kind).change
    can_change = its.is_changeable(access.party, now=now(), window=window)
    until = (its.start - window).astimezone(context.rules.zone)
    return render_template(
        "booking/booked.html",
        booking=its,
        visitor=its.visitor,
        is_past=is_past,
        place_text=meeting_point(context, its).said_to(access.party),
        when=when_booked_for(access),
        service=context.catalogue.offers.find(its.interest.service),
        found=booked_result(context.catalogue, its.interest),
        answers=quotes(context.catalogue.quiz, its.interest.answers),
        result_href=f"{url_for('quiz.result')}?{urlencode(its.interest.answers)}",
        can_change=can_change,
        is_mine=is_mine,
        change_until=f"{day_in_words(until.date())}, {until:%H:%M} Uhr"
        if can_change and not is_mine
        else None,
        **_asking(access),
        web_calendars=web_calendars(context, its, access.party),
        ics_href=url_for("booking.calendar_file", token=token),
        move_href=url_for("booking.move_choice", token=token),
        cancel_href=url_for("booking.cancel_question", token=token),
        new_href=url_for("booking.kinds"),
        letter_note="" if is_mine or is_past else _letter_note(its),
    )


def _asking(access: BookingAccess) -> dict[str, str]:
    """The way to say how it was, for the visitor; and the consent to be asked, while it matters."""
    its, token = access.booking, access.token
    if access.party is Party.CONSULTANT or its.status is Status.CANCELLED:
        return {"feedback_href": "", "consent_day": "", "consent_action": ""}
    given = its.consent and date_in_words(
        its.consent.given_at.astimezone(get_context().rules.zone).date()
    )
    over = now() >= its.end
    return {
        "feedback_href": url_for("booking.feedback_question", token=token) if over else "",
        "consent_day": given or "",
        "consent_action": url_for("booking.withdraw_consent", token=token),
    }


def _letter_note(its: Booking) -> str:
    what = "Die Bestätigung der Absage" if its.status is Status.CANCELLED else "Die Einladung"
    return f"{what} geht an {its.visitor.email}. Kommt nichts an, sieh auch im Spam-Ordner nach."


@booking.get("/buchung/<token>/termin.ics")
def calendar_file(token: str) -> Response:
    """The booking for any calendar."""
    access = look_up(get_context(), token)
    file = entry_file(get_context(), access.booking, access.party)
    disposition = {"Content-Disposition": 'attachment; filename="termin.ics"'}
    return Response(file, content_type="text/calendar; charset=utf-8", headers=disposition)


@booking.get("/buchung/<token>/verschieben")
def move_choice(token: str) -> ResponseReturnValue:
    """Other free times, or, with ``?start=``, what moving to one of them would change."""
    access = look_up(get_context(), token)
    try:
        check_changeable(get_context(), access.booking, access.party, now=now())
        wanted = request.args.get("start")
        if wanted is None:
            return move_times_page(access)
        start = find_instant(wanted)
        if start is None:
            return move_times_page(access, notice="Diese Zeit konnte ich nicht lesen.")
        check_free_to_move(access, start)
    except NotFree as refusal:
        told = describe(refusal, get_context(), access.booking.kind)
        return move_times_page(access, notice=f"{told.heading}. {told.text}"), told.status
    except Refusal as refusal:
        return refused_page(access, refusal)
    return move_page(access, start, MoveForm(formdata=None))


@booking.post("/buchung/<token>/verschieben")
def move_there(token: str) -> ResponseReturnValue:
    """Move the booking."""
    access = look_up(get_context(), token)
    form = MoveForm()
    start = find_instant(typed(form.start))
    if start is None:
        return move_times_page(access, notice="Diese Zeit konnte ich nicht lesen."), 422
    try:
        form.accept()
        move(get_context(), token, start, now=now())
    except NotFree as refusal:
        told = describe(refusal, get_context(), access.booking.kind)
        return move_page(access, start, form, gone=told), told.status
    except TooManyPosts as refusal:
        told = describe(refusal, get_context(), access.booking.kind)
        form.add_error(told.text)
        return move_page(access, start, form), told.status
    except Refusal as refusal:
        return refused_page(access, refusal)
    return redirect(url_for("booking.shown", token=token), 303)


@booking.get("/buchung/<token>/absagen")
def cancel_question(token: str) -> ResponseReturnValue:
    """What calling off would do."""
    access = look_up(get_context(), token)
    try:
        check_changeable(get_context(), access.booking, access.party, now=now())
    except Refusal as refusal:
        return refused_page(access, refusal)
    return cancel_page(access, CancelForm(formdata=None))


@booking.post("/buchung/<token>/absagen")
def call_off(token: str) -> ResponseReturnValue:
    """Call the booking off."""
    access = look_up(get_context(), token)
    form = CancelForm()
    try:
        if not form.accept():
            return cancel_page(access, form), 422
        cancel(get_context(), token, typed(form.grund), now=now())
    except TooManyPosts as refusal:
        told = describe(refusal, get_context(), access.booking.kind)
        form.add_error(told.text)
        return cancel_page(access, form), told.status
    except Refusal as refusal:
        return refused_page(access, refusal)
    return redirect(url_for("booking.shown", token=token), 303)


def when_booked_for(access: BookingAccess, start: datetime | None = None) -> When:
    """The booking's time, or the one it would have from another start, on both clocks."""
    booking = access.booking
    minutes = (booking.end - booking.start) / timedelta(minutes=1)
    return when_of(start or booking.start, minutes, booking.visitor.own_zone, access.party)


def check_free_to_move(access: BookingAccess, start: datetime) -> None:
    """Refuse a start that the booking cannot be moved to.

    Raises:
        NotFree.

    """
    kind = kind_of(get_context(), access.booking)
    check_free(get_context(), kind, start, now=now(), moving=access.row_id)


def move_times_page(access: BookingAccess, *, notice: str = "") -> str:
    """Free times that the booking could be moved to, its own left out."""
    kind, own = kind_of(get_context(), access.booking), access.booking.start
    path = url_for("booking.move_choice", token=access.token)
    # The booking has its answers. Others in the query do not come back beside the token.
    query = replace(booking_query(), interest=Interest())
    days = free_times_by_day(get_context(), kind, now=now(), moving=access.row_id)
    others = {day: [start for start in starts if start != own] for day, starts in days.items()}
    return times_page(
        kind,
        {day: starts for day, starts in others.items() if starts},
        query,
        path=path,
        time_href=query.hrefs(path, start=PLACEHOLDER),
        heading="Wohin möchtest du den Termin verschieben?",
        intro=f"Bisher: {when_booked_for(access)}.",
        action_label="Verschieben auf",
        notices=[notice] if notice else [],
    )


def move_page(
    access: BookingAccess, start: datetime, form: MoveForm, *, gone: ErrorText | None = None
) -> str:
    """What would change; with ``gone``, the nearest free times instead."""
    context = get_context()
    kind = kind_of(context, access.booking)
    action = url_for("booking.move_there", token=access.token)
    near: Sequence[datetime] = ()
    if gone is not None:
        near = nearest_free(context, kind, start, now=now(), moving=access.row_id)
    return render_template(
        "booking/move_confirm.html",
        kind=kind,
        guest=access.guest,
        old=when_booked_for(access),
        new=when_booked_for(access, start),
        form=form,
        start_value=in_address(start),
        action=action,
        back_href=url_for("booking.move_choice", token=access.token),
        gone=gone,
        nearest=near_times(
            [free for free in near if free != access.booking.start], lambda _: action
        ),
    )


def cancel_page(access: BookingAccess, form: CancelForm) -> str:
    """The question whether to call off."""
    return render_template(
        "booking/cancel.html",
        when=when_booked_for(access),
        kind=kind_of(get_context(), access.booking),
        guest=access.guest,
        form=form,
        action=url_for("booking.call_off", token=access.token),
        back_href=url_for("booking.shown", token=access.token),
    )


def refused_page(access: BookingAccess, refusal: Refusal) -> ResponseReturnValue:
    """Why the booking cannot be changed here, and who can be asked instead."""
    told = describe(refusal, get_context(), access.booking.kind)
    booked = (url_for("booking.shown", token=access.token), "Zur Buchung")
    if access.party is Party.CONSULTANT:
        return _refused(told, [booked])
    consultant = get_context().settings.consultant
    person = [(f"mailto:{consultant.email}", f"Mail an {consultant.email}")]
    if consultant.phone:
        number = consultant.phone.replace(" ", "")
        person.append((f"tel:{number}", f"Anrufen: {consultant.phone}"))
    pages = [(url_for("booking.kinds"), "Eine neue Zeit aussuchen"), booked]
    ways = person + pages if isinstance(refusal, TooLateToChange) else pages + person
    return _refused(told, ways)


def _refused(told: ErrorText, ways: list[tuple[str, str]]) -> ResponseReturnValue:
    page = render_template("booking/refused.html", heading=told.heading, text=told.text, ways=ways)
    return page, told.status
