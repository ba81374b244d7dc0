"""Closing and opening hours by hand; what is booked in a closed time is called off from here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.hours import (
    booked_within,
    change_hours,
    coming_changes,
    get_change,
    take_back,
)
from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.booking.selection import cancel_many
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.hours_forms import SENTENCE, ApologyForm, CloseForm, OpenForm
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import typed


@office.get("/zu")
def hours() -> ResponseReturnValue:
    """What is closed or open beside the settings, and how to change it."""
    return _page(CloseForm(formdata=None), OpenForm(formdata=None))


@office.post("/zu/schliessen")
def close() -> ResponseReturnValue:
    """Close hours or days; what is booked there is shown next."""
    form = CloseForm()
    if not form.accept():
        return _page(form, OpenForm(formdata=None)), 422
    interval = form.interval(get_context().rules.zone)
    change_id = change_hours(get_context(), interval, is_open=False, who=who(), now=now())
    return redirect(url_for("office.hours_change", change_id=change_id), 303)


@office.post("/zu/oeffnen")
def open_up() -> ResponseReturnValue:
    """Open hours beside the usual ones."""
    form = OpenForm()
    if not form.accept():
        return _page(CloseForm(formdata=None), form), 422
    interval = form.interval(get_context().rules.zone)
    change_hours(get_context(), interval, is_open=True, who=who(), now=now())
    flash("Geöffnet: Diese Zeit ist ab sofort buchbar.")
    return redirect(url_for("office.hours"), 303)


@office.get("/zu/<row:change_id>")
def hours_change(change_id: int) -> ResponseReturnValue:
    """One closed time, and who is booked in it."""
    return _change_page(change_id, ApologyForm(formdata=None, satz=SENTENCE))


@office.post("/zu/<row:change_id>/absagen")
def apologize(change_id: int) -> ResponseReturnValue:
    """Call off what the page has shown, with the sentence that each guest reads."""
    form, interval = ApologyForm(), get_change(get_context(), change_id).interval
    if not form.accept():
        return _change_page(change_id, form), 422
    shown = set(request.form.getlist("termin", type=int))
    there = [one for one, _ in booked_within(get_context(), interval, now=now()) if one in shown]
    gone = cancel_many(get_context(), there, reason=typed(form.satz), who=who(), now=now())
    flash("Ein Gast bekommt Bescheid." if gone == 1 else f"{gone} Gäste bekommen Bescheid.")
    return redirect(url_for("office.hours_change", change_id=change_id), 303)


@office.post("/zu/<row:change_id>/aufheben")
def open_again(change_id: int) -> ResponseReturnValue:
    """Let the settings' hours hold again."""
    take_back(get_context(), change_id, who=who(), now=now())
    flash("Aufgehoben: Es gilt wieder, was in den Einstellungen steht.")
    return redirect(url_for("office.hours"), 303)


def _page(close_form: CloseForm, open_form: OpenForm) -> str:
    today = now().astimezone(get_context().rules.zone).date()
    return render_template(
        "office/hours.html",
        changes=coming_changes(get_context(), now=now()),
        quick=[("Heute zu", today), ("Morgen zu", today + DAY)],
        close_form=close_form,
        open_form=open_form,
    )


def _change_page(change_id: int, form: ApologyForm) -> str:
    change = get_change(get_context(), change_id)
    booked = booked_within(get_context(), change.interval, now=now()) if not change.is_open else []
    return render_template("office/hours_change.html", change=change, booked=booked, form=form)
