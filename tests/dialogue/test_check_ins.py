"""Asking former guests how things are: once a quarter, answered once, ended at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from stadtfuehrer.audit_log import DbAuditLine
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_ins
from stadtfuehrer.dialogue.asking import get_by_token, take_back, token_of
from stadtfuehrer.dialogue.model import CHECKING_IN, CheckIn, CheckInChoice, Kind
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter
from stadtfuehrer.refusals import AlreadyAnswered, AskedLately, UnknownVoice
from stadtfuehrer.web.links import sign
from tests.support.contexts import NOW
from tests.support.racing import lost, race
from tests.support.stored import everything
from tests.support.voices import all_voices

VERA, OTTO = "vera@stadtfuehrer.example", "otto@stadtfuehrer.example"
SECOND, QUARTER = timedelta(seconds=1), timedelta(days=92)


def allowed(
    context: AppContext,
    email: str = "aenne@gast.example",
    *,
    name: str = "Änne Müller",
    now: datetime = NOW,
) -> CheckIn:
    with context.database.begin() as session:
        check_ins.allow(session, name, email, now=now)
    (guest,) = (one for one in check_ins.guests(context) if one.email == email)
    return guest


def asked(context: AppContext, guest: CheckIn, *, now: datetime = NOW) -> str:
    """Ask them; the token of their letter."""
    check_ins.ask_guest(context, guest.uid, who=VERA, now=now)
    return sign(context, "check-in", guest.uid)


def letters_out(context: AppContext, kind: LetterKind) -> list[str]:
    query = select(DbLetter.recipient).where(DbLetter.kind == kind).order_by(DbLetter.id)
    with context.database.read() as session:
        return list(session.scalars(query))


@pytest.mark.parametrize(
    ("later", "is_asked"),
    [(timedelta(), False), (QUARTER - SECOND, False), (QUARTER, True), (QUARTER + SECOND, True)],
)
def test_a_guest_is_asked_once_a_quarter_at_most(
    context: AppContext, later: timedelta, *, is_asked: bool
) -> None:
    guest = allowed(context)
    asked(context, guest)
    if is_asked:
        asked(context, guest, now=NOW + later)
    else:
        with pytest.raises(AskedLately):
            asked(context, guest, now=NOW + later)
    (left,) = check_ins.guests(context)
    assert left.asked_at == (NOW + later if is_asked else NOW)
    assert letters_out(context, LetterKind.CHECK_IN) == [guest.email] * (1 + is_asked)


def test_two_in_the_office_at_once_ask_once(context: AppContext) -> None:
    guest = allowed(context)
    ask = check_ins.ask_guest
    outcomes = race(
        [
            lambda who=who: ask(context, guest.uid, who=who, now=NOW)  # type: ignore[misc]
            for who in (VERA, OTTO, VERA, OTTO)
        ]
    )
    assert lost(outcomes) == ["AskedLately"] * 3
    assert letters_out(context, LetterKind.CHECK_IN) == [guest.email]
    with context.database.read() as session:
        assert len(session.scalars(select(DbAuditLine.id)).all()) == 1


def test_the_same_mailbox_is_one_guest_who_is_asked_no_sooner(context: AppContext) -> None:
    guest = allowed(context, "aenne@gast.example")
    asked(context, guest)
    later = NOW + timedelta(days=30)
    again = allowed(context, "Aenne+termin@GAST.example", name="Änne Meier", now=later)
    assert check_ins.guests(context) == [again]
    assert (again.uid, again.asked_at) == (guest.uid, NOW)
    assert (again.name, again.email) == ("Änne Meier", "Aenne+termin@GAST.example")
    assert (again.consent.wording, again.consent.given_at) == (CHECKING_IN, later)
    with pytest.raises(AskedLately):
        asked(context, again, now=later)
    # Who was never asked comes first.
    other = allowed(context, "max@gast.example")
    assert check_ins.guests(context) == [other, again]


def test_an_answer_is_taken_once_each_time_they_are_asked(context: AppContext) -> None:
    guest = allowed(context)
    token = asked(context, guest)
    check_ins.answer(context, token, CheckInChoice.STUCK, "Zu wenig Zeit.", now=NOW)
    with pytest.raises(AlreadyAnswered):
        check_ins.answer(context, token, CheckInChoice.RUNS, "", now=NOW)
    asked(context, guest, now=NOW + QUARTER)
    assert check_ins.find_answer(context, check_ins.get_by_token(context, token)) is None
    check_ins.answer(context, token, CheckInChoice.RUNS, "", now=NOW + QUARTER)
    first, second = all_voices(context)
    assert (first.kind, first.choice, first.text) == (Kind.CHECK_IN, "hakt", "Zu wenig Zeit.")
    assert (first.name, first.email, first.consent) == ("Änne Müller", guest.email, None)
    assert (second.choice, second.text) == ("laeuft", "")
    assert check_ins.find_answer(context, check_ins.get_by_token(context, token)) == second
    assert letters_out(context, LetterKind.VOICE) == [VERA, VERA]


def test_sent_twice_at_once_it_is_taken_once(context: AppContext) -> None:
    token = asked(context, allowed(context))

    def send() -> None:
        check_ins.answer(context, token, CheckInChoice.RUNS, "Gut.", now=NOW)

    assert lost(race([send] * 4)) == ["AlreadyAnswered"] * 3
    assert [voice.text for voice in all_voices(context)] == ["Gut."]
    assert letters_out(context, LetterKind.VOICE) == [VERA]


def test_an_answer_can_be_taken_back_but_not_given_again(context: AppContext) -> None:
    token = asked(context, allowed(context))
    check_ins.answer(context, token, CheckInChoice.RUNS, "Gut.", now=NOW)
    (voice,) = all_voices(context)
    own = token_of(context, voice)
    assert get_by_token(context, own) == voice
    take_back(context, own)
    assert all_voices(context) == []
    with pytest.raises(AlreadyAnswered):
        check_ins.answer(context, token, CheckInChoice.RUNS, "", now=NOW)


def test_a_link_is_good_only_for_who_was_asked(context: AppContext) -> None:
    guest = allowed(context)
    early = sign(context, "check-in", guest.uid)
    others = [sign(context, "voice", guest.uid), guest.uid, "", f"{early}x", "\udcff"]
    for token in [early, *others]:
        with pytest.raises(UnknownVoice):
            check_ins.answer(context, token, CheckInChoice.RUNS, "", now=NOW)
    asked(context, guest)
    check_ins.answer(context, early, CheckInChoice.RUNS, "", now=NOW)
    for token in others:
        with pytest.raises(UnknownVoice):
            check_ins.end(context, token)
    assert check_ins.guests(context) != []


def test_ended_nothing_is_left_and_nobody_asked(context: AppContext) -> None:
    trace = "sonnenblumenkern@gast.example"
    guest, stays = allowed(context, trace), allowed(context, "max@gast.example")
    token = asked(context, guest)
    assert trace in everything(context)
    for _ in range(2):
        check_ins.end(context, token)
        assert check_ins.find_by_token(context, token) is None
        assert trace not in everything(context)
    assert check_ins.guests(context) == [stays]
    assert letters_out(context, LetterKind.CHECK_IN) == []
    for step in (
        lambda: check_ins.get_by_token(context, token),
        lambda: check_ins.answer(context, token, CheckInChoice.RUNS, "", now=NOW),
        lambda: asked(context, guest, now=NOW + QUARTER),
    ):
        with pytest.raises(UnknownVoice):
            step()


def test_whom_nobody_has_asked_comes_first_then_who_was_asked_longest_ago(
    context: AppContext,
) -> None:
    lately, never, before = (
        allowed(context, f"{name}@gast.example") for name in ("lately", "never", "before")
    )
    asked(context, lately, now=NOW + SECOND)
    asked(context, before, now=NOW)
    assert [one.id for one in check_ins.guests(context)] == [never.id, before.id, lately.id]
