"""The child is ill: tomorrow is closed, and everybody who had an appointment finds another time."""

import pytest

from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.office import OfficeGuest, signed_in
from tests.support.page_rules import ORIGIN
from tests.support.rows import a_booking, add
from tests.support.sites import TYPED, Site
from tests.support.stored import letters, live_bookings

TOMORROW = "2026-03-03"
GUESTS = ("aenne@gast.example", "otto@gast.example", "erna@gast.example")
CLOCKS = ("09:00", "10:00", "14:00")
SENTENCE = "Mein Kind ist krank, und ich bleibe bei ihm.\nEs tut mir leid."


@pytest.fixture
def vera(site: Site) -> OfficeGuest:
    return signed_in(site)


def booked_by_three(site: Site) -> None:
    for email, clock in zip(GUESTS, CLOCKS, strict=True):
        path = site.form_path(in_berlin(f"{TOMORROW} {clock}"))
        site.guest.post(path, TYPED | {"email": email, "name": email.partition("@")[0].title()})


def test_a_day_on_which_a_child_is_ill(site: Site) -> None:
    site.clock.turn(days=-1, hours=-1)  # so that tomorrow was far enough away to be booked
    booked_by_three(site)
    site.clock.turn(days=1)
    vera, before = signed_in(site), len(letters(site.context))

    taps = ["Zu"]
    page = vera.get(dict(vera.get("/buero").links())[taps[0]])
    taps.append("Morgen zu")
    page = vera.get(vera.press(page, taps[-1]).location)
    assert [name in page.text for name in ("Aenne", "Otto", "Erna")] == [True] * 3
    taps.append("Allen absagen und Zeiten anbieten")
    page = vera.get(vera.press(page, taps[-1], {"satz": SENTENCE}).location)
    assert page.notices == ["3 Gäste bekommen Bescheid."]
    assert len(taps) == 3
    assert live_bookings(site.context) == []
    assert not any(f"{start:%F}" == TOMORROW for start in site.free())

    apologies = [
        read(row) for row in letters(site.context, after=before) if row.kind == "absage-gast"
    ]
    assert [one.to for one in apologies] == [[one] for one in GUESTS]
    for apology in apologies:
        assert all(line in apology.text for line in SENTENCE.splitlines())
        offered = sorted(one for one in apology.links if "/neu?" in one)
        assert len(offered) == 3
        question = site.guest.get(offered[0].removeprefix(ORIGIN))
        booked = site.guest.get(site.guest.press(question, "Ja, diese Zeit").location)
        assert booked.heading == "Wir sind verabredet"
    again = live_bookings(site.context)
    assert sorted(one.visitor.email for one in again) == sorted(GUESTS)
    assert len({one.start for one in again}) == 3
    assert {one.visitor.anliegen for one in again} == {TYPED["anliegen"]}


def test_only_what_was_shown_is_called_off(site: Site, vera: OfficeGuest) -> None:
    first, second = in_berlin("2026-03-10 09:00"), in_berlin("2026-03-10 10:00")
    site.book(first)
    page = vera.get(vera.post(*closing("2026-03-10", vera)).location)
    with site.context.database.begin() as session:
        add(session, a_booking(second))
    vera.press(page, "Absagen und Zeiten anbieten", {"satz": SENTENCE})
    assert [one.start for one in live_bookings(site.context)] == [second]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"vom": ""}, "vom", "Ab welchem Tag soll zu sein?"),
        ({"vom": "2026-02-30"}, "vom", "Das ist kein Tag"),
        ({"bis": "2026-03-09"}, "bis", "Der letzte Tag liegt vor dem ersten"),
        ({"bis": "2027-03-12"}, "bis", "weiter als ein Jahr danach"),
        ({"ab_uhr": "9 Uhr"}, "ab_uhr", "Das ist keine Uhrzeit"),
        ({"ab_uhr": "09:02"}, "ab_uhr", "Bitte in Schritten von 5 Minuten."),
        ({"ab_uhr": "10:00", "bis_uhr": "10:00"}, "bis_uhr", "Das Ende liegt vor dem Anfang."),
    ],
)
def test_what_cannot_be_closed_is_said_at_its_field_and_kept(
    vera: OfficeGuest, typed: dict[str, str], field: str, said: str
) -> None:
    path, fields = closing("2026-03-10", vera)
    page = vera.post(path, fields | typed, status=422)
    assert said in page.mistake(field)
    assert {name: page.value(name) for name in typed} == typed
    assert "Nichts." in vera.get("/buero/zu").text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({}, "Dienstag, 10. März"),
        ({"bis": "2026-03-10"}, "Dienstag, 10. März"),
        ({"bis": "2026-03-13"}, "Dienstag, 10. März bis Freitag, 13. März"),
        ({"ab_uhr": "09:00", "bis_uhr": "11:30"}, "Dienstag, 10. März, 09:00–11:30 Uhr"),
        (
            {"bis": "2026-03-11", "ab_uhr": "15:00", "bis_uhr": "12:00"},
            "Dienstag, 10. März, 15:00 Uhr bis Mittwoch, 11. März, 12:00 Uhr",
        ),
        ({"ab_uhr": "15:00"}, "Dienstag, 10. März, 15:00–24:00 Uhr"),
    ],
)
def test_what_was_closed_is_listed_and_taken_back(
    vera: OfficeGuest, typed: dict[str, str], shown: str
) -> None:
    path, fields = closing("2026-03-10", vera)
    page = vera.get(vera.post(path, fields | typed).location)
    assert page.heading == f"Zu: {shown}"
    assert shown in [label for label, _ in vera.get("/buero/zu").links()]
    page = vera.get(vera.press(page, "Aufheben").location)
    assert page.notices == ["Aufgehoben: Es gilt wieder, was in den Einstellungen steht."]
    assert "Nichts." in page.text


def test_hours_are_opened_and_at_once_bookable(site: Site, vera: OfficeGuest) -> None:
    saturday = in_berlin("2026-03-14 10:00")
    assert saturday not in site.free()
    typed = {"tag": "2026-03-14", "oeffnet": "10:00", "schliesst": "09:00"}
    page = vera.press(vera.get("/buero/zu"), "Öffnen", typed, status=422)
    assert page.mistake("schliesst") == "Das Ende liegt vor dem Anfang."
    page = vera.get(vera.press(page, "Öffnen", {"schliesst": "11:00"}).location)
    assert "Samstag, 14. März, 10:00–11:00 Uhr" in page.text
    assert saturday in site.free()


def test_each_step_is_in_the_audit_log(site: Site, vera: OfficeGuest) -> None:
    site.book(in_berlin("2026-03-10 09:00"))
    page = vera.get(vera.post(*closing("2026-03-10", vera)).location)
    vera.get(vera.press(page, "Absagen und Zeiten anbieten", {"satz": SENTENCE}).location)
    vera.press(page, "Aufheben")
    written = vera.get("/buero/protokoll").text
    for step in ("eine Zeit geschlossen", "einen Termin abgesagt", "geänderte Öffnung aufgehoben"):
        assert step in written
    assert SENTENCE.splitlines()[0] not in written


def closing(day: str, vera: OfficeGuest) -> tuple[str, dict[str, str]]:
    """Where the form that closes goes, and what it sends for this day."""
    (form,) = (one for one in vera.get("/buero/zu").forms() if "Schließen" in one.buttons)
    return form.action, dict(form.fields) | {"vom": day}
