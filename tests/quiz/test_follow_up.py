"""Asked once, seven days later, by a letter that leaves nothing behind; or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.purge import forget
from stadtfuehrer.quiz.follow_up import ask_about_plans, count_report, end_follow_up, find_follow_up
from stadtfuehrer.quiz.follow_up_store import DbFollowUp
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import sums
from stadtfuehrer.quiz.week import CONSENT_VERSION, CONSENT_WORDING, Progress
from stadtfuehrer.refusals import TooManyLetters, UnknownFollowUp
from stadtfuehrer.text import Mailbox
from tests.support.contexts import NOW, Clock, OpenContext, full_answers
from tests.support.mailbag import Read, read
from tests.support.quiz_examples import changed_question
from tests.support.racing import lost, race
from tests.support.stored import letters
from tests.support.written import in_both

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DUE = NOW + 7 * DAY
AENNE = "aenne@gast.example"


def wish(
    context: AppContext,
    address: str = AENNE,
    *,
    at: int = -2,
    asks: bool = True,
    key: str = "",
    now: datetime = NOW,
) -> None:
    """Ask for the result, and to be asked."""
    mailbox = Mailbox(name="Änne", address=address)
    answers = full_answers(context, at=at)
    send_result(context, answers, mailbox, key=key or address, asks=asks, now=now)


def waiting(context: AppContext) -> list[DbFollowUp]:
    with context.database.read() as session:
        rows = list(session.scalars(select(DbFollowUp).order_by(DbFollowUp.email)))
        session.expunge_all()
    return rows


def asked(context: AppContext) -> list[Read]:
    """The letters that ask how it went."""
    return [read(one) for one in letters(context) if one.kind == LetterKind.FOLLOW_UP]


def token(context: AppContext) -> str:
    """What the last result's letter ends it with."""
    result = [read(one) for one in letters(context) if one.kind == LetterKind.RESULT][-1]
    (link,) = (one for one in result.links if "/quiz/nachfrage/" in one)
    return urlsplit(link).path.rpartition("/")[2]


def counted(context: AppContext) -> dict[CounterKey, int]:
    with context.database.read() as session:
        return sums(session)


def test_only_who_wants_it_is_remembered_with_what_they_agreed_to(context: AppContext) -> None:
    wish(context, "otto@gast.example", asks=False)
    assert waiting(context) == []
    assert lost(race([lambda: wish(context)] * 4)) == []
    (row,) = waiting(context)
    assert (row.email, row.name, row.due_at) == (AENNE, "Änne", DUE)
    assert (row.answers, row.quiz_version) == (
        full_answers(context),
        context.catalogue.quiz.version,
    )
    consent = (row.consent_version, row.consent_wording, row.consent_at)
    assert consent == (CONSENT_VERSION, CONSENT_WORDING, NOW)
    assert counted(context) == {CounterKey("", Metric.REQUESTED): 1}


def test_where_there_is_nothing_to_do_nobody_is_remembered(sqlite_context: AppContext) -> None:
    wish(sqlite_context, at=0)
    assert waiting(sqlite_context) == []
    assert counted(sqlite_context) == {}
    assert "Deine Adresse brauche ich nur" in read(letters(sqlite_context)[0]).text


def test_the_letter_with_the_result_says_when_and_how_not_to(sqlite_context: AppContext) -> None:
    wish(sqlite_context)
    letter = read(letters(sqlite_context)[0])
    in_both(letter, "Am Montag, 9. März 2026, frage ich dich einmal", "Nicht nachfragen")
    assert "nur für diese eine Mail" not in letter.text
    wish(sqlite_context, "otto@gast.example", asks=False)
    other = read(letters(sqlite_context)[1])
    in_both(other, "Deine Adresse brauche ich nur für diese eine Mail.")
    assert "nachfrage" not in other.html


def test_it_is_asked_once_after_seven_days_and_then_nothing_is_left(
    context: AppContext, tmp_path: Path
) -> None:
    wish(context)
    mailer = FolderMailer(folder=tmp_path, clock=Clock())
    deliver_due(context, mailer, compose=compose, clock=Clock())
    assert ask_about_plans(context, now=DUE - SECOND) == 0
    assert len(waiting(context)) == 1
    outcomes = race([lambda: ask_about_plans(context, now=DUE)] * 4)
    assert sorted(outcomes) == [0, 0, 0, 1]  # type: ignore[type-var]
    assert waiting(context) == []
    (letter,) = asked(context)
    assert letter.to == [AENNE]
    deliver_due(context, mailer, compose=compose, clock=Clock(now=DUE))
    assert {(one.recipient, one.facts, one.message) for one in letters(context)} == {
        ("", None, b"")
    }
    assert ask_about_plans(context, now=DUE + 30 * DAY) == 0
    assert len(letters(context)) == 2


