"""The statements about voices."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.database import AlreadyStored
from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.count_store import count_waiting
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.refusals import UnknownVoice
from tests.support.contexts import NOW
from tests.support.voices import answered, published, said, satisfied_rows

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def test_what_is_kept_is_what_was_said_all_of_it(context: AppContext) -> None:
    every_field = {
        "about": "/angebot",
        "choice": "sehr",
        "is_held": True,
        "helped": False,
        "heard": "Getan.",
        "is_done": False,
        **dict.fromkeys(("heard_at", "closed_at", "changed_at"), NOW),
    }
    voice = published(context, **every_field)
    with context.database.read() as session:
        assert store.get_voice(session, voice.id) == voice
        assert store.find_voice(session, voice.uid) == voice
        assert store.find_voice(session, "x") is None
        with pytest.raises(UnknownVoice):
            store.get_voice(session, voice.id + 1)
    with pytest.raises(AlreadyStored):
        said(context, uid=voice.uid)


def test_a_change_is_one_of_one(context: AppContext) -> None:
    one, other = said(context), said(context)
    with context.database.begin() as session:
        store.change(session, one.id, helped=True)
        assert store.get_voice(session, one.id) == replace(one, helped=True)
        assert store.get_voice(session, other.id) == other


def test_everybody_is_found_by_any_spelling_and_nobody_without_an_address(
    context: AppContext,
) -> None:
    said(context, email="")
    first = said(context, email="Aenne@gast.example", said_at=NOW - 3 * DAY)
    second = said(context, email="aenne@GAST.example", said_at=NOW - DAY)
    with context.database.read() as session:
        assert store.voices_of(session, "aenne@gast.example") == [first, second]
        assert store.voices_of(session, "") == []


def test_what_waits_is_held_or_settled(context: AppContext) -> None:
    first, second = said(context, said_at=NOW - 3 * DAY), said(context, said_at=NOW - DAY)
    held = said(context, is_held=True)
    settled = [
        answered(context, said_at=NOW - 4 * DAY),
        said(context, said_at=NOW - 5 * DAY, closed_at=NOW),
        said(context, said_at=NOW - 6 * DAY, heard="Getan.", heard_at=NOW),
    ]
    with context.database.read() as session:
        assert store.waiting(session, most=5) == [first, second]
        assert store.waiting(session, most=1) == [first]
        assert store.held(session, most=5) == [held]
        assert store.settled(session, most=5) == settled
        assert store.settled(session, most=1, after=1) == settled[1:2]
        assert count_waiting(session) == (2, first.said_at, 1)


def test_what_was_said_of_late_is_counted_but_for_what_is_held(context: AppContext) -> None:
    for at, is_held in [(NOW, False), (NOW - SECOND, False), (NOW, True)]:
        said(context, said_at=at, is_held=is_held)
    with context.database.read() as session:
        counts = [store.count_said(session, since=NOW - after * SECOND) for after in (0, 1, 2)]
    assert counts == [0, 1, 2]


NOBODY: dict[str, Any] = {
    **dict.fromkeys(("text", "name", "email", "choice", "answer"), ""),
    "consent": None,
    "with_name": False,
    "published_at": None,
}


def test_of_what_is_erased_only_what_was_done_stays(context: AppContext) -> None:
    gone = published(context)
    heard = published(context, choice="sehr", heard="Getan.", heard_at=NOW)
    with context.database.begin() as session:
        for one in (gone, heard):
            store.erase(session, one.id)
    with context.database.read() as session:
        assert store.find_voice(session, gone.uid) is None
        assert store.get_voice(session, heard.id) == replace(heard, **NOBODY)
        assert store.voices_of(session, "aenne@gast.example") == []


LIMITS = {
    "answered_before": NOW - 30 * DAY,
    "said_before": NOW - 365 * DAY,
    "held_before": NOW - 7 * DAY,
}


@pytest.mark.parametrize(
    ("at", "limit"),
    [
        ({"answered_at": 30}, "answered_at"),
        ({"heard_at": 30}, "heard_at"),
        ({"closed_at": 30}, "closed_at"),
        ({"said_at": 365}, "said_at"),
        ({"said_at": 7, "is_held": True}, "said_at"),
    ],
)
def test_what_is_over_is_older_than_its_limit_and_not_shown(
    context: AppContext, at: dict[str, Any], limit: str
) -> None:
    days = {name: NOW - value * DAY for name, value in at.items() if name != "is_held"}
    exactly: dict[str, Any] = at | days
    older = exactly | {limit: exactly[limit] - SECOND}
    said(context, **exactly)
    over = said(context, **older)
    published(context, **{"answered_at": NOW, **older})
    said(context, **{"heard_at": NOW, **older}, text="", name="", email="")
    with context.database.read() as session:
        assert store.over(session, **LIMITS) == [over]


def test_waits_are_of_answers_since_then_the_newest_first(context: AppContext) -> None:
    def given(at: datetime, kind: Kind = Kind.QUESTION) -> Voice:
        return answered(context, kind=kind, said_at=at - DAY, answered_at=at)

    given(NOW - 3 * DAY)
    older, newer = given(NOW - 3 * DAY + SECOND), given(NOW)
    given(NOW, Kind.FEEDBACK)
    said(context)
    with context.database.read() as session:
        waits = store.waits(session, since=NOW - 3 * DAY, most=9)
        assert waits == [(one.said_at, one.answered_at) for one in (newer, older)]
        assert store.waits(session, since=NOW - 3 * DAY, most=1) == waits[:1]


def test_how_satisfied_guests_were_is_a_sum_for_each_day(context: AppContext) -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    with context.database.begin() as session:
        for choice, day in [("sehr", first), ("sehr", first), ("sehr", second), ("eher", second)]:
            store.add_satisfied(session, choice, day=day)
    with context.database.begin() as session:
        assert store.satisfied(session) == {"sehr": 3, "eher": 1}
        assert store.satisfied(session, since=second) == {"sehr": 1, "eher": 1}
        assert satisfied_rows(session) == [
            (first, "sehr", 2),
            (second, "eher", 1),
            (second, "sehr", 1),
        ]
        store.erase_satisfied(session, before=second)
        assert store.satisfied(session) == {"sehr": 1, "eher": 1}
