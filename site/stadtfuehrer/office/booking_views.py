"""A booking: all of it, its history, and what can be done with it in one step."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking import by_hand
from stadtfuehrer.booking.agenda import history
from stadtfuehrer.booking.answers import came_back_about
from stadtfuehrer.booking.blueprint import near_times
from stadtfuehrer.booking.calendar_answers import finding_of
from stadtfuehrer.booking.entry import held_until
from stadtfuehrer.booking.model import new_booking
from stadtfuehrer.booking.service import BookingRequest, look_up_by_id
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import nearest_free
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.mail.message import FOR_CONSULTANT
from stadtfuehrer.mail.postfach import kind_in_words
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.booking_forms import ByHandForm, StepForm
from stadtfuehrer.office.cards import cards
from stadtfuehrer.refusals import NotFree, Refusal
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe


@office.get("/buchung/<row:booking_id>")
def booking(booking_id: int) -> ResponseReturnValue:
    """All of a booking."""
    return _booking_page(booking_id)


def _booking_page(booking_id: int, *, refused: Refusal | None = None) -> ResponseReturnValue:
    context = get_context()
    access = look_up_by_id(context, booking_id)
    its = access.booking
    (card,) = cards(context, [(booking_id, its)])
    why = refused and describe(refused, context, its.kind)
    page = render_template(
        "office/booking.html",
        card=card,
        booking=its,
        token=access.token,
        events=history(context, booking_id, its),
        kind_in_words=kind_in_words,
        for_consultant=FOR_CONSULTANT,
        in_calendar=finding_of(context, booking_id),
        came_back={one.kind: one.fault for one in came_back_about(context, booking_id)},
        held_until=held_until(context, its),
        why=why,
        now=now(),
    )
    return page, why.status if why else 200


@office.post("/buchung/<row:booking_id>/annehmen")
def accept(booking_id: int) -> ResponseReturnValue:
    """Accept a request."""
    return _done_at_once(
        booking_id, by_hand.accept, "Zugesagt. Die Bestätigung geht an deinen Gast."
    )


@office.post("/buchung/<row:booking_id>/da")
def took_place(booking_id: int) -> ResponseReturnValue:
    """The guest was there after all."""
    return _done_at_once(booking_id, by_hand.note_took_place, "Notiert: Ihr habt gesprochen.")


def _done_at_once(booking_id: int, do: Callable[..., None], said: str) -> ResponseReturnValue:
    """Take a step that needs no second look."""
    form = StepForm()
    form.accept()
    try:
        do(get_context(), booking_id, form.decision, now=now())
    except Refusal as refusal:
        return _booking_page(booking_id, refused=refusal)
    flash(said)
    return redirect(url_for("office.booking", booking_id=booking_id), 303)


@office.get("/buchung/neu")
def new() -> ResponseReturnValue:
    """Whom to enter, for the kind that ``?art=`` names."""
    return _new_page(ByHandForm(formdata=None, brief=True), _kind())


@office.post("/buchung/neu")
def enter_booking() -> ResponseReturnValue:
    """Enter somebody."""
    form, kind, status = ByHandForm(), _kind(), 422
    if form.accept() and (start := form.find_start()) is not None:
        wanted = BookingRequest(
            kind=kind, start=start, visitor=form.visitor, interest=Interest(), key=form.key_id
        )
        try:
            row_id = by_hand.enter(
                get_context(), wanted, tells_guest=bool(form.brief.data), who=who(), now=now()
            )
        except NotFree as refusal:
            status = describe(refusal, get_context()).status
            sought = new_booking(
                uid="", kind=kind, start=start, visitor=form.visitor, interest=Interest(), now=now()
            )
            return _new_page(
                form, kind, in_the_way=by_hand.in_the_way(get_context(), sought)
            ), status
        except Refusal as refusal:
            status = form.refuse(refusal)
        else:
            flash("Eingetragen.")
            return redirect(url_for("office.booking", booking_id=row_id), 303)
    return _new_page(form, kind), status


def _kind() -> Kind:
    context = get_context()
    return context.get_kind(request.args.get("art") or context.kinds[0].id)


def _new_page(form: ByHandForm, kind: Kind, **more: object) -> str:
    context, moment = get_context(), now()
    form.offer(near_times(nearest_free(context, kind, moment, now=moment), lambda _: ""))
    page = {"form": form, "kind": kind, "kinds": context.kinds, "in_the_way": [], **more}
    return render_template("office/new.html", **page)
