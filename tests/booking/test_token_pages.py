"""A booking's pages are compressed, so nothing that others choose may stand beside its token.

The length of a compressed page tells whether a guess repeats what else is on it (BREACH).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.support.contexts import full_answers, in_berlin

if TYPE_CHECKING:
    from tests.support.pages import Page
    from tests.support.sites import Site

PAGES = ("", "/termin.ics", "/verschieben", "/absagen", "/rueckmeldung", "/nichts")
NAMES = ("start", "ab", "zone", "angebot", "zufrieden", "frage", "brief", "tasten", "x", "token")


def ask(site: Site, path: str, accepted: str = "") -> Page:
    return site.guest.ask("GET", path, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize("page", ["", "/verschieben", "/absagen"])
def test_they_are_compressed(site: Site, page: str, coding: str) -> None:
    path = f"/buchung/{site.book(in_berlin('2026-03-05 09:00'))}{page}"
    plain, packed = ask(site, path), ask(site, path, coding)
    assert (plain.status, packed.headers["content-encoding"]) == (200, coding)
    assert len(packed.body) < len(plain.body) / 2


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("over", [False, True])
def test_nothing_of_a_query_comes_back(site: Site, page: str, *, over: bool) -> None:
    path = f"/buchung/{site.book(in_berlin('2026-03-05 09:00'))}{page}"
    if over:
        site.clock.turn(days=4)
    questions = [question.id for question in site.context.catalogue.quiz.questions]
    plain = ask(site, path).body
    for name in (*NAMES, *questions):
        for value in (secrets.token_hex(4), secrets.token_hex(40), path, f"{path}&{name}=a"):
            asked = ask(site, f"{path}?{urlencode({name: value, value: name})}")
            assert asked.body.count(value.encode()) == plain.count(value.encode()), name


def test_where_a_booking_may_be_moved_to_no_choice_travels_along(site: Site) -> None:
    # Elsewhere these are known and travel along, so an attacker could choose among them.
    path = f"/buchung/{site.book(in_berlin('2026-03-05 09:00'))}/verschieben"
    chosen = full_answers(site.context) | {"angebot": "marketingberatung"}
    assert ask(site, f"{path}?{urlencode(chosen)}").body == ask(site, path).body


def test_a_date_comes_back_only_as_one_of_those_that_are_shown(site: Site) -> None:
    path = f"/buchung/{site.book(in_berlin('2026-03-05 09:00'))}/verschieben"
    for day in ("2099-01-01", "1999-12-31", "2026-03-08"):  # That Sunday nothing is free.
        assert day not in ask(site, f"{path}?ab={day}").body.decode()


@pytest.mark.parametrize("page", ["/verschieben", "/absagen", "/rueckmeldung"])
def test_a_form_of_another_site_is_refused_before_it_is_read(site: Site, page: str) -> None:
    path = f"/buchung/{site.book(in_berlin('2026-03-05 09:00'))}{page}"
    guess = secrets.token_hex(40)
    fields = {"start": guess, "grund": guess, "worte": guess, "zufrieden": guess}
    answer = site.guest.post(path, fields, status=403, headers={"Sec-Fetch-Site": "cross-site"})
    assert guess.encode() not in answer.body
