"""A form that was opened before its kind of consultation was changed."""

from dataclasses import replace

import pytest

from stadtfuehrer.booking.slots import Kind, Place
from stadtfuehrer.web import init_context
from tests.support.contexts import in_berlin
from tests.support.pages import Page
from tests.support.sites import KIND, TYPED, OpenSite, Site

BUTTON = "Termin buchen"
NINE = in_berlin("2026-03-05 09:00")
LONGER = "waren es 30 Minuten am Telefon (ich rufe an), jetzt sind es 120 Minuten vor Ort."


def change_kind(site: Site, **what: object) -> None:
    """As a new start with other settings does."""

    def changed(kind: Kind) -> Kind:
        return replace(kind, **what) if kind.id == KIND else kind  # type: ignore[arg-type] # any

    kinds = tuple(changed(kind) for kind in site.context.kinds)
    site.context = replace(site.context, kinds=kinds)
    init_context(site.app, site.context, site.clock)


def opened(site: Site) -> Page:
    return site.guest.get(site.form_path(NINE))


def typed_in(page: Page) -> dict[str, str]:
    return {name: page.value(name) for name in TYPED}


def test_it_is_shown_again_with_what_changed_and_books_at_the_second_press(site: Site) -> None:
    shown = opened(site)
    change_kind(site, minutes=120, place=Place.ON_SITE)
    page = site.guest.press(shown, BUTTON, TYPED, status=422)
    assert LONGER in page.alert
    assert typed_in(page) == TYPED
    assert "120 Minuten" in page.text
    assert site.bookings() == []
    site.guest.press(page, BUTTON)
    (booking,) = site.bookings()
    assert (booking.end - booking.start).total_seconds() == 120 * 60
    assert booking.place is Place.ON_SITE


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"minutes": 60}, "jetzt sind es 60 Minuten am Telefon"),
        ({"place": Place.VIDEO}, "jetzt sind es 30 Minuten per Video"),
    ],
)
def test_length_and_place_are_told_apart(site: Site, what: dict[str, object], said: str) -> None:
    shown = opened(site)
    change_kind(site, **what)
    assert said in site.guest.press(shown, BUTTON, TYPED, status=422).alert


def test_a_mistake_in_a_field_does_not_hide_the_change(site: Site) -> None:
    shown = opened(site)
    change_kind(site, minutes=120, place=Place.ON_SITE)
    page = site.guest.press(shown, BUTTON, TYPED | {"name": ""}, status=422)
    assert LONGER not in page.alert
    page = site.guest.press(page, BUTTON, {"name": TYPED["name"]}, status=422)
    assert LONGER in page.alert
    site.guest.press(page, BUTTON)


def test_what_changes_beside_it_is_no_change(site: Site) -> None:
    shown = opened(site)
    change_kind(site, title="Erstgespräch", after=30)
    site.guest.press(shown, BUTTON, TYPED)
    assert len(site.bookings()) == 1


@pytest.mark.parametrize("promised", [None, "", "30", "30-telefon-x", "-1-telefon", "30-nirgends"])
def test_a_form_that_promises_nothing_books_what_there_is(site: Site, promised: str | None) -> None:
    change_kind(site, minutes=120, place=Place.ON_SITE)
    typed = TYPED if promised is None else TYPED | {"zusage": promised}
    site.guest.post(site.form_path(NINE), typed)
    assert len(site.bookings()) == 1


def test_a_form_that_has_booked_leads_to_its_booking_after_a_change(open_site: OpenSite) -> None:
    site = open_site({"minimum_seconds": "3"})
    shown = opened(site)
    site.clock.turn(seconds=3)
    booked = site.guest.press(shown, BUTTON, TYPED).location
    change_kind(site, minutes=120, place=Place.ON_SITE)
    assert site.guest.press(shown, BUTTON, TYPED).location == booked
    assert len(site.bookings()) == 1
