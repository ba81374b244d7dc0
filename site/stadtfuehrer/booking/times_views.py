"""From the kinds of consultation to a free time, or to the waiting list where there is none."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.forms import WaitingForm
from stadtfuehrer.booking.hours import rules_by_hand
from stadtfuehrer.booking.offered import next_open_day, offered
from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.booking.query import PLACEHOLDER, BookingQuery, booking_query, offered_zones
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.times import free_times, free_times_by_day
from stadtfuehrer.booking.timetable import Hrefs, timetable
from stadtfuehrer.booking.waiting import LONGEST_WAIT, wait_for
from stadtfuehrer.calendar.service import is_closed
from stadtfuehrer.pages.voices import asked_here
from stadtfuehrer.refusals import FreeAlready, NotNow, TooManyLines
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import (
    date_in_words,
    day_in_words,
    find_date,
    place_in_words,
    zone_in_words,
)
from stadtfuehrer.web import get_context, now, path_to
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.page_cache import cache

_CALENDAR_AWAY = (
    "Ich komme gerade nicht an meinen Kalender und will dir keine Zeit versprechen, die ich nicht "
    "habe. Meist ist das in ein paar Minuten vorbei."
)


@booking.get("/termin")
def kinds() -> str:
    """The kinds of consultation."""
    cache()
    query = booking_query()
    items = [
        {"kind": kind, "href": query.href(path_to("booking.times", kind=kind.id))}
        for kind in get_context().kinds
    ]
    return render_template(
        "booking/kinds.html",
        kinds=items,
        service=query.service,
        has_answers=bool(query.interest.answers),
        asked_here=asked_here(),
    )


@booking.get("/termin/<kind>")
def times(kind: str) -> str:
    """The free times of a kind."""
    the_kind = get_context().get_kind(kind)
    return times_to_book(
        the_kind,
        heading="Wann passt es dir?",
        intro=f"{the_kind.title}: {the_kind.minutes} Minuten {the_kind.place_label}, kostenlos.",
        wait_href=path_to("booking.line", kind=kind),
    )


def times_to_book(
    kind: Kind, *, heading: str, intro: str, begin: date | None = None, wait_href: str | None = None
) -> str:
    """Free times that each lead to the booking form, from ``begin`` or the day asked for."""
    query = booking_query()
    context = get_context()
    free = free_times_by_day(context, kind, now=now())
    return times_page(
        kind,
        offered(context.rules_of(kind.id), kind, free),
        query,
        path=path_to("booking.times", kind=kind.id),
        time_href=query.hrefs(path_to("booking.form", kind=kind.id, start=PLACEHOLDER)),
        heading=heading,
        intro=intro,
        action_label="Buchen",
        begin=begin,
        wait_href=wait_href,
    )


def times_page(
    kind: Kind,
    free: Mapping[date, Sequence[datetime]],
    query: BookingQuery,
    *,
    path: str,
    time_href: Callable[[str], str],
    heading: str,
    intro: str,
    action_label: str,
    notices: Sequence[str] = (),
    begin: date | None = None,
    wait_href: str | None = None,
) -> str:
    """Free times to choose from, for booking and for moving alike."""
    context = get_context()
    zone, asked = context.rules.zone, find_date(query.wanted_day)
    notices, wanted = list(notices), begin or asked
    if query.wanted_day and asked is None:
        notices.append("Das Datum in der Adresse konnte ich nicht lesen; das hier ist frei.")
    if query.unknown_zone:
        notices.append("Diese Zeitzone kenne ich nicht. Wähle unten eine andere aus.")
    table = None
    if free:
        table = timetable(
            free,
            begin=wanted,
            today=now().astimezone(zone).date(),
            zone=zone,
            visitor_zone=query.zone,
            hrefs=Hrefs(time=time_href, day=query.hrefs(path, ab=PLACEHOLDER)),
        )
    return render_template(
        "booking/times.html",
        kind=kind,
        table=table,
        nothing="" if table else _nothing_free(kind),
        wait_href=wait_href,
        zone_label=f"Alle Uhrzeiten: {table.zone_text if table else zone_in_words(zone, now())}",
        visitor_zone=query.zone.key if query.zone else None,
        is_zone_asked=bool(query.unknown_zone),
        visitor_place=place_in_words(query.zone.key) if query.zone else "",
        zones=offered_zones(query.zone),
        keep=[*query.pairs, *([("ab", table.day.date_iso)] if wanted and table else [])],
        notices=notices,
        heading=heading,
        intro=intro,
        action_label=action_label,
    )


def _nothing_free(kind: Kind) -> str:
    """Why there is nothing to choose from."""
    if is_closed(get_context(), now=now()):
        return _CALENDAR_AWAY
    rules = rules_by_hand(get_context(), kind.id, now=now())
    following = next_open_day(rules, kind, now=now())
    if following is None:
        return "Im Moment habe ich dafür keine Sprechzeiten."
    if following > rules.last_day(now()):
        return (
            f"Bis {day_in_words(following - DAY)} habe ich keine Sprechzeiten. Ab "
            f"{date_in_words(following)} geht es weiter; buchen kannst du diese Zeiten ab "
            f"{day_in_words(following - rules.horizon_days * DAY)}."
        )
    days = rules.horizon_days
    until = "Bis morgen" if days == 1 else f"In den nächsten {days} Tagen"
    return f"{until} habe ich nichts mehr frei."


@booking.get("/termin/<kind>/frei.json")
def times_json(kind: str) -> ResponseReturnValue:
    """The free times for programs, on the consultant's dates ``von`` to ``bis``."""
    context = get_context()
    the_kind = context.get_kind(kind)
    today = now().astimezone(context.rules.zone).date()
    first = find_date(request.args.get("von", today.isoformat()))
    last = find_date(request.args.get("bis", context.rules_of(kind).last_day(now()).isoformat()))
    if first is None or last is None:
        return jsonify(error="„von“ und „bis“ sind Daten wie 2026-12-02."), 422
    free = free_times_by_day(context, the_kind, first=first, last=last, now=now())
    shown = offered(context.rules_of(kind), the_kind, free)
    return jsonify(
        kind=the_kind.id,
        zone=context.rules.zone.key,
        minutes=the_kind.minutes,
        free=[
            start.astimezone(context.rules.zone).isoformat()
            for starts in shown.values()
            for start in starts
        ],
    )


