"""The result that was booked with stays what it was."""

from dataclasses import replace

from stadtfuehrer.booking.composing import booked_result
from stadtfuehrer.booking.model import Interest
from stadtfuehrer.booking.service import book, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.findings import findings
from tests.support.contexts import NOW, a_wish, full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.stored import letters

START, LATER = in_berlin("2026-03-10 09:00"), in_berlin("2026-03-12 09:00")


def test_a_full_set_of_answers_gives_the_result_that_was_seen(sqlite_context: AppContext) -> None:
    answers = full_answers(sqlite_context)
    token = book(
        sqlite_context, a_wish(sqlite_context, START, interest=Interest(answers=answers)), now=NOW
    )
    interest = look_up(sqlite_context, token).booking.interest
    catalogue = sqlite_context.catalogue
    assert booked_result(catalogue, interest) == findings(catalogue, answers)


def test_without_all_answers_there_is_none(sqlite_context: AppContext) -> None:
    catalogue = sqlite_context.catalogue
    version = catalogue.quiz.version
    answers = full_answers(sqlite_context)
    first = next(iter(answers))
    for some in ({}, {first: answers[first]}, answers | {first: "gibt-es-nicht"}):
        assert booked_result(catalogue, Interest(answers=some, quiz_version=version)) is None


def test_after_the_quiz_has_changed_no_other_result_is_told(sqlite_context: AppContext) -> None:
    interest = Interest(answers=full_answers(sqlite_context))
    token = book(sqlite_context, a_wish(sqlite_context, START, interest=interest), now=NOW)
    quiz = sqlite_context.catalogue.quiz
    other = replace(
        quiz, thresholds=replace(quiz.thresholds, clear_from=quiz.thresholds.clear_from + 1)
    )
    changed = replace(sqlite_context, catalogue=replace(sqlite_context.catalogue, quiz=other))
    booked_with = look_up(changed, token).booking.interest
    assert booked_result(changed.catalogue, booked_with) is None

    found = findings(sqlite_context.catalogue, full_answers(sqlite_context))
    (parsed_invitation,) = (read(one) for one in letters(sqlite_context) if one.kind == "einladung")
    assert found.outcome.headline in parsed_invitation.text
    move(changed, token, LATER, now=NOW)
    told = {one.kind: read(one).text for one in letters(changed)}
    assert found.outcome.headline not in told["verschoben-beratung"]
    # The answers themselves are as true as ever.
    assert quiz.questions[0].options[-2].text.rstrip(".") in told["verschoben-beratung"].replace(
        "\n", " "
    )
