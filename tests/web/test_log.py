"""What the site writes into its log: what happened, and nothing about whom."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog

from stadtfuehrer.app import set_up_logs
from stadtfuehrer.booking.feed import renew_feed
from stadtfuehrer.pages import meta as machines
from tests.support.contexts import full_answers, in_berlin
from tests.support.page_rules import ORIGIN
from tests.support.sites import TYPED, OpenSite, Site

START = in_berlin("2026-03-05 09:00")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Set the logs up as the site does, and give what it writes."""
    root = logging.getLogger()
    before, level, configured = root.handlers[:], root.level, structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    set_up_logs()
    # A logger that was used before would stay as it was, and one used now for all later tests.
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**configured)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_is_one_line_with_view_method_status_and_time(
    site: Site, log: io.StringIO
) -> None:
    site.guest.get("/termin/kennenlernen")
    site.guest.get("/nix", status=404)
    found = lines(log)
    assert [(line["view"], line["method"], line["status"]) for line in found] == [
        ("booking.times", "GET", 200),
        ("none", "GET", 404),
    ]
    assert all(line["ms"] >= 0 for line in found)
    assert set(found[0]) == {"event", "level", "timestamp", "view", "method", "status", "ms"}


def test_nothing_about_a_guest_stands_in_the_log(site: Site, log: io.StringIO) -> None:
    guest, answers = site.guest, full_answers(site.context)
    form = guest.get(f"{site.form_path(START)}?{urlencode(answers)}&zone=Asia/Tokyo")
    refused = guest.press(form, "Termin buchen", TYPED | {"telefon": "ruf an"}, status=422)
    booked = guest.press(refused, "Termin buchen", TYPED).location
    guest.get(booked)
    guest.get(f"{booked}/termin.ics")
    guest.post(f"{booked}/verschieben", {"start": "20260306T080000Z"})
    guest.post(f"{booked}/absagen", {"grund": "Bandscheibe"})
    guest.get(f"{booked}/absagen", status=409)
    guest.get(f"{booked}/nix", status=404)
    guest.post("/quiz/ergebnis", {**answers, "email": TYPED["email"], "name": TYPED["name"]})
    guest.post(booked, {}, status=405)
    feed = renew_feed(site.context, now=site.clock()).removeprefix(ORIGIN)
    assert guest.ask("GET", feed).status == 200
    site.lose_database()
    guest.get(booked, status=503)
    assert guest.ask("GET", feed).status == 503
    guest.post(site.form_path(START), TYPED, status=503)
    written = log.getvalue()
    assert len(lines(log)) >= 13
    token = booked.rpartition("/")[2]
    secret = feed.rpartition("/")[2].removesuffix(".ics")
    secrets = {token, secret, "Bandscheibe", guest.address, "Asia/Tokyo", "20260306", "eher-nein"}
    secrets |= {part for value in TYPED.values() for part in value.splitlines()}
    secrets |= {value for name, value in form.form("email").fields if name == "schluessel"}
    escaped = {json.dumps(one)[1:-1] for one in secrets}
    assert {one for one in secrets | escaped if one in written} == set()


def test_an_error_of_ours_is_noted_with_its_place(
    site: Site, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: object, **_now: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(machines, "examine", broken)
    site.guest.ask("GET", "/healthz")
    failed, request = lines(log)
    assert (failed["event"], failed["level"]) == ("request failed", "error")
    assert failed["endpoint"] == "pages.healthz"
    assert failed["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert failed["exception"][0]["frames"][-1]["name"] == "broken"
    assert (request["view"], request["status"]) == ("pages.healthz", 500)


def test_a_proxy_that_the_settings_know_nothing_of_is_told_once_an_hour(
    open_site: OpenSite, log: io.StringIO
) -> None:
    site = open_site()

    def told() -> int:
        return sum("reverse proxy" in line["event"] for line in lines(log))

    site.guest.get("/termin/kennenlernen")
    assert told() == 0
    by = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    for turned, times in ((0, 1), (0, 1), (59, 1), (1, 2), (30, 2)):
        site.clock.turn(minutes=turned)
        site.guest.get("/termin/kennenlernen", headers=by)
        assert told() == times
    (line, *_) = (line for line in lines(log) if "reverse proxy" in line["event"])
    assert (line["level"], line["setting"]) == ("warning", "site.proxies")
    assert "203.0.113.9" not in log.getvalue()


def test_a_proxy_that_the_settings_know_is_not_told_of(
    open_site: OpenSite, log: io.StringIO
) -> None:
    site = open_site({"proxies": "1"})
    site.guest.get("/termin/kennenlernen", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [line["event"] for line in lines(log)] == ["request"]
