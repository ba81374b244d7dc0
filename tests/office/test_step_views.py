"""Move, cancel, „nicht gekommen“: written, read as the guest will, sent; and two at once."""

import pytest

from stadtfuehrer.booking.model import Booking, Status
from stadtfuehrer.booking.service import look_up_by_id
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.tokens import booking_token
from tests.support.agenda import booked_at
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sites import Site
from tests.support.stored import letters

SENTENCE = "Mein Kind ist krank.\nEs tut mir leid!"
IN_A_LINE = "Mein Kind ist krank. Es tut mir leid!"
TEN, SUNDAY = in_berlin("2026-03-04 10:00"), in_berlin("2026-03-08 20:05")
OWN = {"start": "eigene", "tag": "2026-03-08", "uhrzeit": "20:05"}


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


@pytest.fixture
def path(site: Site) -> str:
    """Somebody booked Wednesday, 09:00."""
    return f"/buero/buchung/{booked_at(site, '2026-03-04 09:00')}"


def its(site: Site, path: str) -> Booking:
    return look_up_by_id(site.context, int(path.rpartition("/")[2])).booking


def kinds(site: Site) -> list[str]:
    return [one.kind for one in letters(site.context)]


def read_first(guest: OfficeGuest, form: Page, **typed: str) -> Page:
    return guest.press(form, "Weiter", typed, status=200)


@pytest.mark.parametrize(
    ("chosen", "start"),
    [({"start": in_address(TEN)}, TEN), (OWN, SUNDAY), (OWN | {"start": ""}, SUNDAY)],
    ids=["free", "own", "own without the button"],
)
def test_a_move_is_read_before_it_is_sent(
    site: Site, guest: OfficeGuest, path: str, chosen: dict[str, str], start: object
) -> None:
    form = guest.get(f"{path}/verschieben")
    assert "Das liest dein Gast, so wie du es schreibst." in form.text
    preview = read_first(guest, form, satz=SENTENCE, **chosen)
    assert preview.heading == "Das liest dein Gast"
    assert IN_A_LINE in preview.text
    assert ("Nach deinen Regeln wäre diese Zeit nicht frei" in preview.text) == (start == SUNDAY)
    assert kinds(site) == ["bestaetigung", "einladung"]
    done = guest.press(preview, "Verschieben und senden")
    assert guest.get(done.location).notices == ["Verschoben."]
    assert its(site, path).start == start
    (to_guest,) = [one for one in letters(site.context) if one.kind == LetterKind.MOVED_VISITOR]
    assert "Mein Kind ist krank." in read(to_guest).text
    assert "vera@stadtfuehrer.example hat einen Termin verschoben" in (
        guest.get("/buero/protokoll").text
    )


def test_what_was_read_can_still_be_changed(site: Site, guest: OfficeGuest, path: str) -> None:
    preview = read_first(guest, guest.get(f"{path}/verschieben"), satz=SENTENCE, **OWN)
    form = guest.press(preview, "Noch ändern", status=200)
    assert form.value("satz").strip() == SENTENCE
    assert (form.value("tag"), form.value("uhrzeit")) == ("2026-03-08", "20:05")
    assert form.value("start") == "eigene"
    again = read_first(guest, form, satz="Kürzer.")
    assert "Kürzer." in again.text
    assert its(site, path).sequence == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Wähle eine Zeit aus."),
        ({"start": "eigene"}, "Welcher Tag?"),
        (OWN | {"tag": "morgen"}, "Welcher Tag?"),
        (OWN | {"uhrzeit": ""}, "Um wie viel Uhr?"),
        *((OWN | {"uhrzeit": clock}, "Um wie viel Uhr?") for clock in ("25:00", "10:75", "٢٠:٠٥")),
        *((OWN | {"tag": day}, "Welcher Tag?") for day in ("0001-01-01", "9999-12-31")),
        (OWN | {"tag": "0002-01-01"}, "schon vorbei"),
        (OWN | {"uhrzeit": "20:07"}, "Gespräche beginnen zu vollen fünf Minuten."),
        (OWN | {"tag": "2026-03-01"}, "Diese Zeit ist schon vorbei."),
        (OWN | {"start": in_address(TEN)}, "Hier stehen zwei Zeiten."),
        (OWN | {"satz": "x" * 3001}, "Höchstens 3000 Zeichen für deinen Gast."),
    ],
)
def test_a_time_that_is_none(
    guest: OfficeGuest, path: str, typed: dict[str, str], said: str
) -> None:
    page = guest.press(guest.get(f"{path}/verschieben"), "Weiter", typed, status=422)
    assert said in page.alert


