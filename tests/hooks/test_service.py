"""Other programs that are told of bookings: of which steps, and until it is heard."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.pending import accept, confirm, let_lapse
from stadtfuehrer.booking.readdressing import readdress
from stadtfuehrer.booking.selection import cancel_many
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.store import erase_bookings
from stadtfuehrer.context import AppContext
from stadtfuehrer.hooks import store
from stadtfuehrer.hooks.model import Event
from stadtfuehrer.hooks.service import all_calls, call_hooks, count_failed, retry_call
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.refusals import NotFree, UnknownCall
from stadtfuehrer.tokens import confirmation_token, consultant_token
from stadtfuehrer.worker import work_once
from tests.support.authority import Authority
from tests.support.calendars import answer, misbehaving
from tests.support.came_back import sent
from tests.support.contexts import NOW, Clock, OpenContext, a_kind, a_wish, in_berlin
from tests.support.receiver import receiving, with_hooks

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
LATER = NOW + timedelta(hours=3)
NOWHERE = "http://127.0.0.1:1/"


def called(context: AppContext, now: datetime = NOW) -> None:
    """Make the calls that are due."""
    call_hooks(context, now=now, wait=30)


def errors(context: AppContext) -> list[str]:
    return [call["error"] for call in all_calls(context)]


def states(context: AppContext) -> list[str]:
    return [str(call["state"]) for call in all_calls(context)]


def own(context: AppContext, token: str) -> str:
    return consultant_token(context.secret, look_up(context, token).booking.uid)


def test_each_step_is_told_with_the_booking_as_it_is_then(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url)
        token = book(context, a_wish(context, START), now=NOW)
        (row,) = all_bookings(context)
        del row["note"]
        move(context, token, OTHER, now=LATER)
        move(context, token, OTHER, now=LATER)  # to where it is
        cancel(context, token, "", now=LATER)
        called(context, LATER)
        assert program.events == ["confirmed", "moved", "cancelled"]
        first, moved, cancelled = program.said
        assert first["booking"] == row
        assert first["at"] == NOW.isoformat()
        assert moved["booking"]["start"] == OTHER.isoformat()
        assert cancelled["booking"]["status"] == "cancelled"
        assert len({one["id"] for one in program.said}) == 3
        assert not any(token in body.decode() for _, body in program.calls)
        called(context, LATER + timedelta(days=1))
        assert len(program.calls) == 3


def test_a_request_is_told_and_what_becomes_of_it(open_context: OpenContext) -> None:
    kind = a_kind("auf-anfrage", approve="true")
    with open_context(appended=kind) as opened, receiving() as program:
        context = with_hooks(opened, program.url)
        for start in (START, OTHER):
            book(context, a_wish(context, start, kind="auf-anfrage"), now=NOW)
        accepted, declined = (
            consultant_token(context.secret, row["uid"]) for row in all_bookings(context)
        )
        accept(context, accepted, now=LATER)
        cancel(context, declined, "", now=LATER)
        called(context, LATER)
        assert sorted(program.events) == ["cancelled", "confirmed", "requested", "requested"]


def test_nothing_is_told_before_the_address_is_confirmed(open_context: OpenContext) -> None:
    with open_context(confirm='"always"') as opened, receiving() as program:
        context = with_hooks(opened, program.url)
        token = book(context, a_wish(context, START), now=NOW)
        lapsed = book(context, a_wish(context, OTHER), now=NOW)
        cancel(context, lapsed, "", now=NOW)
        let_lapse(context, now=LATER)
        assert all_calls(context) == []
        uid = look_up(context, token).booking.uid
        confirm(context, confirmation_token(context.secret, uid), now=LATER)
        called(context, LATER)
        assert program.events == ["confirmed"]


def test_a_corrected_address_and_a_mass_of_cancellations_are_told(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url)
        token = book(context, a_wish(context, START), now=NOW)
        sent(context, "550 5.1.1 no such user")
        readdress(context, token, "neu@gast.example", now=NOW)
        cancel_many(
            context, [look_up(context, token).row_id], who="vera@stadtfuehrer.example", now=NOW
        )
        called(context)
        assert program.events == ["confirmed", "readdressed", "cancelled"]
        assert program.said[1]["booking"]["email"] == "neu@gast.example"


def test_a_hook_hears_of_what_it_asks_for(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url, events=(Event.CANCELLED,))
        cancel(context, book(context, a_wish(context, START), now=NOW), "", now=NOW)
        called(context)
        assert program.events == ["cancelled"]


def test_a_booking_that_is_refused_is_not_told(context: AppContext) -> None:
    context = with_hooks(context, NOWHERE)
    book(context, a_wish(context, START), now=NOW)
    with pytest.raises(NotFree):
        book(context, a_wish(context, START), now=NOW)
    assert states(context) == ["waiting"]


@pytest.mark.parametrize("status", [302, 307, 401, 404, 410, 500])
def test_what_is_not_taken_is_said_again_in_order(context: AppContext, status: int) -> None:
    with receiving(status) as program:
        context = with_hooks(context, program.url)
        cancel(context, book(context, a_wish(context, START), now=NOW), "", now=NOW)
        called(context)
        assert len(program.calls) == 1  # nothing is followed, and what comes later waits
        assert errors(context) == [f"„127.0.0.1“ nimmt die Nachricht nicht an ({status}).", ""]
        called(context, NOW + timedelta(seconds=59))
        assert len(program.calls) == 1
        called(context, NOW + timedelta(seconds=91))
        assert program.events == ["confirmed", "confirmed", "cancelled"]
        first, again = program.calls[:2]
        assert (first[0]["webhook-id"], first[1]) == (again[0]["webhook-id"], again[1])
        passed = int(again[0]["webhook-timestamp"]) - int(first[0]["webhook-timestamp"])
        assert passed == 91
        assert states(context) == ["sent", "sent"]


def test_a_program_that_is_away_keeps_no_other_waiting(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, NOWHERE, program.url)
        for start in (START, OTHER):
            book(context, a_wish(context, start), now=NOW)
        called(context)
        assert program.events == ["confirmed", "confirmed"]
        assert [call["attempts"] for call in all_calls(context) if call["hook"] == "0"] == [1, 0]


def test_after_two_days_it_is_given_up_until_somebody_looks(context: AppContext) -> None:
    with receiving(500, 500) as program:
        context = with_hooks(context, program.url)
        book(context, a_wish(context, START), now=NOW)
        called(context)
        called(context, NOW + timedelta(days=2, seconds=1))
        assert (states(context), count_failed(context)) == (["failed"], 1)
        called(context, NOW + timedelta(days=3))
        assert len(program.calls) == 2
        retry_call(context, 1, now=NOW + timedelta(days=3))
        called(context, NOW + timedelta(days=3))
        assert (states(context), count_failed(context)) == (["sent"], 0)
        with pytest.raises(UnknownCall):
            retry_call(context, 1, now=NOW)


def test_a_worker_that_was_killed_is_followed_by_another(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url)
        book(context, a_wish(context, START), now=NOW)
        with context.database.begin() as session:
            lease = timedelta(minutes=2)
            slow = store.lease_next(session, now=NOW, lease=lease, but_not=())
        assert slow is not None
        called(context, NOW + timedelta(minutes=2))
        assert program.calls == []
        called(context, NOW + timedelta(minutes=2, seconds=1))
        assert program.events == ["confirmed"]
        with context.database.begin() as session:
            store.settle(session, slow, state="waiting", error="zu spät")  # it wakes up
        assert (states(context), errors(context)) == (["sent"], [""])


def test_what_waits_goes_to_where_the_hook_is_by_then(context: AppContext) -> None:
    wrong = with_hooks(context, NOWHERE)
    book(wrong, a_wish(wrong, START), now=NOW)
    called(wrong)
    with receiving() as program:
        called(with_hooks(context, program.url), LATER)
        assert program.events == ["confirmed"]
    book(wrong, a_wish(wrong, OTHER), now=LATER)
    called(context, LATER)  # nobody is to be told any more
    assert states(context) == ["sent", "skipped"]


def test_a_name_that_leads_into_a_private_network_is_not_called(
    context: AppContext, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.folder / "ca.pem"))
    with misbehaving(answer(204), authority.serving()) as server:
        context = with_hooks(context, server.url)
        book(context, a_wish(context, START), now=NOW)
        called(context)
        assert server.requests == 0
    said = "„localhost“ liegt in einem privaten Netz; dorthin schicke ich nichts."
    assert errors(context) == [said]


def test_nothing_of_it_is_kept_once_it_is_told_or_the_booking_erased(context: AppContext) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url, NOWHERE)
        book(context, a_wish(context, START), now=NOW)
        called(context)
    with context.database.read() as session:
        told, waiting = session.scalars(
            select(store.DbHookCall.body).order_by(store.DbHookCall.hook)
        )
    assert told == ""
    assert json.loads(waiting)["booking"]["name"] == "Änne Müller"
    with context.database.begin() as session:
        erase_bookings(session, ended_before=START + timedelta(days=1))
    assert all_calls(context) == []


def test_the_worker_calls(context: AppContext, postfach: FolderMailer, clock: Clock) -> None:
    with receiving() as program:
        context = with_hooks(context, program.url)
        book(context, a_wish(context, START), now=NOW)
        work_once(context, postfach, clock=clock)
        assert program.events == ["confirmed"]


def test_secrets_are_not_shown(context: AppContext) -> None:
    (hook,) = with_hooks(context, "https://crm.example/geheim").settings.hooks
    assert "geheim" not in repr(hook)
    assert "whsec" not in repr(replace(hook, name="crm"))
