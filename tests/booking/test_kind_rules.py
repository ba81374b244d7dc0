"""Each kind by its own rules, in services, on pages, in frei.json and in letters alike."""

import json
from datetime import datetime, timedelta

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.refusals import NotFree, TooLateToChange
from tests.support.contexts import NOW, OpenContext, a_kind, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.sites import TYPED, OpenSite, Site
from tests.support.stored import letters
from tests.support.written import in_both

OWN = "eigen"
TEN = in_berlin("2026-03-05 10:00")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def listed(site: Site) -> list[datetime]:
    answer = json.loads(site.guest.get(f"/termin/{OWN}/frei.json").body)
    return [datetime.fromisoformat(one) for one in answer["free"]]


def refused(site: Site, start: datetime) -> str:
    """What the page says that is shown by GET and by POST alike, neither with anything booked."""
    assert start not in listed(site)
    before = len(site.bookings())
    page = site.guest.get(site.form_path(start, OWN), status=409)
    alert = site.guest.post(site.form_path(start, OWN), TYPED, status=409).alert
    assert page.heading in alert
    assert len(site.bookings()) == before
    lead = alert.split("\n")[1]
    for ending in (" Andere Zeit aussuchen", " Am nächsten daran liegen:"):
        lead = lead.removesuffix(ending)
    assert lead in page.text
    return f"{page.heading}. {lead}"


def accepted(site: Site, start: datetime) -> None:
    """The page, the list and POST all have it."""
    assert start in listed(site)
    site.guest.get(site.form_path(start, OWN))
    site.guest.post(site.form_path(start, OWN), TYPED)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("0", "Diese Zeit ist schon vorbei."),
        ("1", "Ein Gespräch braucht mindestens eine Stunde Vorlauf."),
        ("12", "Ein Gespräch braucht mindestens 12 Stunden Vorlauf."),
    ],
)
def test_notice_of_a_kind_ends_to_the_second(open_site: OpenSite, hours: str, said: str) -> None:
    site = open_site({"notice_hours": "36"}, a_kind(OWN, notice_hours=hours))
    site.clock.now = TEN - int(hours) * HOUR + SECOND
    assert refused(site, TEN) == f"So kurzfristig geht es nicht. {said}"
    site.clock.turn(seconds=-1)
    accepted(site, TEN)


@pytest.mark.parametrize(
    ("days", "said", "empty"),
    [
        ("1", "bis zu einen Tag im Voraus", "ab Mittwoch, 4. März."),
        ("2", "bis zu 2 Tage im Voraus", "ab Dienstag, 3. März."),
    ],
)
def test_horizon_of_a_kind_includes_its_last_day(
    open_site: OpenSite, days: str, said: str, empty: str
) -> None:
    hours = '{ thursday = ["10:00-10:30"] }'
    site = open_site(None, a_kind(OWN, horizon_days=days, hours=hours, notice_hours="0"))
    site.clock.now = in_berlin("2026-03-05 00:00") - int(days) * DAY - SECOND
    assert said in refused(site, TEN)
    assert empty in site.guest.get(f"/termin/{OWN}").text
    site.clock.turn(seconds=1)
    accepted(site, TEN)


def test_hours_of_a_kind_are_its_alone(open_site: OpenSite) -> None:
    site = open_site(None, a_kind(OWN, hours='{ saturday = ["10:00-11:00"] }', horizon_days="7"))
    saturday = in_berlin("2026-03-07 10:00")
    assert listed(site) == [saturday, saturday + HOUR / 2]
    assert saturday not in site.free("kennenlernen")
    assert refused(site, TEN).startswith("Zu dieser Zeit gibt es keinen Termin.")
    accepted(site, saturday)


def test_limit_of_a_kind_is_its_alone(open_site: OpenSite) -> None:
    site = open_site(None, a_kind(OWN, per_day="1"))
    accepted(site, TEN)
    assert refused(site, TEN + HOUR).startswith("Diese Zeit ist vergeben.")
    assert TEN + HOUR in site.free("kennenlernen")
    accepted(site, TEN + 7 * DAY)


