"""The letter with a result: one for each asking, and only for a whole quiz."""

import pytest

from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.domain.refusals import IncompleteAnswers
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.results import send_result
from tests.support.offices import NOW, full_answers
from tests.support.racing import lost, race
from tests.support.stored import counts, letters

AENNE = Mailbox(name="Änne Müller", address="aenne@gast.example")


def test_a_result_is_due_at_once_and_belongs_to_no_booking(office: Office) -> None:
    send_result(office, full_answers(office), AENNE, key="k", now=NOW)
    (letter,) = letters(office)
    assert (letter.recipient, letter.due_at, letter.booking_id) == (AENNE.address, NOW, None)


def test_the_same_form_again_sends_once(office: Office) -> None:
    for _ in range(2):
        send_result(office, full_answers(office), AENNE, key="k", now=NOW)
    send_result(office, full_answers(office), AENNE, key="anderer", now=NOW)
    assert counts(office).letters == 2


def test_the_same_form_at_the_same_moment_sends_once(office: Office) -> None:
    answers = full_answers(office)
    outcomes = race([lambda: send_result(office, answers, AENNE, key="k", now=NOW)] * 4)
    assert lost(outcomes) == []
    assert counts(office).letters == 1


def test_an_unfinished_quiz_has_no_result(office: Office) -> None:
    answers = full_answers(office)
    answers.popitem()
    with pytest.raises(IncompleteAnswers):
        send_result(office, answers, AENNE, key="k", now=NOW)
    assert counts(office).letters == 0
