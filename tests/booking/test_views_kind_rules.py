"""Pages, frei.json and POST keep to a kind's own rules, and say its own numbers."""

import json
from datetime import datetime, timedelta

import pytest

from tests.support.contexts import a_kind, in_berlin
from tests.support.sites import TYPED, OpenSite, Site

OWN = "eigen"
TEN = in_berlin("2026-03-05 10:00")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


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
    sentence = alert.split("\n")[1]
    lead = sentence.removesuffix(" Andere Zeit aussuchen").removesuffix(
        " Am nächsten daran liegen:"
    )
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
def test_notice_of_a_kind(open_site: OpenSite, hours: str, said: str) -> None:
    site = open_site({"notice_hours": "36"}, a_kind(OWN, notice_hours=hours))
    site.clock.now = TEN - int(hours) * HOUR
    site.clock.turn(seconds=1)
    assert refused(site, TEN) == f"So kurzfristig geht es nicht. {said}"
    site.clock.turn(seconds=-1)
    accepted(site, TEN)


@pytest.mark.parametrize(
    ("days", "said", "empty"),
    [
        ("1", "bis zu einen Tag im Voraus", "Bis morgen ist alles vergeben."),
        ("2", "bis zu 2 Tage im Voraus", "In den nächsten 2 Tagen ist alles vergeben."),
    ],
)
def test_horizon_of_a_kind(open_site: OpenSite, days: str, said: str, empty: str) -> None:
    site = open_site(
        None,
        a_kind(OWN, horizon_days=days, hours='{ thursday = ["10:00-10:30"] }', notice_hours="0"),
    )
    site.clock.now = in_berlin("2026-03-05 00:00") - int(days) * timedelta(days=1) - SECOND
    assert said in refused(site, TEN)
    assert empty in site.guest.get(f"/termin/{OWN}").text
    site.clock.turn(seconds=1)
    accepted(site, TEN)


def test_hours_of_a_kind(open_site: OpenSite) -> None:
    site = open_site(None, a_kind(OWN, hours='{ saturday = ["10:00-11:00"] }', horizon_days="7"))
    saturday = in_berlin("2026-03-07 10:00")
    assert listed(site) == [saturday, saturday + HOUR / 2]
    assert refused(site, TEN).startswith("Zu dieser Zeit gibt es keinen Termin.")
    accepted(site, saturday)


def test_limit_of_a_kind(open_site: OpenSite) -> None:
    site = open_site(None, a_kind(OWN, per_day="1"))
    accepted(site, TEN)
    assert refused(site, TEN + HOUR).startswith("Diese Zeit ist gerade vergeben worden.")
    assert TEN + HOUR in site.free("kennenlernen")
    accepted(site, TEN + timedelta(days=7))


@pytest.mark.parametrize(("hours", "said"), [("1", "eine Stunde"), ("24", "24 Stunden")])
def test_change_window_of_a_kind(open_site: OpenSite, hours: str, said: str) -> None:
    site = open_site(None, a_kind(OWN, change_hours=hours))
    page = f"/buchung/{site.book(TEN, OWN)}"
    site.clock.now = TEN - int(hours) * HOUR
    until = "Mittwoch, 4. März, 10:00 Uhr" if hours == "24" else "Donnerstag, 5. März, 09:00 Uhr"
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


def test_a_full_phone_number_is_asked_for(site: Site) -> None:
    for number in ("1", "1234", "+49 3", "(0) - / .", "12.34"):
        page = site.guest.post(site.form_path(TEN), TYPED | {"telefon": number}, status=422)
        assert "Eine Telefonnummer besteht aus Ziffern" in page.mistake("telefon")
        assert page.value("telefon") == number
    site.guest.post(site.form_path(TEN), TYPED | {"telefon": "12345"})
    assert site.bookings()[0].visitor.telefon == "12345"
