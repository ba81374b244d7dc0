"""Answers are quoted in the words that the visitor saw, whatever the quiz says later."""

from dataclasses import replace
from urllib.parse import urlencode

from sqlalchemy import null, update

from stadtfuehrer.booking.tables import DbBooking
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.web import init_context
from tests.support.contexts import full_answers, in_berlin
from tests.support.mailbag import read
from tests.support.sites import TYPED, Site
from tests.support.stored import letters

NINE = in_berlin("2026-03-05 09:00")
BUTTON = "Termin buchen"


def reworded(context: AppContext) -> AppContext:
    """The same quiz with every question and answer in other words."""
    quiz = context.catalogue.quiz
    questions = tuple(
        replace(
            question,
            text=f"Neu gefragt {question.id}?",
            options=tuple(replace(one, text=f"Neu {one.id}") for one in question.options),
        )
        for question in quiz.questions
    )
    changed = replace(quiz, questions=questions)
    assert changed.version == quiz.version
    return replace(context, catalogue=replace(context.catalogue, quiz=changed))


def without_a_question(context: AppContext) -> AppContext:
    quiz = context.catalogue.quiz
    changed = replace(quiz, questions=quiz.questions[1:])
    return replace(context, catalogue=replace(context.catalogue, quiz=changed))


def book(site: Site, answers: dict[str, str]) -> str:
    form = site.guest.get(f"{site.form_path(NINE)}?{urlencode(answers)}")
    return site.guest.press(form, BUTTON, TYPED).location


def invitation(context: AppContext) -> str:
    (found,) = (read(one) for one in letters(context) if one.kind == LetterKind.INVITATION)
    return found.everything


def in_words(context: AppContext, answers: dict[str, str]) -> list[str]:
    quiz = context.catalogue.quiz
    return [
        text
        for question in quiz.questions
        if (option := question.find_option(answers.get(question.id, "")))
        for text in (question.text, option.text)
    ]


def test_letters_quote_the_words_that_were_seen(site: Site) -> None:
    answers = full_answers(site.context)
    book(site, answers)
    said = invitation(reworded(site.context))
    flat = " ".join(said.split())
    assert [text for text in in_words(site.context, answers) if text not in flat] == []
    assert "Neu gefragt" not in said


def test_some_answers_are_quoted_so_as_well(site: Site) -> None:
    answers = dict([*full_answers(site.context).items()][:2])
    book(site, answers)
    for later in (reworded(site.context), without_a_question(site.context)):
        said = " ".join(invitation(later).split())
        assert [text for text in in_words(site.context, answers) if text not in said] == []
        assert "Neu gefragt" not in said


def test_the_page_counts_answers_to_questions_that_are_gone(site: Site) -> None:
    answers = dict([*full_answers(site.context).items()][:2])
    booked = book(site, answers)
    init_context(site.app, without_a_question(site.context), site.clock)
    assert "2 Antworten, so wie du sie" in site.guest.get(booked).text


def test_an_older_booking_is_quoted_in_todays_words(site: Site) -> None:
    answers = full_answers(site.context)
    book(site, answers)
    with site.context.database.begin() as session:
        session.execute(update(DbBooking).values(wording=null()))
    assert "Neu gefragt" in invitation(reworded(site.context))


def test_only_texts_are_kept(site: Site) -> None:
    answers = full_answers(site.context)
    book(site, answers)
    (booking,) = site.bookings()
    quiz = site.context.catalogue.quiz
    assert booking.interest.wording == {
        one.id: [one.text, option.text]
        for one in quiz.questions
        if (option := one.find_option(answers[one.id]))
    }