@booking.get("/termin/<kind>/warten")
def line(kind: str) -> str:
    """Ask for an address, or say that it is noted."""
    the_kind, noted = get_context().get_kind(kind), request.args.get("adresse") == "notiert"
    return _waiting_page(
        the_kind,
        WaitingForm.blank(),
        noted=noted,
        free=not noted and bool(free_times(get_context(), the_kind, now=now())),
    )


@booking.post("/termin/<kind>/warten")
def join_line(kind: str) -> ResponseReturnValue:
    """Note an address for one letter."""
    the_kind, form = get_context().get_kind(kind), WaitingForm()
    try:
        if not form.accept():
            return _waiting_page(the_kind, form), 422
        visitor, client = Mailbox(name="", address=typed(form.email)), request.remote_addr or ""
        wait_for(get_context(), the_kind, visitor, client=client, now=now())
    except (FreeAlready, NotNow, TooManyLines) as refusal:
        status = form.refuse(refusal)
        return _waiting_page(the_kind, form, free=isinstance(refusal, FreeAlready)), status
    return redirect(url_for("booking.line", kind=kind, adresse="notiert"), 303)


def _waiting_page(kind: Kind, form: WaitingForm, *, noted: bool = False, free: bool = False) -> str:
    return render_template(
        "booking/waiting.html",
        kind=kind,
        form=form,
        noted=noted,
        free=free,
        longest_wait_days=LONGEST_WAIT.days,
    )
