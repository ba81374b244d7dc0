"""A number is dialled the same from wherever it is shown."""

import re

import pytest

from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.sites import TYPED, OpenSite
from tests.support.stored import letters

START = in_berlin("2026-03-05 09:00")


@pytest.mark.parametrize(
    ("country", "written", "dialled"),
    [
        ("DE", "+49 (0) 89 / 55 50–12 34", "tel:+498955501234"),
        ("DE", "089 / 5550 1234", "tel:+498955501234"),
        ("AT", "01 / 234 56 78", "tel:+4312345678"),
        ("CH", "044 668 18 00", "tel:+41446681800"),
    ],
)
def test_each_page_and_letter_dials_alike(
    open_site: OpenSite, country: str, written: str, dialled: str
) -> None:
    consultant = {"phone": f'"{written}"', "booking.country": f'"{country}"', "subdivision": '""'}
    site = open_site(consultant | {"caller": '"guest"'})
    booked = site.guest.post(site.form_path(START), TYPED | {"telefon": ""}).location
    site.guest.post(site.form_path(in_berlin("2026-03-05 10:00")), TYPED | {"telefon": written})
    own = consultant_token(site.context.secret, site.bookings()[1].uid)
    pages = [site.guest.get(path) for path in ("/", booked, f"/buchung/{own}")]
    site.clock.turn(days=2, hours=20)
    pages.append(site.guest.get(f"{booked}/verschieben", status=409))
    assert any(label == f"Anrufen: {written}" for label, _ in pages[-1].links())
    html = [page.body.decode() for page in pages]
    html += [read(one).html for one in letters(site.context)]
    found = [re.findall(r'href="(tel:[^"]*)"', one) for one in html]
    assert all(found[:4])
    assert any(found[4:])
    assert {one for page in found for one in page} == {dialled}
