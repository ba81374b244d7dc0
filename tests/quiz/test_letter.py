"""„Schick mir mein Ergebnis“: voluntary, and never in the way."""

from urllib.parse import urlencode

import pytest

from stadtfuehrer.mail.service import all_letters
from tests.support.contexts import full_answers
from tests.support.pages import Page
from tests.support.sites import OpenSite, Site

BUTTON = "Ergebnis schicken"


def result(site: Site) -> Page:
    return site.guest.get(f"/quiz/ergebnis?{urlencode(full_answers(site.context))}")


def recipients(site: Site) -> list[str]:
    return [letter["recipient"] for letter in all_letters(site.context)]


def test_the_result_is_sent_to_the_address_and_the_page_says_so(site: Site) -> None:
    page = site.guest.press(result(site), BUTTON, {"email": "aenne@gast.example"})
    assert page.location.endswith("#brief")
    after = site.guest.get(page.location)
    assert after.notices[0].startswith("Ist unterwegs.")
    assert after.heading == result(site).heading
    assert recipients(site) == ["aenne@gast.example"]


def test_the_same_form_sent_twice_is_one_letter(site: Site) -> None:
    shown = result(site)
    for _ in range(2):
        site.guest.press(shown, BUTTON, {"email": "aenne@gast.example"})
    assert len(recipients(site)) == 1


@pytest.mark.parametrize("email", ["", "   ", "aenne", "a@b.example, c@d.example", "ä@b.example"])
def test_a_wrong_address_is_shown_again_with_the_result(site: Site, email: str) -> None:
    page = site.guest.press(result(site), BUTTON, {"email": email, "name": "Änne"}, status=422)
    assert page.value("email") == email.strip()
    assert page.value("name") == "Änne"
    assert page.mistake("email") in page.alert
    assert page.heading == result(site).heading
    again = site.guest.press(page, BUTTON, {"email": "aenne@gast.example"})
    assert (again.status, recipients(site)) == (303, ["aenne@gast.example"])


def test_too_many_forms_are_told_to_wait_and_keep_what_was_typed(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    site.guest.press(result(site), BUTTON, {"email": "a@gast.example"})
    page = site.guest.press(result(site), BUTTON, {"email": "b@gast.example"}, status=429)
    assert page.value("email") == "b@gast.example"
    assert recipients(site) == ["a@gast.example"]
