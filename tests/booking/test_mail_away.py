"""Guests book for an hour without a mail server, and all their letters arrive after it."""

import socket
from contextlib import closing
from datetime import timedelta

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.mail.delivery import LONGEST_PAUSE, deliver_due
from stadtfuehrer.mail.service import all_letters
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, serving
from tests.support.sites import TYPED, OpenSite, Site

EVERY = timedelta(minutes=30)
GUESTS = 3
BUTTON = "Termin buchen"


def book_by_form(site: Site, guest: int) -> None:
    """As a guest does, up to the page that confirms it."""
    form = site.guest.get(site.form_path(site.free()[0]))
    typed = {**TYPED, "email": f"gast{guest}@gast.example"}
    site.guest.get(site.guest.press(form, BUTTON, typed).location)


def states(site: Site) -> set[str]:
    return {letter["state"] for letter in all_letters(site.context)}


@pytest.mark.parametrize("listens", [False, True], ids=["the port is closed", "it never answers"])
def test_booking_goes_on_while_mail_is_away_for_an_hour_and_everything_arrives_after(
    open_site: OpenSite, *, listens: bool
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(0.05)
        port = silent.getsockname()[1]
        if not listens:
            silent.close()
        mail = {"transport": '"smtp"', "mail.host": '"127.0.0.1"', "security": '"none"'}
        site = open_site(mail | {"mail.port": str(port)})
        post = plain(port, seconds=0.02)
        for guest in range(GUESTS):
            book_by_form(site, guest)
            if listens:
                # Whoever books waits for no mail server: nobody has even tried to reach it.
                with pytest.raises(TimeoutError):
                    silent.accept()
            assert deliver_due(site.context, post, compose=compose, clock=site.clock).sent == 0
            while listens and accepted(silent):
                pass
            site.clock.turn(seconds=EVERY.total_seconds())
    assert len(site.bookings()) == GUESTS
    assert states(site) == {"waiting"}
    assert "letters cannot leave since" in site.guest.get("/healthz").body.decode()

    handler = Handler()
    with serving(handler, port=port):
        site.clock.turn(seconds=LONGEST_PAUSE.total_seconds())
        deliver_due(site.context, plain(port), compose=compose, clock=site.clock)
    assert states(site) == {"sent"}
    assert sorted(one for it in handler.accepted for one in it.rcpt_tos) == sorted(
        [f"gast{guest}@gast.example" for guest in range(GUESTS)]
        + [site.context.settings.consultant.email] * GUESTS
    )
    assert "letters" not in site.guest.get("/healthz").body.decode()


def accepted(listening: socket.socket) -> bool:
    """Whether somebody had come, who is sent away again."""
    try:
        listening.accept()[0].close()
    except TimeoutError:
        return False
    return True
