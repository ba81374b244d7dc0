"""A booking's own pages: see it, take it into a calendar, move it, call it off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for

from stadtfuehrer.domain.booking import Booking, Party, Status
from stadtfuehrer.domain.instants import find_instant
from stadtfuehrer.domain.refusals import NotFree, Refusal, TooManyPosts
from stadtfuehrer.domain.wording import date_in_words, day_in_words
from stadtfuehrer.services.booked_result import findings_of
from stadtfuehrer.services.booking import cancel, check_changeable, look_up, move
from stadtfuehrer.services.calendar_entry import web_calendars
from stadtfuehrer.services.findings import quotes
from stadtfuehrer.services.letter_writing import calendar_file as entry_file
from stadtfuehrer.services.meeting import meeting_point
from stadtfuehrer.web.booking.blueprint import booking
from stadtfuehrer.web.booking.change_pages import (
    cancel_page,
    check_free_to_move,
    move_page,
    move_times_page,
    refused_page,
    when_booked_for,
)
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms import CancelForm, MoveForm, typed
from stadtfuehrer.web.frame.refusals import tell

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from stadtfuehrer.services.booking import Filed


@booking.get("/buchung/<token>")
def shown(token: str) -> str:
    """The booking: its facts, and what can be done with it."""
    office = the_office()
    filed = look_up(office, token)
    its, is_mine = filed.booking, filed.party is Party.CONSULTANT
    is_past = now() >= its.start
    window = office.rules_of(its.kind).change
    can_change = its.is_changeable(filed.party, now=now(), window=window)
    until = (its.start - window).astimezone(office.rules.zone)
    return render_template(
        "booking/booked.html",
        booking=its,
        visitor=its.visitor,
        is_past=is_past,
        place_text=meeting_point(office, its).said_to(filed.party),
        when=when_booked_for(filed),
        service=office.catalogue.offers.find(its.interest.service),
        found=findings_of(office.catalogue, its.interest),
        answers=quotes(office.catalogue.quiz, its.interest.answers),
        result_href=f"{url_for('quiz.result')}?{urlencode(its.interest.answers)}",
        can_change=can_change,
        is_mine=is_mine,
        change_until=f"{day_in_words(until.date())}, {until:%H:%M} Uhr"
        if can_change and not is_mine
        else None,
        **_asking(filed),
        web_calendars=web_calendars(office, its, filed.party),
        ics_href=url_for("booking.calendar_file", token=token),
        move_href=url_for("booking.move_choice", token=token),
        cancel_href=url_for("booking.cancel_question", token=token),
        new_href=url_for("booking.kinds"),
        letter_note="" if is_mine or is_past else _letter_note(its),
    )


def _asking(filed: Filed) -> dict[str, str]:
    """The way to say how it was, for the visitor; and the consent to be asked, while it matters."""
    its, token = filed.booking, filed.token
    if filed.party is Party.CONSULTANT or its.status is Status.CANCELLED:
        return {"feedback_href": "", "consent_day": "", "consent_action": ""}
    given = its.consent and date_in_words(
        its.consent.given_at.astimezone(the_office().rules.zone).date()
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
    filed = look_up(the_office(), token)
    file = entry_file(the_office(), filed.booking, filed.party)
    disposition = {"Content-Disposition": 'attachment; filename="termin.ics"'}
    return Response(file, content_type="text/calendar; charset=utf-8", headers=disposition)


@booking.get("/buchung/<token>/verschieben")
def move_choice(token: str) -> ResponseReturnValue:
    """Other free times, or, with ``?start=``, what moving to one of them would change."""
    filed = look_up(the_office(), token)
    try:
        check_changeable(the_office(), filed.booking, filed.party, now=now())
        wanted = request.args.get("start")
        if wanted is None:
            return move_times_page(filed)
        start = find_instant(wanted)
        if start is None:
            return move_times_page(filed, notice="Diese Zeit konnte ich nicht lesen.")
        check_free_to_move(filed, start)
    except NotFree as refusal:
        told = tell(refusal, the_office(), filed.booking.kind)
        return move_times_page(filed, notice=f"{told.heading}. {told.text}"), told.status
    except Refusal as refusal:
        return refused_page(filed, refusal)
    return move_page(filed, start, MoveForm(formdata=None))


@booking.post("/buchung/<token>/verschieben")
def move_there(token: str) -> ResponseReturnValue:
    """Move the booking."""
    filed = look_up(the_office(), token)
    form = MoveForm()
    start = find_instant(typed(form.start))
    if start is None:
        return move_times_page(filed, notice="Diese Zeit konnte ich nicht lesen."), 422
    try:
        form.accept()
        move(the_office(), token, start, now=now())
    except NotFree as refusal:
        told = tell(refusal, the_office(), filed.booking.kind)
        return move_page(filed, start, form, gone=told), told.status
    except TooManyPosts as refusal:
        told = tell(refusal, the_office(), filed.booking.kind)
        form.add_error(told.text)
        return move_page(filed, start, form), told.status
    except Refusal as refusal:
        return refused_page(filed, refusal)
    return redirect(url_for("booking.shown", token=token), 303)


@booking.get("/buchung/<token>/absagen")
def cancel_question(token: str) -> ResponseReturnValue:
    """What calling off would do."""
    filed = look_up(the_office(), token)
    try:
        check_changeable(the_office(), filed.booking, filed.party, now=now())
    except Refusal as refusal:
        return refused_page(filed, refusal)
    return cancel_page(filed, CancelForm(formdata=None))


@booking.post("/buchung/<token>/absagen")
def call_off(token: str) -> ResponseReturnValue:
    """Call the booking off."""
    filed = look_up(the_office(), token)
    form = CancelForm()
    try:
        if not form.accept():
            return cancel_page(filed, form), 422
        cancel(the_office(), token, typed(form.grund), now=now())
    except TooManyPosts as refusal:
        told = tell(refusal, the_office(), filed.booking.kind)
        form.add_error(told.text)
        return cancel_page(filed, form), told.status
    except Refusal as refusal:
        return refused_page(filed, refusal)
    return redirect(url_for("booking.shown", token=token), 303)