def test_over_another_it_says_what_is_there(site: Site, guest: OfficeGuest, path: str) -> None:
    booked_at(site, "2026-03-04 10:00", name="Kofi O’Hara")
    typed = OWN | {"tag": "2026-03-04", "uhrzeit": "10:15", "satz": SENTENCE}
    page = guest.press(guest.get(f"{path}/verschieben"), "Weiter", typed, status=409)
    assert "Kofi O’Hara: Kennenlerngespräch, Mittwoch, 4. März 2026, 10:00 Uhr" in page.alert
    assert page.value("satz").strip() == SENTENCE


def test_taken_between_reading_and_sending(site: Site, guest: OfficeGuest, path: str) -> None:
    form = guest.get(f"{path}/verschieben")
    preview = read_first(guest, form, start=in_address(TEN), satz=SENTENCE)
    booked_at(site, "2026-03-04 10:00", name="Kofi O’Hara")
    page = guest.press(preview, "Verschieben und senden", status=409)
    assert "Kofi O’Hara" in page.alert
    assert page.value("satz").strip() == SENTENCE
    assert its(site, path).sequence == 0


def test_a_cancellation_with_a_reason(site: Site, guest: OfficeGuest, path: str) -> None:
    preview = read_first(guest, guest.get(f"{path}/absagen"), satz=SENTENCE)
    assert IN_A_LINE in preview.text
    done = guest.press(preview, "Absagen und senden")
    assert guest.get(done.location).notices == ["Abgesagt. Die Zeit ist wieder frei."]
    assert (its(site, path).status, its(site, path).cancel_reason) == (Status.CANCELLED, SENTENCE)


def test_changed_by_somebody_else_both_are_shown_and_nothing_is_lost(
    site: Site, guest: OfficeGuest, path: str
) -> None:
    shown = guest.get(f"{path}/absagen")
    read_before = read_first(guest, shown, satz=SENTENCE)
    other = signed_in(site)
    preview = read_first(other, other.get(f"{path}/verschieben"), start=in_address(TEN))
    other.press(preview, "Verschieben und senden")
    for page in (
        guest.press(shown, "Weiter", {"satz": SENTENCE}, status=409),
        guest.press(read_before, "Absagen und senden", status=409),
    ):
        assert page.heading == "Inzwischen geändert"
        assert "Mittwoch, 4. März 2026, 10:00–10:30 Uhr" in page.text
        assert IN_A_LINE in page.text
        assert its(site, path).status is Status.CONFIRMED
    preview = guest.press(page, "Trotzdem weiter", status=200)
    assert "10:00–10:30 Uhr" in preview.text
    guest.press(preview, "Absagen und senden")
    assert its(site, path).cancel_reason == SENTENCE


def test_sent_twice_it_is_done_once(site: Site, guest: OfficeGuest, path: str) -> None:
    preview = read_first(guest, guest.get(f"{path}/absagen"))
    guest.press(preview, "Absagen und senden")
    again = guest.press(preview, "Absagen und senden", status=409)
    assert "Kennenlerngespräch ist abgesagt" in again.text
    assert kinds(site).count(LetterKind.CANCELLED_VISITOR) == 1


class TestMissed:
    @pytest.fixture(autouse=True)
    def begun(self, site: Site, path: str) -> None:
        """The consultation has just begun."""
        site.clock.now = its(site, path).start

    def test_without_an_offer_at_once(self, site: Site, path: str) -> None:
        guest = signed_in(site)
        done = guest.press(guest.get(f"{path}/nicht-gekommen"), "Weiter")
        page = guest.get(done.location)
        assert page.notices == ["Notiert. Einen Dank bekommt dein Gast nicht."]
        assert LetterKind.MISSED not in kinds(site)
        guest.press(page, "War doch da")
        assert its(site, path).missed_at is None

    @pytest.mark.parametrize("typed", [{"angebot": "y"}, {"satz": SENTENCE}])
    def test_an_offer_is_read_first(self, site: Site, path: str, typed: dict[str, str]) -> None:
        guest = signed_in(site)
        preview = read_first(guest, guest.get(f"{path}/nicht-gekommen"), **typed)
        assert "such dir eine neue Zeit aus" in preview.text
        guest.press(preview, "Notieren und senden")
        assert kinds(site)[-1] == LetterKind.MISSED
        assert its(site, path).missed_at == site.clock()

    def test_the_guest_is_not_asked_how_it_was(self, site: Site, path: str) -> None:
        guest = signed_in(site)
        guest.press(guest.get(f"{path}/nicht-gekommen"), "Weiter")
        site.clock.turn(hours=1)
        (booking,) = site.bookings()
        page = site.guest.get(f"/buchung/{booking_token(site.context.secret, booking.uid)}")
        assert "Wir haben uns verpasst" in page.text
        assert "Sagen, wie es war" not in page.text