def test_limits_of_a_kind_and_of_all_count_side_by_side(open_context: OpenContext) -> None:
    with open_context(appended=a_kind(OWN, per_day="1"), per_day="2") as context:

        def booked(start: datetime, kind: str = OWN) -> str:
            return book(context, a_wish(context, start, kind=kind), now=NOW)

        token, other = booked(TEN), booked(TEN + 7 * DAY)
        booked(TEN + HOUR, "kennenlernen")
        for start, kind in ((TEN + 2 * HOUR, OWN), (TEN + 4 * HOUR, "kennenlernen")):
            with pytest.raises(NotFree):
                booked(start, kind)
        with pytest.raises(NotFree):
            move(context, other, TEN + 2 * HOUR, now=NOW)
        assert look_up(context, other).booking.start == TEN + 7 * DAY
        # Its own place does not count when it moves, and is free again when it is called off.
        move(context, token, TEN - HOUR, now=NOW)
        cancel(context, token, "", now=NOW)
        booked(TEN - HOUR)


def test_a_kind_that_is_gone_changes_by_the_general_rules(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(appended=a_kind(OWN, change_hours="48")) as context:
        token = book(context, a_wish(context, TEN, kind=OWN), now=NOW)
    with open_sqlite_context(change_hours="2") as context:
        with pytest.raises(TooLateToChange):
            cancel(context, token, "", now=TEN - 2 * HOUR + SECOND)
        move(context, token, TEN + 7 * DAY, now=TEN - 24 * HOUR)
        cancel(context, token, "", now=TEN - 2 * HOUR)


@pytest.mark.parametrize(
    ("hours", "said", "until"),
    [
        ("1", "eine Stunde", "Donnerstag, 5. März, 09:00 Uhr"),
        ("24", "24 Stunden", "Mittwoch, 4. März, 10:00 Uhr"),
    ],
)
def test_pages_say_how_long_this_kind_can_be_changed(
    open_site: OpenSite, hours: str, said: str, until: str
) -> None:
    site = open_site(None, a_kind(OWN, change_hours=hours))
    page = f"/buchung/{site.book(TEN, OWN)}"
    site.clock.now = TEN - int(hours) * HOUR
    assert f"Das geht hier bis {until}." in site.guest.get(page).text
    site.guest.get(f"{page}/absagen")
    site.clock.turn(seconds=1)
    for way in ("absagen", "verschieben"):
        refusal = site.guest.get(f"{page}/{way}", status=409)
        assert f"Bis {said} vor dem Gespräch lässt sich der Termin hier ändern." in refusal.text
    site.guest.post(f"{page}/absagen", {}, status=409)
    assert "Das geht hier bis" not in site.guest.get(page).text


def test_a_window_of_zero_hours_lasts_until_the_start(open_site: OpenSite) -> None:
    site = open_site(None, a_kind(OWN, change_hours="0"))
    page = f"/buchung/{site.book(TEN, OWN)}"
    site.clock.now = TEN - SECOND
    assert "Das geht hier bis Donnerstag, 5. März, 10:00 Uhr." in site.guest.get(page).text
    site.guest.get(f"{page}/verschieben")
    site.clock.now = TEN
    over = site.guest.get(f"{page}/absagen", status=409)
    assert over.heading == "Dieser Termin hat schon stattgefunden"


@pytest.mark.parametrize(
    ("hours", "said"),
    [("0", "bis zum Beginn"), ("1", "bis eine Stunde vorher"), ("12", "bis 12 Stunden vorher")],
)
def test_letters_say_how_long_this_kind_can_be_changed(
    open_sqlite_context: OpenContext, hours: str, said: str
) -> None:
    own = a_kind(OWN, change_hours=hours)
    with open_sqlite_context(appended=own, change_hours="36") as context:
        token = book(context, a_wish(context, TEN, kind=OWN), now=NOW)
        move(context, token, TEN + HOUR, now=NOW)
        for letter in map(read, letters(context)):
            if letter.kind in {LetterKind.CONFIRMATION, LetterKind.MOVED_VISITOR}:
                in_both(letter, said)
            assert "36 Stunden" not in letter.everything
