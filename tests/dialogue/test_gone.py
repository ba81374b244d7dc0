"""Taken back, by whomever: gone everywhere, from pages, database, its log, outbox and postfach."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from stadtfuehrer.booking import feedback
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, look_up
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import Base
from stadtfuehrer.dialogue import answering, asking, check_ins, shown
from stadtfuehrer.dialogue.answering import Answer, Step
from stadtfuehrer.dialogue.asking import Asked
from stadtfuehrer.dialogue.model import CheckInChoice, Kind, Satisfaction
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import POSTFACH, FolderMailer
from stadtfuehrer.mail.mailer import Envelope, Later
from stadtfuehrer.person import erase_person
from stadtfuehrer.purge import forget
from stadtfuehrer.refusals import UnknownVoice
from stadtfuehrer.web.links import sign
from stadtfuehrer.web.renewal import pages_stamp
from tests.support.contexts import NOW, Clock, OpenContext, a_wish, in_berlin
from tests.support.voices import published

MARK, WHO = "Einhornmarke", "vera@stadtfuehrer.example"
ADDRESS = f"{MARK}@gast.example"
ASKED = Asked(
    kind=Kind.QUESTION,
    about="/ablauf",
    text=f"Hilft mir {MARK}?",
    name=MARK,
    email=ADDRESS,
    may_be_published=True,
    with_name=True,
)


def by_their_link(context: AppContext, token: str) -> None:
    asking.take_back(context, token)


def by_person(context: AppContext, token: str) -> None:
    assert erase_person(context, ADDRESS.lower(), who=WHO, now=NOW).voices == 1


def by_the_office(context: AppContext, token: str) -> None:
    voice = asking.get_by_token(context, token)
    answering.erase(context, voice.id, who=WHO, now=NOW)


def by_time(context: AppContext, token: str) -> None:
    """What is shown never is over; so it is not shown any more."""
    voice = asking.get_by_token(context, token)
    answering.take_step(
        context, voice.id, Step.HIDE, version=voice.version, who=WHO, now=NOW + timedelta(hours=1)
    )
    assert forget(context, now=NOW + timedelta(days=31)).voices == 1


@pytest.fixture(params=[True, False])
def is_heard(request: pytest.FixtureRequest) -> bool:
    """Whether something came of it, which stays."""
    return bool(request.param)


@pytest.mark.parametrize("gone", [by_their_link, by_person, by_the_office, by_time])
def test_what_was_asked_answered_and_shown_is_gone_everywhere(
    open_context: OpenContext,
    tmp_path: Path,
    gone: Callable[[AppContext, str], None],
    *,
    is_heard: bool,
) -> None:
    with open_context() as context:
        other = published(context, text="Und ich?", email="otto@gast.example")
        token = asking.ask(context, ASKED, key="k", now=NOW)
        live(context, token, is_heard=is_heard)
        assert len(list((context.instance / POSTFACH).iterdir())) == 3
        assert len(shown.questions(context).voices) == 2
        assert {"voices", "letters"} <= {*traces(context, tmp_path)}
        stamp = pages_stamp(context.instance)

        gone(context, token)

        assert traces(context, tmp_path) == []
        assert shown.questions(context).voices == shown.newest(context) == [other]
        assert [one for one, _ in shown.questions_in_sitemap(context)] == [other.id]
        assert shown.questions_about(context, "/ablauf") == []
        heard = [(one.heard, one.text, one.name) for one in shown.heard(context).voices]
        assert heard == ([("Steht jetzt da.", "", "")] if is_heard else [])
        assert pages_stamp(context.instance) > stamp
        with pytest.raises(UnknownVoice):
            asking.get_by_token(context, token)


def test_how_it_was_is_gone_everywhere_and_the_booking_stays(
    open_context: OpenContext, tmp_path: Path
) -> None:
    with open_context() as context:
        token = book(context, a_wish(context, in_berlin("2026-03-05 10:00")), now=NOW)
        after = in_berlin("2026-03-05 12:00")
        feedback.answer(context, token, Satisfaction.VERY, MARK, may_be_published=True, now=after)
        deliver(context, FolderMailer(folder=context.instance / POSTFACH, clock=Clock()), now=after)
        letters = list((context.instance / POSTFACH).iterdir())
        assert traces(context, tmp_path)
        voice = feedback.find_feedback(context, look_up(context, token).booking)
        assert voice is not None
        asking.take_back(context, asking.token_of(context, voice))
        assert traces(context, tmp_path) == []
        assert len(list((context.instance / POSTFACH).iterdir())) == len(letters) - 1
        assert look_up(context, token).booking.visitor.name == "Änne Müller"


def test_a_guest_who_ends_being_asked_is_gone_everywhere(
    open_context: OpenContext, tmp_path: Path
) -> None:
    with open_context() as context:
        with context.database.begin() as session:
            check_ins.allow(session, MARK, ADDRESS, now=NOW)
        (guest,) = check_ins.guests(context)
        check_ins.ask_guest(context, guest.uid, who=WHO, now=NOW)
        deliver(context, FolderMailer(folder=context.instance / POSTFACH, clock=Clock()))
        assert len(traces(context, tmp_path)) >= 1
        check_ins.end(context, sign(context, "check-in", guest.uid))
        assert traces(context, tmp_path) == []
        # What somebody answered before is something that they said.
        with pytest.raises(UnknownVoice):
            check_ins.answer(
                context, sign(context, "check-in", guest.uid), CheckInChoice.RUNS, "", now=NOW
            )


def live(context: AppContext, token: str, *, is_heard: bool) -> None:
    """Answered and published, perhaps heard; three letters sent, a fourth written that waits."""
    postfach = FolderMailer(folder=context.instance / POSTFACH, clock=Clock())

    def voice() -> tuple[int, str]:
        now = asking.get_by_token(context, token)
        return now.id, now.version

    def step(one: Step, *, minute: int) -> None:
        row_id, version = voice()
        now = NOW + timedelta(minutes=minute)
        answering.take_step(context, row_id, one, version=version, who=WHO, now=now)

    deliver(context, postfach)
    row_id, version = voice()
    given = Answer(text=f"Ja, {MARK} hilft.", publish=True)
    answering.answer(context, row_id, given, version=version, who=WHO, now=NOW)
    deliver(context, postfach)
    if is_heard:
        row_id, version = voice()
        answering.hear(
            context, row_id, "Steht jetzt da.", is_done=True, version=version, who=WHO, now=NOW
        )
    step(Step.HIDE, minute=1)
    step(Step.PUBLISH, minute=2)
    deliver(context, Away())


class Away:
    """A mail server that takes nothing now."""

    @contextmanager
    def round(self) -> Iterator[Callable[[Envelope], None]]:
        yield self._refuse

    def probe(self, sender: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def _refuse(self, envelope: Envelope) -> None:
        raise Later(envelope.name)


def deliver(context: AppContext, post: FolderMailer | Away, *, now: datetime = NOW) -> None:
    clock = Clock(now=now)
    clock.turn(hours=1)
    deliver_due(context, post, compose=compose, clock=clock)


def traces(context: AppContext, folder: Path) -> list[str]:
    """The files and the tables in which the word can be found."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    mark = MARK.lower().encode()
    found = [one.name for one in files if mark in one.read_bytes().lower()]
    with context.database.read() as session:
        for name, table in Base.metadata.tables.items():
            rows = session.execute(select(table)).all()
            found += [name for row in rows if mark in repr(tuple(row)).lower().encode()]
    return found
