"""What is done to a booking in two steps: write, read what the guest will read, send."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking import by_hand
from stadtfuehrer.booking.blueprint import near_times
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.model import Booking, Party
from stadtfuehrer.booking.service import (
    BookingAccess,
    check_changeable,
    check_movable,
    kind_of,
    look_up_by_id,
)
from stadtfuehrer.booking.times import check_free, nearest_free
from stadtfuehrer.mail.message import Letter
from stadtfuehrer.office.blueprint import office
from stadtfuehrer.office.booking_forms import CancelForm, MissedForm, MoveForm, StepForm
from stadtfuehrer.office.forms import CHANGE, SEND
from stadtfuehrer.refusals import ChangedMeanwhile, NotFree, Refusal, WhyNotFree
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed


@office.get("/buchung/<row:booking_id>/verschieben")
def move(booking_id: int) -> ResponseReturnValue:
    """Where to, and what to say about it."""
    access = look_up_by_id(get_context(), booking_id)
    check_movable(get_context(), access.booking, access.party, now=now())
    return _form_page(access, MoveForm(formdata=None, stand=access.booking.version))


@office.post("/buchung/<row:booking_id>/verschieben")
def moved(booking_id: int) -> ResponseReturnValue:
    """Move it, once the letter was read."""
    access, form = look_up_by_id(get_context(), booking_id), MoveForm()
    start = form.find_start() if form.accept() else None
    if start is None:
        return _form_page(access, form), 422
    context, decision = get_context(), form.decision

    def read() -> Letter | None:
        if by_hand.in_the_way(
            context, access.booking.moved(start, now=now()), but_not=access.row_id
        ):
            raise NotFree(WhyNotFree.TAKEN)
        return by_hand.read_moved(context, access, start, decision.sentence, now=now())

    def send() -> str:
        by_hand.move(context, booking_id, start, decision, now=now())
        return "Verschoben."

    return _go_on(access, form, read, send, start=start)


@office.get("/buchung/<row:booking_id>/absagen")
def cancel(booking_id: int) -> ResponseReturnValue:
    """Why, in the consultant's words."""
    access = look_up_by_id(get_context(), booking_id)
    check_changeable(get_context(), access.booking, access.party, now=now())
    return _form_page(access, CancelForm(formdata=None, stand=access.booking.version))


@office.post("/buchung/<row:booking_id>/absagen")
def cancelled(booking_id: int) -> ResponseReturnValue:
    """Call it off, or decline it, once the letter was read."""
    access, form = look_up_by_id(get_context(), booking_id), CancelForm()
    if not form.accept():
        return _form_page(access, form), 422
    context, decision = get_context(), form.decision

    def read() -> Letter | None:
        return by_hand.read_cancelled(context, access, decision.sentence, now=now())

    def send() -> str:
        by_hand.cancel(context, booking_id, decision, now=now())
        return "Abgesagt. Die Zeit ist wieder frei."

    return _go_on(access, form, read, send)


@office.get("/buchung/<row:booking_id>/nicht-gekommen")
def missed(booking_id: int) -> ResponseReturnValue:
    """Whether to offer a new time to the guest who did not come."""
    access = look_up_by_id(get_context(), booking_id)
    access.booking.check_begun(now=now())
    return _form_page(access, MissedForm(formdata=None, stand=access.booking.version))


@office.post("/buchung/<row:booking_id>/nicht-gekommen")
def noted_missed(booking_id: int) -> ResponseReturnValue:
    """Note it; an offer once it was read, without one at once."""
    access, form = look_up_by_id(get_context(), booking_id), MissedForm()
    if not form.accept():
        return _form_page(access, form), 422
    context, decision = get_context(), form.decision
    offers = bool(form.angebot.data or decision.sentence)
    if not offers:
        form.schritt.data = SEND

    def read() -> Letter | None:
        return by_hand.read_missed(context, access, decision.sentence, now=now())

    def send() -> str:
        by_hand.note_missed(context, booking_id, decision, offers=offers, now=now())
        return "Notiert. Einen Dank bekommt dein Gast nicht."

    return _go_on(access, form, read, send)


def _go_on(
    access: BookingAccess,
    form: StepForm,
    read: Callable[[], Letter | None],
    send: Callable[[], str],
    *,
    start: datetime | None = None,
) -> ResponseReturnValue:
    """From the form to what the guest would read, and from there to what is done."""
    if typed(form.schritt) == CHANGE:
        return _form_page(access, form)
    try:
        access.booking.check_seen(form.decision.seen)
        if typed(form.schritt) != SEND:
            return _preview_page(access, form, read(), start)
        flash(send())
    except ChangedMeanwhile as refusal:
        return _changed_page(access.row_id, form, start), describe(refusal, get_context()).status
    except NotFree as refusal:
        return _form_page(access, form, taken=start), describe(refusal, get_context()).status
    except Refusal as refusal:
        status = form.refuse(refusal)
        return _form_page(access, form), status
    return redirect(url_for("office.booking", booking_id=access.row_id), 303)


def _form_page(access: BookingAccess, form: StepForm, *, taken: datetime | None = None) -> str:
    """The form; with ``taken``, what is in the way at that time."""
    context, its, moment = get_context(), access.booking, now()
    if isinstance(form, MoveForm):
        near = nearest_free(
            context, kind_of(context, its), its.start, now=moment, moving=access.row_id
        )
        others = [one for one in near if one != its.start]
        form.offer(near_times(others, lambda _: ""))
    there = its.moved(taken, now=moment) if taken else None
    return render_template(
        "office/step.html",
        step=form.step,
        booking=its,
        row_id=access.row_id,
        when=booked_time(context, its, Party.CONSULTANT),
        form=form,
        in_the_way=by_hand.in_the_way(context, there, but_not=access.row_id) if there else [],
    )


def _preview_page(
    access: BookingAccess, form: StepForm, letter: Letter | None, start: datetime | None
) -> str:
    context, its = get_context(), access.booking
    return render_template(
        "office/preview.html",
        step=form.step,
        booking=its,
        row_id=access.row_id,
        letter=letter,
        when=booked_time(context, its, Party.CONSULTANT, start),
        unusual=start is not None and not _is_free(its, start, access.row_id),
        pairs=_pairs(form, form.decision.seen, start),
    )


def _is_free(booking: Booking, start: datetime, row_id: int) -> bool:
    context = get_context()
    try:
        check_free(context, kind_of(context, booking), start, now=now(), moving=row_id)
    except NotFree:
        return False
    return True


def _changed_page(row_id: int, form: StepForm, start: datetime | None) -> str:
    """What it is by now, next to what was wanted."""
    context = get_context()
    its = look_up_by_id(context, row_id).booking
    return render_template(
        "office/changed.html",
        step=form.step,
        booking=its,
        row_id=row_id,
        when=booked_time(context, its, Party.CONSULTANT),
        wanted=booked_time(context, its, Party.CONSULTANT, start),
        sentence=form.decision.sentence,
        pairs=_pairs(form, its.version, start),
    )


def _pairs(form: StepForm, seen: str, start: datetime | None) -> list[tuple[str, str]]:
    """What travels on to the next step."""
    pairs = [("satz", form.decision.sentence), ("stand", seen)]
    pairs += [("start", in_address(start))] if start else []
    offers = isinstance(form, MissedForm) and form.angebot.data
    return [*pairs, ("angebot", "y")] if offers else pairs
