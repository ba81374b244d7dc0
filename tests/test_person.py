"""One person's data: complete when it is handed over, and gone everywhere when it is erased."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from stadtfuehrer.booking.by_hand import enter
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.leads import keep_lead
from stadtfuehrer.booking.leads_store import LeadState
from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.booking.store import bookings_of
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.booking.waiting_store import join_line
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_ins, shown, store
from stadtfuehrer.dialogue import letters as about_voices
from stadtfuehrer.dialogue.model import CHECKING_IN, PUBLISHING, Kind
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import POSTFACH, FolderMailer
from stadtfuehrer.person import erase_person, export_person, find_person
from stadtfuehrer.quiz.follow_up import ask_about_plans
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.quiz.week import ASK_AFTER, CONSENT_WORDING
from stadtfuehrer.refusals import StillToCome
from stadtfuehrer.text import Mailbox
from tests.support.contexts import NOW, Clock, a_visitor, a_wish, full_answers, in_berlin
from tests.support.stored import letters, live_bookings
from tests.support.voices import published, said

TEN, ELEVEN = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-05 11:00")
MARK, WHO = "Erna-Einzigartig", "vera@stadtfuehrer.example"
ADDRESS = f"{MARK}@gast.example"
SPELT_OTHERWISE = f"{MARK.lower()}@GAST.example"


@pytest.fixture
def lived(context: AppContext, tmp_path: Path) -> AppContext:
    """Somebody booked, called off, asked for a result and waits; so did somebody else."""
    context = replace(context, instance=tmp_path)
    for start, visitor in (
        (TEN, a_visitor(name=MARK, email=ADDRESS, anliegen=f"{MARK} will mehr Kunden.")),
        (ELEVEN, a_visitor(email="otto@gast.example")),
    ):
        interest = Interest(answers=full_answers(context))
        token = book(context, a_wish(context, start, visitor=visitor, interest=interest), now=NOW)
        with context.database.begin() as session:
            join_line(session, "hausbesuch", visitor.email, now=NOW)
        if start == TEN:
            cancel(context, token, f"{MARK} ist krank.", now=NOW)
    keep_lead(
        context,
        ADDRESS,
        state=LeadState.CUSTOMER,
        note_text=f"{MARK} zahlt pünktlich.",
        made_from="",
        who=WHO,
        now=NOW,
    )
    post = FolderMailer(folder=context.instance / POSTFACH, clock=Clock())
    deliver_due(context, post, compose=compose, clock=Clock())
    for name, address in ((MARK, ADDRESS), ("Otto", "otto@gast.example")):
        mailbox = Mailbox(name=name, address=address)
        send_result(context, full_answers(context), mailbox, key=name, asks=True, now=NOW)
    return context


def test_all_of_it_is_handed_over_whatever_the_spelling(lived: AppContext) -> None:
    person = export_person(lived, SPELT_OTHERWISE, who=WHO, now=NOW)
    told = json.loads(person.as_json())
    (booking,) = told["bookings"]
    assert booking["visitor"]["anliegen"] == f"{MARK} will mehr Kunden."
    assert booking["cancel_reason"] == f"{MARK} ist krank."
    assert booking["start"] == TEN.isoformat()
    assert booking["interest"]["answers"] == full_answers(lived)
    assert booking["interest"]["wording"]
    kinds = [letter["kind"] for letter in told["letters"]]
    assert kinds == ["bestaetigung", "einladung", "absage-gast", "absage-beratung", "ergebnis"]
    assert MARK in told["letters"][0]["text"]
    assert told["waiting"] == ["hausbesuch"]
    (follow_up,) = told["follow_ups"]
    assert follow_up["email"] == ADDRESS
    assert follow_up["answers"] == full_answers(lived)
    assert follow_up["consent"]["wording"] == CONSENT_WORDING
    assert told["lead"]["state"] == "kunde"
    assert told["lead"]["note"] == f"{MARK} zahlt pünktlich."
    assert "otto" not in person.as_json()
    with zipfile.ZipFile(io.BytesIO(person.as_zip())) as archive:
        assert json.loads(archive.read("person.json")) == told
        sent = [name for name in archive.namelist() if name.endswith(".eml")]
        # The result still waits, so it has no text yet.
        assert len(sent) == 4
        assert all(archive.read(name).startswith(b"From: ") for name in sent)


@pytest.fixture
def spoke(lived: AppContext) -> AppContext:
    """The same person asked, wrote, said how it was and may be asked; so did somebody else."""
    who = {"name": f"{MARK} Muster", "email": ADDRESS, "text": f"{MARK} fragt sich etwas."}
    question = said(lived, **who)
    published(lived, **who, answer=f"Gern, {MARK}.", heard="Steht jetzt da.", heard_at=NOW)
    published(lived, **who, kind=Kind.LETTER, about="/stadtgespraech/irgendwas")
    said(lived, **who, kind=Kind.FEEDBACK, choice="sehr")
    published(lived, email="otto@gast.example", text="Und ich?")
    with lived.database.begin() as session:
        owed = about_voices.after_asking(lived, question, now=NOW)
        outbox.enqueue(session, owed, booking_id=None, now=NOW)
        check_ins.allow(session, MARK, SPELT_OTHERWISE, now=NOW)
        check_ins.allow(session, "Otto", "otto@gast.example", now=NOW)
        store.add_satisfied(session, "sehr", day=NOW.date())
    check_ins.ask_guest(lived, check_ins.guests(lived)[0].uid, who=WHO, now=NOW)
    return lived


def test_what_somebody_said_is_handed_over_with_each_consent(spoke: AppContext) -> None:
    person = export_person(spoke, SPELT_OTHERWISE, who=WHO, now=NOW)
    told = json.loads(person.as_json())
    kinds = ["frage", "frage", "leserbrief", "rueckmeldung"]
    assert [one["kind"] for one in told["voices"]] == kinds
    assert {one["text"] for one in told["voices"]} == {f"{MARK} fragt sich etwas."}
    version, wording = PUBLISHING[Kind.QUESTION]
    consent = told["voices"][1]["consent"]
    assert (consent["version"], consent["wording"]) == (version, wording)
    assert consent["given_at"] == told["voices"][1]["said_at"]
    assert told["voices"][0]["consent"] is None
    assert told["check_in"]["consent"]["wording"] == CHECKING_IN
    assert told["check_in"]["asked_at"] == NOW.isoformat()
    with zipfile.ZipFile(io.BytesIO(person.as_zip())) as archive:
        assert json.loads(archive.read("person.json")) == told


def test_what_somebody_said_is_erased_but_for_what_was_done(spoke: AppContext) -> None:
    gone = erase_person(spoke, SPELT_OTHERWISE, who=WHO, now=NOW)
    assert (gone.voices, gone.heard, gone.check_in) == (4, 1, True)
    # Their result and the four about the booking; thanks, the consultant's, how things are.
    assert gone.letters == 5 + 3
    assert find_person(spoke, ADDRESS).is_unknown
    (left,) = shown.heard(spoke).voices
    assert (left.heard, left.text, left.answer, left.name) == ("Steht jetzt da.", "", "", "")
    assert [one.text for one in shown.questions(spoke).voices] == ["Und ich?"]
    assert [one.email for one in check_ins.guests(spoke)] == ["otto@gast.example"]
    with spoke.database.read() as session:
        assert store.satisfied(session) == {"sehr": 1}
    if spoke.database.is_sqlite:
        assert traces(spoke) == []


def test_whoever_only_asked_is_known(context: AppContext, tmp_path: Path) -> None:
    context = replace(context, instance=tmp_path)
    said(context, email=ADDRESS)
    assert not find_person(context, SPELT_OTHERWISE).is_unknown
    # Whoever leaves no address is not all the others without one.
    said(context, email="")
    assert find_person(context, "").is_unknown


def test_erased_it_is_found_nowhere_in_the_instance_and_others_stay(lived: AppContext) -> None:
    assert traces(lived)
    gone = erase_person(lived, SPELT_OTHERWISE, who=WHO, now=NOW)
    assert (gone.bookings, gone.letters, gone.lines, gone.in_calendar) == (1, 5, 1, False)
    assert find_person(lived, ADDRESS).is_unknown
    if lived.database.is_sqlite:
        assert traces(lived) == []
    with lived.database.read() as session:
        assert len(bookings_of(session, "otto@gast.example")) == 1
    assert {row.kind for row in letters(lived)} == {"bestaetigung", "einladung", "ergebnis"}
    # The other one is asked all the same.
    assert ask_about_plans(lived, now=NOW + ASK_AFTER) == 1
    assert len(live_bookings(lived)) == 1


def test_a_consultation_to_come_has_to_be_called_off_first(lived: AppContext) -> None:
    with pytest.raises(StillToCome):
        erase_person(lived, "otto@gast.example", who=WHO, now=NOW)
    assert not find_person(lived, "otto@gast.example").is_unknown
    after = in_berlin("2026-03-05 11:30")
    assert erase_person(lived, "otto@gast.example", who=WHO, now=after).bookings == 1


def test_an_event_in_the_consultants_calendar_is_told_of(lived: AppContext) -> None:
    settings = lived.settings
    calendar = replace(settings.calendar, write="Termine", url="https://dav.example/")
    entered = replace(lived, settings=replace(settings, calendar=calendar))
    assert erase_person(entered, ADDRESS, who=WHO, now=NOW).in_calendar


def test_of_a_stranger_nothing_is_stored_and_nothing_erased(lived: AppContext) -> None:
    assert find_person(lived, "fremd@gast.example").is_unknown
    gone = erase_person(lived, "fremd@gast.example", who=WHO, now=NOW)
    assert (gone.bookings, gone.letters, gone.lines) == (0, 0, 0)


def test_no_address_is_nobody(lived: AppContext) -> None:
    visitor = a_visitor(name="Am Telefon", email="")
    wanted = a_wish(lived, in_berlin("2026-03-06 09:00"), visitor=visitor)
    enter(lived, wanted, tells_guest=False, who=WHO, now=NOW)
    assert find_person(lived, "").is_unknown
    assert erase_person(lived, "", who=WHO, now=NOW).bookings == 0


def traces(context: AppContext) -> list[Path]:
    """The files of the postfach and the database in which the person can be found."""
    database = context.database.file
    files = [*(context.instance / POSTFACH).iterdir()]
    files += database.parent.glob(f"{database.name}*") if database else []
    return [one for one in files if MARK.lower().encode() in one.read_bytes().lower()]
