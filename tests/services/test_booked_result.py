"""The result that was booked with stays what it was."""

from dataclasses import replace

from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.services.booked_result import findings_of
from stadtfuehrer.services.booking import book, look_up, move
from stadtfuehrer.services.findings import findings
from stadtfuehrer.services.office import Office
from tests.support.mailbag import read
from tests.support.offices import NOW, a_wish, full_answers, in_berlin
from tests.support.stored import letters

START, LATER = in_berlin("2026-03-10 09:00"), in_berlin("2026-03-12 09:00")


def test_a_full_set_of_answers_gives_the_result_that_was_seen(sqlite_office: Office) -> None:
    answers = full_answers(sqlite_office)
    token = book(
        sqlite_office, a_wish(sqlite_office, START, interest=Interest(answers=answers)), now=NOW
    )
    interest = look_up(sqlite_office, token).booking.interest
    catalogue = sqlite_office.catalogue
    assert findings_of(catalogue, interest) == findings(catalogue, answers)


def test_without_all_answers_there_is_none(sqlite_office: Office) -> None:
    catalogue = sqlite_office.catalogue
    version = catalogue.quiz.version
    answers = full_answers(sqlite_office)
    first = next(iter(answers))
    for some in ({}, {first: answers[first]}, answers | {first: "gibt-es-nicht"}):
        assert findings_of(catalogue, Interest(answers=some, quiz_version=version)) is None


def test_after_the_quiz_has_changed_no_other_result_is_told(sqlite_office: Office) -> None:
    interest = Interest(answers=full_answers(sqlite_office))
    token = book(sqlite_office, a_wish(sqlite_office, START, interest=interest), now=NOW)
    quiz = sqlite_office.catalogue.quiz
    other = replace(
        quiz, thresholds=replace(quiz.thresholds, clear_from=quiz.thresholds.clear_from + 1)
    )
    changed = replace(sqlite_office, catalogue=replace(sqlite_office.catalogue, quiz=other))
    booked_with = look_up(changed, token).booking.interest
    assert findings_of(changed.catalogue, booked_with) is None

    found = findings(sqlite_office.catalogue, full_answers(sqlite_office))
    (invited,) = (read(one) for one in letters(sqlite_office) if one.kind == "einladung")
    assert found.outcome.headline in invited.text
    move(changed, token, LATER, now=NOW)
    told = {one.kind: read(one).text for one in letters(changed)}
    assert found.outcome.headline not in told["verschoben-beratung"]
    # The answers themselves are as true as ever.
    assert quiz.questions[0].options[-2].text.rstrip(".") in told["verschoben-beratung"].replace(
        "\n", " "
    )
