"""An address that takes no letters, corrected on the booking's page."""

from datetime import timedelta

import pytest

from stadtfuehrer.booking.answers import follow_up, take
from stadtfuehrer.booking.pending import confirm
from stadtfuehrer.booking.readdressing import MOST_CORRECTIONS, readdress
from stadtfuehrer.booking.reminders import remind
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.service import examine
from stadtfuehrer.refusals import AddressStands, AlreadyCancelled, AlreadyOver, TooManyLetters
from stadtfuehrer.tokens import confirmation_token, consultant_token
from tests.support.came_back import a_bounce, sent
from tests.support.contexts import NOW, OpenContext, a_kind, a_visitor, a_wish, in_berlin
from tests.support.mailbag import read
from tests.support.sites import OpenSite, Site
from tests.support.stored import letters

START = in_berlin("2026-03-05 09:00")
WRONG, RIGHT = "aenne@gast.exampel", "aenne@gast.example"
NO = "550 5.1.1 no such user"


def refused(context: AppContext, kind: str = "kennenlernen") -> str:
    """A booking whose letter to the visitor the server refused; its token."""
    sent(context)
    wanted = a_wish(context, START, kind=kind, visitor=a_visitor(email=WRONG))
    token = book(context, wanted, now=NOW)
    sent(context, NO)
    return token


def test_everything_goes_to_the_new_address_once_more(context: AppContext) -> None:
    token = refused(context)
    before = len(letters(context))
    readdress(context, token, RIGHT, now=NOW)
    readdress(context, token, RIGHT, now=NOW)  # sent twice
    booking = look_up(context, token).booking
    assert (booking.visitor.email, booking.sequence) == (RIGHT, 1)
    sent(context)
    visitors, consultants = (read(one) for one in letters(context, after=before))
    assert (visitors.kind, visitors.to) == ("bestaetigung", [RIGHT])
    assert consultants.kind == "neue-adresse"
    assert consultants.to == [context.settings.consultant.email]
    for letter in (visitors, consultants):
        assert letter.invitation is not None
        assert b"SEQUENCE:1\r\n" in letter.invitation
        assert f"mailto:{RIGHT}".encode() in letter.invitation.replace(b"\r\n ", b"")
        assert WRONG not in letter.shown
    assert RIGHT in consultants.shown
    assert not any(token in link for link in consultants.links)
    assert examine(context, now=NOW).failed.letters == 0
    assert follow_up(context, now=NOW) == 0


def test_what_waits_for_the_old_address_is_not_sent(context: AppContext) -> None:
    token = refused(context)
    eve = START - timedelta(hours=22)
    remind(context, now=eve)
    sent(context, "450 later", now=eve)  # composed, and tried in vain
    readdress(context, token, RIGHT, now=eve)
    remind(context, now=eve)
    handler = sent(context, now=eve + timedelta(hours=1))
    reached = [one for taken in handler.accepted for one in taken.rcpt_tos]
    assert reached.count(RIGHT) == 1  # whoever is written to now needs no reminder
    assert WRONG not in reached


def test_only_an_address_that_is_known_to_be_wrong_can_be_corrected(context: AppContext) -> None:
    token = book(context, a_wish(context, START), now=NOW)
    with pytest.raises(AddressStands):
        readdress(context, token, "fremd@gast.example", now=NOW)
    sent(context)
    with pytest.raises(AddressStands):
        readdress(context, token, "fremd@gast.example", now=NOW)
    assert look_up(context, token).booking.visitor.email == "aenne@gast.example"


def test_it_is_corrected_a_few_times_only(context: AppContext) -> None:
    token = refused(context)
    for number in range(MOST_CORRECTIONS):
        readdress(context, token, f"nummer{number}@gast.example", now=NOW)
        sent(context, NO)
    with pytest.raises(AddressStands):
        readdress(context, token, RIGHT, now=NOW)


@pytest.mark.parametrize(("hour", "refusal"), [(-1, None), (0, AlreadyOver)])
def test_until_the_consultation_begins(
    context: AppContext, hour: int, refusal: type[Exception] | None
) -> None:
    token = refused(context)
    then = START + timedelta(hours=hour)
    if refusal is None:
        readdress(context, token, RIGHT, now=then)
    else:
        with pytest.raises(refusal):
            readdress(context, token, RIGHT, now=then)


