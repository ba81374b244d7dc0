"""What the consultant sees first."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.entry import held_until
from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.office.blueprint import office
from stadtfuehrer.office.model import find_day
from stadtfuehrer.office.today import today as look
from stadtfuehrer.text.formatting import clock_in_words, day_in_words
from stadtfuehrer.web import get_context, now


@office.get("")
def today() -> ResponseReturnValue:
    """Today, or the day that ``?tag=`` names, and what waits."""
    context, moment = get_context(), now()
    zone = context.rules.zone
    is_today = moment.astimezone(zone).date()
    day = find_day(request.args.get("tag", "")) or is_today
    return render_template(
        "office/today.html",
        seen=look(context, day, now=moment),
        day=day,
        is_today=is_today,
        one_day=DAY,
        now=moment,
        held_until=lambda booking: held_until(context, booking),
        clock=lambda instant: clock_in_words(instant, zone),
        local_day=lambda instant: instant.astimezone(zone).date(),
        weekday=day_in_words,
    )
