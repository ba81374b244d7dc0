"""Another secret key: old links stay good, new ones are, and forms that were open are taken."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from stadtfuehrer.booking.keys import adopt_key, count_foreign_links
from stadtfuehrer.booking.model import Party, Status
from stadtfuehrer.booking.pending import confirm, look_up_unconfirmed
from stadtfuehrer.booking.service import book, cancel, look_up
from stadtfuehrer.booking.token_store import DbBookingToken
from stadtfuehrer.context import AppContext
from stadtfuehrer.purge import forget
from stadtfuehrer.refusals import UnknownBooking
from stadtfuehrer.tokens import booking_token, confirmation_token, consultant_token
from stadtfuehrer.web.forms import find_form_token, new_form_token
from tests.support.contexts import NOW, OpenContext, a_wish, in_berlin
from tests.support.statements import heard
from tests.support.stored import letters

TEN, ELEVEN = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 11:00")


def with_key(context: AppContext, *keys: bytes) -> AppContext:
    return replace(context, secret=keys[0], old_secrets=keys[1:])


def links(context: AppContext, uid: str) -> list[str]:
    return [booking_token(context.secret, uid), consultant_token(context.secret, uid)]


@pytest.mark.parametrize("old_is_known", [True, False])
def test_old_and_new_links_lead_to_the_booking(context: AppContext, *, old_is_known: bool) -> None:
    adopt_key(context)
    token = book(context, a_wish(context, TEN, key="k"), now=NOW)
    uid = look_up(context, token).booking.uid
    changed = with_key(context, b"new", *([context.secret] if old_is_known else []))
    before, after = links(context, uid), links(changed, uid)
    for dead in after:
        with pytest.raises(UnknownBooking):
            look_up(changed, dead)
    assert count_foreign_links(changed) == (0 if old_is_known else 1)

    for _ in range(2):
        adopt_key(changed)
    assert count_foreign_links(changed) == 0
    for pair in (before, after):
        found = [look_up(changed, one) for one in pair]
        assert [one.booking.uid for one in found] == [uid] * 2
        assert [one.party for one in found] == [Party.VISITOR, Party.CONSULTANT]
    # The same form, sent again after the change, leads there as well.
    again = book(changed, a_wish(changed, TEN, key="k"), now=NOW)
    assert look_up(changed, again).booking.uid == uid
    # A letter that was owed before the change carries a link that is good.
    assert f"/buchung/{after[0]}".encode() in b"".join(
        letters(changed)[0].message.replace(b"=\r\n", b"").split()
    )
    cancel(changed, after[0], "", now=NOW)


def test_an_address_is_confirmed_by_old_and_new_links(open_context: OpenContext) -> None:
    with open_context(confirm='"always"') as context:
        adopt_key(context)
        token = book(context, a_wish(context, TEN), now=NOW)
        uid = look_up(context, token).booking.uid
        changed = with_key(context, b"new")
        adopt_key(changed)
        for key in (context.secret, changed.secret):
            link = confirmation_token(key, uid)
            assert look_up_unconfirmed(changed, link).booking.uid == uid
            # It opens nothing else, as no other link confirms.
            with pytest.raises(UnknownBooking):
                look_up(changed, link)
            with pytest.raises(UnknownBooking):
                look_up_unconfirmed(changed, booking_token(key, uid))
        confirm(changed, confirmation_token(changed.secret, uid), now=NOW)
        assert look_up(changed, token).booking.status is Status.CONFIRMED


def test_a_key_goes_back_and_forth(context: AppContext) -> None:
    """As when a database is put back beside the key of another day."""
    tokens, keys = [], [b"one", b"two", b"one", b"three"]
    for hour, key in enumerate(keys):
        own = with_key(context, key)
        adopt_key(own)
        tokens.append(book(own, a_wish(own, in_berlin(f"2026-03-05 {13 + hour}:00")), now=NOW))
        for token in tokens:
            uid = look_up(own, token).booking.uid
            for one in links(own, uid):
                assert look_up(own, one).booking.uid == uid


def test_a_start_with_the_same_key_asks_for_one_row(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    adopt_key(context)
    with heard(context) as sent:
        adopt_key(context)
    assert len(sent) == 1


def test_further_tokens_are_forgotten_with_their_booking(context: AppContext) -> None:
    book(context, a_wish(context, TEN), now=NOW)
    changed = with_key(context, b"new")
    adopt_key(changed)
    with context.database.read() as session:
        assert len(session.scalars(select(DbBookingToken)).all()) == 2
    forget(changed, now=in_berlin("2027-03-05 11:00"))
    with context.database.read() as session:
        assert session.scalars(select(DbBookingToken)).all() == []


def test_a_form_signed_by_an_old_key_is_read_and_none_by_a_foreign_one(
    sqlite_context: AppContext,
) -> None:
    old, both, new = (
        with_key(sqlite_context, *keys) for keys in ([b"old"], [b"new", b"older", b"old"], [b"new"])
    )
    signed = new_form_token(old, now=NOW)
    found = find_form_token(both, signed)
    assert found is not None
    assert found.shown_at == NOW
    assert find_form_token(new, signed) is None
    # The first line signs.
    assert find_form_token(new, new_form_token(both, now=NOW)) is not None
