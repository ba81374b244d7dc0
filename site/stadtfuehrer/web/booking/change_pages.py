"""What the pages around moving and calling off show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import render_template, url_for

from stadtfuehrer.domain.booking import Interest, Party
from stadtfuehrer.domain.instants import in_address
from stadtfuehrer.domain.refusals import TooLateToChange
from stadtfuehrer.services.booking import kind_of
from stadtfuehrer.services.times import check_free, free_times_by_day, nearest_free
from stadtfuehrer.web.booking.booking_query import PLACEHOLDER, booking_query
from stadtfuehrer.web.booking.choosing import times_page
from stadtfuehrer.web.booking.words import near_times, when_of
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.frame.refusals import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from stadtfuehrer.domain.refusals import Refusal
    from stadtfuehrer.domain.wording import When
    from stadtfuehrer.services.booking import Filed
    from stadtfuehrer.web.forms import CancelForm, MoveForm
    from stadtfuehrer.web.frame.refusals import Told


def when_booked_for(filed: Filed, start: datetime | None = None) -> When:
    """The booking's time, or the one it would have from another start, on both clocks."""
    booking = filed.booking
    minutes = (booking.end - booking.start) / timedelta(minutes=1)
    return when_of(start or booking.start, minutes, booking.visitor.own_zone, filed.party)


def check_free_to_move(filed: Filed, start: datetime) -> None:
    """Refuse a start that the booking cannot be moved to.

    Raises:
        NotFree.

    """
    kind = kind_of(the_office(), filed.booking)
    check_free(the_office(), kind, start, now=now(), moving=filed.row_id)


def move_times_page(filed: Filed, *, notice: str = "") -> str:
    """Free times that the booking could be moved to, its own left out."""
    kind, own = kind_of(the_office(), filed.booking), filed.booking.start
    path = url_for("booking.move_choice", token=filed.token)
    # The booking has its answers. Others in the query do not come back beside the token.
    query = replace(booking_query(), interest=Interest())
    days = free_times_by_day(the_office(), kind, now=now(), moving=filed.row_id)
    others = {day: [start for start in starts if start != own] for day, starts in days.items()}
    return times_page(
        kind,
        {day: starts for day, starts in others.items() if starts},
        query,
        path=path,
        time_href=query.hrefs(path, start=PLACEHOLDER),
        heading="Wohin möchtest du den Termin verschieben?",
        intro=f"Bisher: {when_booked_for(filed)}.",
        action_label="Verschieben auf",
        notices=[notice] if notice else [],
    )


def move_page(
    filed: Filed,
    start: datetime,
    form: MoveForm,
    *,
    gone: Told | None = None,
) -> str:
    """What would change; with ``gone``, the nearest free times instead."""
    office = the_office()
    kind = kind_of(office, filed.booking)
    action = url_for("booking.move_there", token=filed.token)
    near: Sequence[datetime] = ()
    if gone is not None:
        near = nearest_free(office, kind, start, now=now(), moving=filed.row_id)
    return render_template(
        "booking/move_confirm.html",
        kind=kind,
        guest=filed.guest,
        old=when_booked_for(filed),
        new=when_booked_for(filed, start),
        form=form,
        start_value=in_address(start),
        action=action,
        back_href=url_for("booking.move_choice", token=filed.token),
        gone=gone,
        nearest=near_times(
            [free for free in near if free != filed.booking.start], lambda _: action
        ),
    )


def cancel_page(filed: Filed, form: CancelForm) -> str:
    """The question whether to call off."""
    return render_template(
        "booking/cancel.html",
        when=when_booked_for(filed),
        kind=kind_of(the_office(), filed.booking),
        guest=filed.guest,
        form=form,
        action=url_for("booking.call_off", token=filed.token),
        back_href=url_for("booking.shown", token=filed.token),
    )


def refused_page(filed: Filed, refusal: Refusal) -> ResponseReturnValue:
    """Why the booking cannot be changed here, and who can be asked instead."""
    told = tell(refusal, the_office(), filed.booking.kind)
    booked = (url_for("booking.shown", token=filed.token), "Zur Buchung")
    if filed.party is Party.CONSULTANT:
        return _refused(told, [booked])
    consultant = the_office().settings.consultant
    person = [(f"mailto:{consultant.email}", f"Mail an {consultant.email}")]
    if consultant.phone:
        number = consultant.phone.replace(" ", "")
        person.append((f"tel:{number}", f"Anrufen: {consultant.phone}"))
    pages = [(url_for("booking.kinds"), "Eine neue Zeit aussuchen"), booked]
    ways = person + pages if isinstance(refusal, TooLateToChange) else pages + person
    return _refused(told, ways)


def _refused(told: Told, ways: list[tuple[str, str]]) -> ResponseReturnValue:
    page = render_template("booking/refused.html", heading=told.heading, text=told.text, ways=ways)
    return page, told.status
