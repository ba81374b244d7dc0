"""Leads: one for each mailbox, found by what is known of it; two who note at once lose nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from stadtfuehrer.audit_log import newest_lines
from stadtfuehrer.booking.leads import (
    Wanted,
    export_cards,
    export_leads,
    find_leads,
    get_lead,
    keep_lead,
)
from stadtfuehrer.booking.leads_store import NOTHING, LeadState
from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.waiting_store import join_line
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.refusals import LeadChanged, UnknownLead
from tests.support.rows import MONDAY_TEN, NOW, a_booking, added
from tests.support.voices import said

WHO = "vera@stadtfuehrer.example"
ADDRESS = "aenne@gast.example"
HOUR = timedelta(hours=1)


def of(name: str, email: str, *, hours: int = 0, **changes: Any) -> Booking:
    """A booking that was made so many hours after the first one, at a time of its own."""
    booking = a_booking(MONDAY_TEN + hours * HOUR)
    visitor = replace(booking.visitor, name=name, email=email)
    own = {key: changes.pop(key) for key in ("firma", "telefon", "anliegen") if key in changes}
    interest = replace(booking.interest, service=changes.pop("service", ""))
    return replace(
        booking,
        visitor=replace(visitor, **own),
        interest=interest,
        booked_at=NOW + hours * HOUR,
        **changes,
    )


@pytest.fixture
def met(context: AppContext) -> AppContext:
    """Three who booked, one of them twice and under two spellings, and two who wait."""
    for booking in (
        of("Änne Müller", ADDRESS, firma="Müller & Töchter", telefon="089 123456"),
        of("Max Ott", "max@ott.example", hours=1, anliegen="Ein neuer Öffnungstag", kind="video"),
        of("Änne Müller-Ott", "Aenne+termin@GAST.example", hours=2, service="marketingberatung"),
        of("Ida", "ida@gast.example", hours=3, status=Status.CANCELLED),
        of("Robot", "robot@gast.example", hours=4, status=Status.UNCONFIRMED),
    ):
        added(context.database, booking)
    with context.database.begin() as session:
        join_line(session, "video", "Aenne@gast.example", now=NOW)
        join_line(session, "video", "wartet@gast.example", now=NOW + 9 * HOUR)
    keep(context, "ida@gast.example", LeadState.CUSTOMER, "", made_from="")
    return context


def keep(
    context: AppContext,
    address: str,
    state: LeadState,
    text: str,
    *,
    made_from: str,
    hours: int = 0,
) -> None:
    keep_lead(
        context,
        address,
        state=state,
        note_text=text,
        made_from=made_from,
        who=WHO,
        now=NOW + hours * HOUR,
    )


def names(context: AppContext, **wanted: Any) -> list[str]:
    return [one.name for one in find_leads(context, Wanted(**wanted)).leads]


def test_one_lead_for_each_mailbox_the_newest_first(met: AppContext) -> None:
    found = find_leads(met, Wanted())
    assert names(met) == ["wartet@gast.example", "Ida", "Änne Müller-Ott", "Max Ott"]
    assert found.counts == {
        LeadState.NEW: 3,
        LeadState.TALKING: 0,
        LeadState.CUSTOMER: 1,
        LeadState.NO_INTEREST: 0,
    }
    aenne = found.leads[2]
    assert (aenne.address, aenne.mailbox) == ("Aenne+termin@GAST.example", ADDRESS)
    # What the newest booking does not say, an older one does.
    assert (aenne.firm, aenne.phone) == ("Müller & Töchter", "089 123456")
    assert (len(aenne.bookings), set(aenne.waits)) == (2, {"video"})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"words": "müller"}, ["Änne Müller-Ott"]),
        ({"words": "ÖFFNUNGSTAG"}, ["Max Ott"]),
        ({"words": "ott"}, ["Änne Müller-Ott", "Max Ott"]),
        ({"words": "ott töchter"}, ["Änne Müller-Ott"]),
        ({"words": "@gast.example"}, ["wartet@gast.example", "Ida", "Änne Müller-Ott"]),
        ({"words": "%"}, []),
        ({"words": "robot"}, []),
        ({"service": "marketingberatung"}, ["Änne Müller-Ott"]),
        ({"kind": "video"}, ["wartet@gast.example", "Änne Müller-Ott", "Max Ott"]),
        ({"kind": "kennenlernen"}, ["Ida", "Änne Müller-Ott"]),
        ({"state": LeadState.CUSTOMER}, ["Ida"]),
        ({"state": LeadState.NEW, "words": "gast"}, ["wartet@gast.example", "Änne Müller-Ott"]),
    ],
)
def test_which_are_meant(met: AppContext, wanted: dict[str, Any], expected: list[str]) -> None:
    assert names(met, **wanted) == expected


def test_who_asked_is_one_too_unless_it_is_held(met: AppContext) -> None:
    asked_by: list[dict[str, Any]] = [
        {"email": "Fragt@gast.example", "name": "Ute"},
        {"email": "fragt@gast.example", "name": ""},
        {"email": ADDRESS, "name": "Ä. Müller"},
        {"email": "robot@gast.example", "is_held": True},
        {"email": "liest@gast.example", "kind": Kind.LETTER},
        {"email": ""},
    ]
    for hours, changes in enumerate(asked_by):
        said(met, said_at=NOW + timedelta(hours=20 + hours), **changes)
    found = find_leads(met, Wanted())
    assert [one.name for one in found.leads[:3]] == [
        "Änne Müller-Ott",
        "fragt@gast.example",
        "wartet@gast.example",
    ]
    asked = get_lead(met, "FRAGT@gast.example")
    assert ([one.name for one in asked.asked], asked.address) == (["", "Ute"], "fragt@gast.example")
    assert get_lead(met, ADDRESS).address == "Aenne+termin@GAST.example"
    with pytest.raises(UnknownLead):
        get_lead(met, "robot@gast.example")
    rows = export_leads(met, Wanted(words="fragt"), who=WHO, now=NOW)
    assert [(row["email"], row["termine"]) for row in rows] == [("fragt@gast.example", 0)]


def test_all_of_one_whatever_the_spelling(met: AppContext) -> None:
    lead = get_lead(met, "AENNE@gast.example")
    assert [one.visitor.name for one in lead.bookings.values()] == [
        "Änne Müller-Ott",
        "Änne Müller",
    ]
    assert (lead.waits, lead.noted) == ({"video"}, NOTHING)
    waits = get_lead(met, "wartet@gast.example")
    assert (waits.address, waits.bookings) == ("wartet@gast.example", {})


@pytest.mark.parametrize("address", ["", "fremd@gast.example", "robot@gast.example", "nichts"])
def test_of_nobody_nothing_is_noted(met: AppContext, address: str) -> None:
    with pytest.raises(UnknownLead):
        get_lead(met, address)
    with pytest.raises(UnknownLead):
        keep(met, address, LeadState.TALKING, "Ruft an.", made_from="")


def test_what_is_noted_stays_and_the_audit_log_does_not_tell_it(met: AppContext) -> None:
    keep(met, ADDRESS, LeadState.TALKING, "Geheim", made_from="")
    noted = get_lead(met, ADDRESS).noted
    assert (noted.state, noted.note) == (LeadState.TALKING, "Geheim")
    keep(met, ADDRESS, LeadState.CUSTOMER, "Geheim", made_from=noted.version, hours=1)
    assert get_lead(met, ADDRESS).noted.state is LeadState.CUSTOMER
    lines = newest_lines(met, most=9)
    assert [(one.who, one.what, one.about) for one in lines] == [(WHO, "lead-changed", "")] * 3


def test_who_noted_later_is_told_and_nothing_is_lost(met: AppContext) -> None:
    keep(met, ADDRESS, LeadState.TALKING, "Zuerst", made_from="")
    with pytest.raises(LeadChanged):
        keep(met, ADDRESS, LeadState.CUSTOMER, "Zugleich", made_from="", hours=1)
    first = get_lead(met, ADDRESS).noted
    assert (first.state, first.note) == (LeadState.TALKING, "Zuerst")
    # The same, sent twice, is no change.
    keep(met, ADDRESS, LeadState.TALKING, "Zuerst", made_from="", hours=1)
    assert get_lead(met, ADDRESS).noted == first
    keep(met, ADDRESS, LeadState.CUSTOMER, "Beides", made_from=first.version, hours=1)
    assert get_lead(met, ADDRESS).noted.note == "Beides"


def test_as_rows_and_as_cards_only_those_who_are_meant(met: AppContext) -> None:
    wanted = Wanted(words="müller")
    (row,) = export_leads(met, wanted, who=WHO, now=NOW)
    assert row["name"] == "Änne Müller-Ott"
    assert (row["firma"], row["telefon"]) == ("Müller & Töchter", "089 123456")
    assert (row["stand"], row["termine"], row["wartet_auf"]) == ("Neu", 2, "video")
    cards = export_cards(met, wanted, who=WHO, now=NOW).decode()
    assert cards.count("BEGIN:VCARD") == 1
    assert "FN:Änne Müller-Ott" in cards
    assert export_cards(met, Wanted(words="wartet"), who=WHO, now=NOW) == b""
    assert newest_lines(met, most=1)[0].what == "leads-exported"
