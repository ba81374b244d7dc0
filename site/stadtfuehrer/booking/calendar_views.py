"""What the consultant changed in their calendar: show it, and do what they answer."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.calendar_answers import consultants_event, hindrance, put_back, tell_guest
from stadtfuehrer.booking.entry import booked_time
from stadtfuehrer.booking.events_store import Finding
from stadtfuehrer.booking.forms import CalendarForm
from stadtfuehrer.booking.manage_views import of_booking
from stadtfuehrer.booking.service import BookingAccess, check_changeable
from stadtfuehrer.refusals import NotFree, NotNow
from stadtfuehrer.text.formatting import find_instant, in_address
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import typed


@booking.get("/buchung/<token>/kalender")
@of_booking
def calendar_question(access: BookingAccess) -> ResponseReturnValue:
    """What the calendar says, and what can be made of it."""
    access, finding = consultants_event(get_context(), access.token)
    check_changeable(get_context(), access.booking, access.party, now=now())
    return _page(access, finding, CalendarForm(formdata=None))


@booking.post("/buchung/<token>/kalender")
@of_booking
def calendar_answer(access: BookingAccess) -> ResponseReturnValue:
    """Tell the guest, or put the event back; what changed since it was shown is shown anew."""
    form = CalendarForm()
    access, finding = consultants_event(get_context(), access.token)
    found, _, start = typed(form.stand).partition(" ")
    shown = Finding(found=found, start=find_instant(start) if start else None)
    if finding is None or shown != finding:
        return redirect(url_for("booking.calendar_question", token=access.token), 303)
    try:
        form.accept()
        if typed(form.antwort) == "zurueck":
            put_back(get_context(), access.token, now=now())
        elif typed(form.antwort) == "sagen":
            tell_guest(get_context(), access.token, shown, now=now())
        else:
            return _page(access, finding, form), 422
    except NotFree:
        return _page(access, finding, form), 409
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _page(access, finding, form), status
    return redirect(url_for("booking.shown", token=access.token), 303)


def _page(access: BookingAccess, finding: Finding | None, form: CalendarForm) -> str:
    context, its = get_context(), access.booking
    start = finding.start if finding else None
    moved = finding is not None and finding.found == "moved"
    return render_template(
        "booking/in_calendar.html",
        finding=finding,
        guest=access.guest,
        title=its.title,
        when=booked_time(context, its, access.party),
        moved_to=start and booked_time(context, its, access.party, start),
        hindrance=hindrance(context, access.row_id, start, now=now()) if moved else "",
        stand=f"{finding.found} {in_address(start) if start else ''}".strip() if finding else "",
        form=form,
        token=access.token,
    )
