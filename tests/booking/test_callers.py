"""Who calls, where a consultation takes place by phone."""

from dataclasses import replace

import pytest

from stadtfuehrer.booking.slots import Caller
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.tokens import consultant_token
from stadtfuehrer.web import init_context
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.sites import KIND, TYPED, OpenSite, Site
from tests.support.stored import letters
from tests.support.written import in_both

NINE = in_berlin("2026-03-05 09:00")
BUTTON = "Termin buchen"
GUEST = {"caller": '"guest"'}
MINE, THEIRS = "+49 89 5550 1234", TYPED["telefon"]
FEW = {"name": "Änne", "email": "aenne@gast.example"}


def test_where_the_consultant_calls_the_number_is_asked_for_and_needed(site: Site) -> None:
    page = site.guest.get(site.form_path(NINE))
    assert "Unter welcher Nummer rufe ich dich an?" in page.text
    assert "am Telefon: Ich rufe dich an" in page.text
    order = [name for name, _ in page.form("email").fields]
    assert order.index("email") < order.index("telefon") < order.index("firma")
    page = site.guest.press(page, BUTTON, FEW, status=422)
    assert page.mistake("telefon") == "Deine Telefonnummer fehlt noch."
    site.guest.press(page, BUTTON, {"telefon": THEIRS})
    assert [booking.caller for booking in site.bookings()] == [Caller.CONSULTANT]


def test_where_the_guest_calls_the_number_is_free_and_the_consultants_is_shown(
    open_site: OpenSite,
) -> None:
    site = open_site(GUEST)
    page = site.guest.get(site.form_path(NINE))
    assert f"am Telefon: Du rufst mich an, unter {MINE}" in page.text
    assert "Unter welcher Nummer" not in page.text
    site.guest.press(page, BUTTON, FEW)
    assert [booking.caller for booking in site.bookings()] == [Caller.GUEST]


@pytest.mark.parametrize(
    ("settings", "to_guest", "to_consultant", "dialled"),
    [
        ({}, f"Ich rufe dich an, unter {THEIRS}.", f"Du rufst an, unter {THEIRS}.", ("", THEIRS)),
        (GUEST, f"Du rufst mich an, unter {MINE}.", f"Dein Gast ruft dich an, unter {MINE}.",
         (MINE, "")),
    ],
    ids=["consultant", "guest"],
)  # fmt: skip
def test_pages_letters_and_calendars_say_who_calls_also_after_the_settings_changed(
    open_site: OpenSite,
    settings: dict[str, str],
    to_guest: str,
    to_consultant: str,
    dialled: tuple[str, str],
) -> None:
    site = open_site(settings)
    booked = site.guest.post(site.form_path(NINE), TYPED).location
    other = Caller.CONSULTANT if settings else Caller.GUEST
    kinds = tuple(
        replace(kind, caller=other) if kind.id == KIND else kind for kind in site.context.kinds
    )
    site.context = replace(site.context, kinds=kinds)
    init_context(site.app, site.context, site.clock)
    own = f"/buchung/{consultant_token(site.context.secret, site.bookings()[0].uid)}"
    sent = {one.kind: read(one) for one in letters(site.context)}
    for address, kind, said, number in (
        (booked, LetterKind.CONFIRMATION, to_guest, dialled[0]),
        (own, LetterKind.INVITATION, to_consultant, dialled[1]),
    ):
        page = site.guest.get(address)
        assert f"Ort\n{said}" in page.text
        if number:
            href = f"tel:{number.replace(' ', '')}"
            assert (number, href) in page.links()
            assert f'href="{href}"' in sent[kind].html
        in_both(sent[kind], said)
        assert said in sent[kind].event["DESCRIPTION"]
        number_to_call = MINE if settings else THEIRS
        assert sent[kind].event["LOCATION"] == f"Telefon: {number_to_call}"


def test_a_form_that_was_opened_before_the_caller_changed_is_shown_again(site: Site) -> None:
    shown = site.guest.get(site.form_path(NINE))
    kinds = tuple(
        replace(kind, caller=Caller.GUEST) if kind.id == KIND else kind
        for kind in site.context.kinds
    )
    site.context = replace(site.context, kinds=kinds)
    init_context(site.app, site.context, site.clock)
    page = site.guest.press(shown, BUTTON, TYPED, status=422)
    said = "30 Minuten am Telefon (ich rufe an), jetzt sind es 30 Minuten am Telefon (du rufst an)"
    assert said in page.alert
    site.guest.press(page, BUTTON)
    assert [booking.caller for booking in site.bookings()] == [Caller.GUEST]


def test_a_number_is_no_matter_of_calling_elsewhere(open_site: OpenSite) -> None:
    site = open_site()
    for kind in ("stadtrundgang", "hausbesuch"):
        page = site.guest.get(site.form_path(NINE, kind))
        assert "Damit ich dich erreiche, falls etwas dazwischenkommt." in page.text
        assert "rufe ich dich an" not in page.text