def test_the_letter_asks_about_each_thing_and_sells_nothing(sqlite_context: AppContext) -> None:
    context = sqlite_context
    wish(context)
    ask_about_plans(context, now=DUE)
    (letter,) = asked(context)
    assert letter.subject == "Nachgefragt: die drei Dinge vom 2. März 2026"
    assert letter.reply_to == ["vera@stadtfuehrer.example"]
    in_both(letter, "Hallo Änne,", "am Montag, 2. März 2026, hast du", "es kommt keine zweite")
    assert "/termin" not in letter.text
    first = context.catalogue.quiz.questions[0]
    in_both(letter, first.theme, first.tip)
    links = {one.rpartition("&")[2] for one in letter.links if "/quiz/woche?orientierung=" in one}
    assert links == {
        f"wie.{thing}={progress}"
        for thing in ("orientierung", "zufriedenheit", "ziel")
        for progress in Progress
    }


def test_a_quiz_that_asks_something_else_by_then_ends_it(sqlite_context: AppContext) -> None:
    wish(sqlite_context)
    old = sqlite_context.catalogue
    changed = replace(old, quiz=changed_question(old.quiz, 0, id="ganz-neu"))
    assert ask_about_plans(replace(sqlite_context, catalogue=changed), now=DUE) == 0
    assert (waiting(sqlite_context), asked(sqlite_context)) == ([], [])


def test_one_that_cannot_be_asked_keeps_nobody_else_back(context: AppContext) -> None:
    for one in ("a", "b", "c"):
        wish(context, f"{one}@gast.example")
    with context.database.begin() as session:
        broken = update(DbFollowUp).where(DbFollowUp.email == "b@gast.example")
        session.execute(broken.values(answers={"orientierung": ["kein", "Text"]}, due_at=NOW))
    assert ask_about_plans(context, now=DUE) == 2
    assert [one.to for one in asked(context)] == [["a@gast.example"], ["c@gast.example"]]
    assert [one.email for one in waiting(context)] == ["b@gast.example"]
    kept = timedelta(days=context.settings.privacy.letters_days)
    forget(context, now=NOW + kept)
    assert len(waiting(context)) == 1
    forget(context, now=NOW + kept + SECOND)
    assert waiting(context) == []


def test_whoever_does_not_want_it_any_more_is_forgotten_at_once(context: AppContext) -> None:
    wish(context, "otto@gast.example")
    wish(context)
    its = token(context)
    found = find_follow_up(context, its)
    assert found is not None
    assert (found.email, found.due_at) == (AENNE, DUE)
    for _ in range(2):
        end_follow_up(context, its)
        assert find_follow_up(context, its) is None
    assert [one.email for one in waiting(context)] == ["otto@gast.example"]
    assert ask_about_plans(context, now=DUE) == 1


def test_what_was_forgotten_is_left_in_no_file(sqlite_context: AppContext, tmp_path: Path) -> None:
    context = sqlite_context
    wish(context)
    its = token(context)
    # Somewhere else, as a mail server is.
    mailer = FolderMailer(folder=tmp_path / "elsewhere", clock=Clock())
    deliver_due(context, mailer, compose=compose, clock=Clock())

    def holding() -> list[str]:
        file = context.database.file
        assert file is not None
        files = file.parent.glob(f"{file.name}*")
        return [one.name for one in files if AENNE.encode() in one.read_bytes()]

    assert holding() != []
    end_follow_up(context, its)
    assert holding() == []


def test_a_question_that_waits_for_a_mail_server_is_not_sent_either(context: AppContext) -> None:
    wish(context)
    its = token(context)
    ask_about_plans(context, now=DUE)
    assert find_follow_up(context, its) is None
    end_follow_up(context, its)
    assert letters(context) == []


def test_nobody_ends_it_by_a_guess(sqlite_context: AppContext) -> None:
    wish(sqlite_context)
    (row,) = waiting(sqlite_context)
    for guess in (row.uid, f"{token(sqlite_context)}x"):
        with pytest.raises(UnknownFollowUp):
            end_follow_up(sqlite_context, guess)
        with pytest.raises(UnknownFollowUp):
            find_follow_up(sqlite_context, guess)
    assert len(waiting(sqlite_context)) == 1


def test_it_counts_among_the_letters_that_anybody_may_have_caused(
    open_context: OpenContext,
) -> None:
    with open_context(letters_per_address="2") as context:
        wish(context, key="1")
        wish(context, key="2")
        with pytest.raises(TooManyLetters):
            wish(context, key="3")
        assert len(waiting(context)) == 2
        assert ask_about_plans(context, now=DUE) == 2
        with pytest.raises(TooManyLetters):
            wish(context, key="4", now=DUE)


def test_a_report_is_counted_once_for_each_form(context: AppContext) -> None:
    told = [Progress.DONE, Progress.NOT, Progress.DONE]
    for key, shown_at in (("k", NOW), ("k", NOW), ("late", NOW - timedelta(hours=12, seconds=1))):
        count_report(context, told, key=key, shown_at=shown_at, now=NOW)
    assert counted(context) == {
        CounterKey("", Metric.REPORTED): 1,
        CounterKey("", Metric.PROGRESS, option="geklappt"): 2,
        CounterKey("", Metric.PROGRESS, option="nein"): 1,
    }