def test_not_when_it_is_called_off(context: AppContext) -> None:
    token = refused(context)
    cancel(context, token, "", now=NOW)
    with pytest.raises(AlreadyCancelled):
        readdress(context, token, RIGHT, now=NOW)


def test_a_stranger_gets_no_more_letters_than_anybody(open_context: OpenContext) -> None:
    with open_context(letters_per_address="1") as context:
        victim = a_visitor(email="opfer@gast.example")
        book(context, a_wish(context, START + timedelta(days=1), visitor=victim), now=NOW)
        token = refused(context)
        with pytest.raises(TooManyLetters):
            readdress(context, token, "opfer@gast.example", now=NOW)
        own = consultant_token(context.secret, look_up(context, token).booking.uid)
        readdress(context, own, "opfer@gast.example", now=NOW)  # the consultant has telephoned


def test_a_confirmed_address_is_confirmed_no_more(open_context: OpenContext) -> None:
    with open_context(confirm='"always"') as context:
        wanted = a_wish(context, START, visitor=a_visitor(email=WRONG))
        token = book(context, wanted, now=NOW)
        sent(context)
        uid = look_up(context, token).booking.uid
        confirm(context, confirmation_token(context.secret, uid), now=NOW)
        sent(context)
        last = next(one for one in letters(context) if one.kind == "bestaetigung")
        take(context, a_bounce(last.message_id), now=NOW)
        readdress(context, token, RIGHT, now=NOW)
        assert look_up(context, token).booking.confirmed_at is None
        assert [one.mailbox is None for one in letters(context)[-2:]] == [False, True]


def test_a_request_goes_to_the_new_address(open_context: OpenContext) -> None:
    with open_context(appended=a_kind("auf-anfrage", approve="true")) as context:
        token = refused(context, "auf-anfrage")
        before = len(letters(context))
        readdress(context, token, RIGHT, now=NOW)
        sent(context)
        visitors, consultants = (read(one) for one in letters(context, after=before))
        assert (visitors.kind, visitors.to) == ("anfrage-gast", [RIGHT])
        assert consultants.invitation is None
        assert "wartet weiter auf deine Antwort" in consultants.shown


def test_the_page_leads_from_the_mistake_to_the_corrected_booking(site: Site) -> None:
    token = refused(site.context)
    shown = site.guest.get(f"/buchung/{token}")
    form = site.guest.get(shown.link("Adresse berichtigen"))
    again = site.guest.press(form, "Dorthin schicken", {"email": "aenne@gast"}, status=422)
    assert again.value("email") == "aenne@gast"
    back = site.guest.press(again, "Dorthin schicken", {"email": RIGHT})
    assert f"Die Einladung geht an {RIGHT}" in site.guest.get(back.location).text
    site.guest.get(f"/buchung/{token}/adresse", status=409)


def test_the_consultant_who_telephoned_corrects_it(site: Site) -> None:
    token = refused(site.context)
    own = consultant_token(site.context.secret, look_up(site.context, token).booking.uid)
    shown = site.guest.get(f"/buchung/{own}")
    form = site.guest.get(shown.link("Adresse berichtigen"))
    assert "Deine E-Mail-Adresse" not in form.text
    back = site.guest.press(form, "Dorthin schicken", {"email": RIGHT})
    assert back.location == f"/buchung/{own}"
    last = letters(site.context)[-1]
    assert (last.kind, (last.facts or {})["by"]) == ("neue-adresse", "beratung")


def test_the_form_is_refused_where_no_letter_may_go(open_site: OpenSite) -> None:
    site = open_site({"letters_per_address": "1"})
    site.book(START + timedelta(days=1))
    token = refused(site.context)
    form = site.guest.get(f"/buchung/{token}/adresse")
    again = site.guest.press(form, "Dorthin schicken", {"email": RIGHT}, status=429)
    assert again.value("email") == RIGHT
    assert "Heute geht kein weiterer Brief dorthin" in again.text
