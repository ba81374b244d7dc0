"""The letter with a result: one for each asking, and only for a whole quiz."""

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.refusals import IncompleteAnswers
from stadtfuehrer.text.address import Mailbox
from tests.support.contexts import NOW, full_answers
from tests.support.racing import lost, race
from tests.support.stored import counts, letters

AENNE = Mailbox(name="Änne Müller", address="aenne@gast.example")


def test_a_result_is_due_at_once_and_belongs_to_no_booking(context: AppContext) -> None:
    send_result(context, full_answers(context), AENNE, key="k", now=NOW)
    (letter,) = letters(context)
    assert (letter.recipient, letter.due_at, letter.booking_id) == (AENNE.address, NOW, None)


def test_the_same_form_again_sends_once(context: AppContext) -> None:
    for _ in range(2):
        send_result(context, full_answers(context), AENNE, key="k", now=NOW)
    send_result(context, full_answers(context), AENNE, key="anderer", now=NOW)
    assert counts(context).letters == 2


def test_the_same_form_at_the_same_moment_sends_once(context: AppContext) -> None:
    answers = full_answers(context)
    outcomes = race([lambda: send_result(context, answers, AENNE, key="k", now=NOW)] * 4)
    assert lost(outcomes) == []
    assert counts(context).letters == 1


def test_an_unfinished_quiz_has_no_result(context: AppContext) -> None:
    answers = full_answers(context)
    answers.popitem()
    with pytest.raises(IncompleteAnswers):
        send_result(context, answers, AENNE, key="k", now=NOW)
    assert counts(context).letters == 0
