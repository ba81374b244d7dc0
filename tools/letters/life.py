"""A sample life with every letter in it, through the real services, on a clock that stands still.

Three people: Änne fills in everything, at length; Jo only what is asked for; Kofi something in
between. They meet by video, by phone and on site. Their hearts are „<3“, which no HTML may hold.
"""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import update

from stadtfuehrer.booking.answers import follow_up, take
from stadtfuehrer.booking.by_hand import Decision, enter, note_missed
from stadtfuehrer.booking.by_hand import cancel as cancel_by_hand
from stadtfuehrer.booking.by_hand import move as move_by_hand
from stadtfuehrer.booking.calendar_events import ask_about_events, tend_calendar
from stadtfuehrer.booking.feedback import answer
from stadtfuehrer.booking.pending import accept, confirm
from stadtfuehrer.booking.questions import OwnAnswer
from stadtfuehrer.booking.readdressing import readdress
from stadtfuehrer.booking.reminders import remind, thank
from stadtfuehrer.booking.service import book, cancel, look_up, look_up_by_id, move
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.bootstrap import SECRET_FILE
from stadtfuehrer.calendar.service import read_calendars, tell_of_stale
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.model import Satisfaction
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.office.sign_in import ask_for_link
from stadtfuehrer.quiz.follow_up import ask_about_plans
from stadtfuehrer.quiz.service import send_result
from stadtfuehrer.quiz.week import ASK_AFTER
from stadtfuehrer.text import Mailbox
from stadtfuehrer.tokens import confirmation_token, consultant_token
from tests.support.came_back import a_bounce, a_reply
from tests.support.contexts import (
    NO_LIMITS,
    NOW,
    a_visitor,
    a_wish,
    full_answers,
    in_berlin,
    opened_context,
)
from tests.support.entered import changed_event
from tests.support.lines import join
from tests.support.stored import letters
from tools.letters.dialogue import dialogue

SITE = "https://stadtfuehrer.example"
LATER = NOW + timedelta(hours=3)

AENNE = a_visitor(
    name="Dr. Änne-Sophie Müller-Öztürk 🌻",
    email="aenne+termin@töpferei-mueller.example",
    firma="Donaudampfschifffahrtsgesellschaftskapitänsmützenmanufaktur Müller & Töchter GbR",
    telefon="+49 (0)30 5550-77",
    anliegen=(
        "Uns findet niemand, obwohl wir seit 31 Jahren am Marktplatz sitzen 🙈\n"
        "Wir haben Anzeigen geschaltet, einen Film gedreht und „irgendwas mit Social Media“ "
        "versucht. Zurück kam fast nichts, und das Wenige haben wir zu spät gesehen.\n\n"
        "Woran liegt das? Und: Lohnt sich eine neue Website? https://töpferei-mueller.example/alt"
    ),
    zone="America/New_York",
)
WORDS = "Erst war ich skeptisch, ob Reden etwas bringt.\nJetzt weiß ich, womit wir anfangen 🙂"
MOVED = "Am Nachmittag bin ich in der Schule meiner Tochter.\nAbends habe ich Zeit und Ruhe."
MISSED = "Ich habe es zweimal bei dir versucht. Ist alles in Ordnung?"
JO = a_visitor(name="Jo <3", email="jo@gast.example", firma="", telefon="", anliegen="")
KOFI = a_visitor(
    name="Kofi O’Hara <3",
    email="kofi@gast.example",
    firma="",
    telefon="0151 5550 12",
    anliegen="Ich will wissen, ob sich ein Newsletter lohnt.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A letter with a name that sorts it where it came in the life: „07-danke-aenne“."""

    name: str
    letter: DbLetter


def sample_letters(folder: Path) -> list[Sample]:
    """Live the life in an instance that is made in ``folder``, which must be empty."""
    instance = folder / "instance"
    instance.mkdir(parents=True)
    (instance / SECRET_FILE).write_text("5" * 64)
    url = f"sqlite:///{folder / 'letters.db'}"
    with _same_every_time(), opened_context(instance, url, changes=NO_LIMITS) as opened:
        settings = opened.settings
        context = replace(opened, settings=replace(settings, site=replace(settings.site, url=SITE)))
        seen: list[Sample] = []
        own = (_by_hand, _waiting, _pending, _came_back, _calendar, _office, dialogue)
        for step in (_results, _plans, _aenne, _jo, _kofi, *own):
            for whose in step(context):
                for letter in letters(context, after=len(seen)):
                    name = f"{len(seen) + 1:02}-{letter.kind}-{whose}"
                    seen.append(Sample(name=name, letter=letter))
        return seen


def _results(context: AppContext) -> Iterator[str]:
    for whose, answers, name in (
        ("aenne", full_answers(context), AENNE.name),
        ("ohne-namen-alles-gut", full_answers(context, at=0), ""),
        ("jo-weiss-es-nicht", full_answers(context, at=-1), JO.name),
    ):
        mailbox = Mailbox(name=name, address="gast@gast.example")
        send_result(context, answers, mailbox, key=f"ergebnis-{whose}", now=NOW)
        yield whose


def _plans(context: AppContext) -> Iterator[str]:
    """A week later: of those who wanted to be asked, one had three things to do, one had one."""
    well, badly = full_answers(context, at=1), full_answers(context, at=3)
    for whose, answers, name in (
        ("aenne", full_answers(context), AENNE.name),
        ("jo-eine-sache", {**well, "ziel": badly["ziel"]}, JO.name),
    ):
        mailbox = Mailbox(name=name, address="gast@gast.example")
        send_result(context, answers, mailbox, key=f"plan-{whose}", asks=True, now=NOW)
        yield f"{whose}-will-gefragt-werden"
        ask_about_plans(context, now=NOW + ASK_AFTER)
        yield whose


def _office(context: AppContext) -> Iterator[str]:
    ask_for_link(context, "vera@stadtfuehrer.example", onward="/buero/briefe", client="", now=NOW)
    yield "beratung"


def _aenne(context: AppContext) -> Iterator[str]:
    interest = Interest(
        service=context.catalogue.offers.services[1].slug,
        answers=_mixed_answers(context),
        own_answers={
            "team": OwnAnswer("Wie viele seid ihr?", "2 bis 5", is_chosen=True),
            "ziel": OwnAnswer("Was soll anders sein?", "Mehr Anrufe\nals Mails", is_chosen=False),
        },
    )
    start = in_berlin("2026-03-24 09:30")
    wanted = a_wish(
        context, start, kind="stadtrundgang", visitor=AENNE, interest=interest, key="aenne"
    )
    token = book(context, replace(wanted, may_be_asked=True), now=NOW)
    yield "aenne"
    move(context, token, in_berlin("2026-04-14 15:00"), now=LATER)
    yield "aenne-hat-verschoben"
    access = look_up(context, token)
    moved = Decision(who="", seen=access.booking.version, sentence=MOVED)
    move_by_hand(context, access.row_id, in_berlin("2026-04-16 17:00"), moved, now=LATER)
    yield "beratung-hat-verschoben"
    remind(context, now=in_berlin("2026-04-15 10:00"))
    yield "aenne"
    thank(context, now=in_berlin("2026-04-16 19:00"))
    yield "aenne-hat-zugestimmt"
    at = in_berlin("2026-04-17 08:10")
    may = {"may_be_published": True, "with_name": True}
    answer(context, token, Satisfaction.VERY, WORDS, **may, now=at)
    yield "aenne"


def _jo(context: AppContext) -> Iterator[str]:
    wanted = a_wish(context, in_berlin("2026-03-05 09:00"), visitor=JO, key="jo")
    token = book(context, wanted, now=NOW)
    yield "jo"
    remind(context, now=in_berlin("2026-03-04 22:30"))
    yield "jo-zu-knapp"
    thank(context, now=in_berlin("2026-03-05 10:30"))
    yield "jo"
    answer(context, token, Satisfaction.PARTLY, "", now=in_berlin("2026-03-05 12:00"))
    yield "jo-ohne-worte"
    access = look_up(context, token)
    missed = Decision(who="", seen=access.booking.version, sentence=MISSED)
    note_missed(context, access.row_id, missed, offers=True, now=in_berlin("2026-03-05 12:00"))
    yield "jo-kam-nicht"
    wanted = a_wish(context, in_berlin("2026-03-12 09:00"), visitor=JO, key="jo-noch-einmal")
    token = book(context, wanted, now=NOW)
    yield "jo-noch-einmal"
    cancel(context, token, "", now=LATER)
    yield "jo-hat-abgesagt"


def _kofi(context: AppContext) -> Iterator[str]:
    few = dict(list(full_answers(context).items())[:3])
    start = in_berlin("2026-03-10 10:00")
    wanted = a_wish(
        context, start, kind="hausbesuch", visitor=KOFI, interest=Interest(answers=few), key="kofi"
    )
    token = book(context, wanted, now=NOW)
    yield "kofi"
    reason = "Ich liege mit Fieber im Bett.\nDas Büro bleibt bis Donnerstag zu."
    cancel(context, _own(context, token), reason, now=LATER)
    yield "beratung-hat-abgesagt"
    wanted = a_wish(context, in_berlin("2026-03-17 14:00"), visitor=KOFI, key="kofi-noch-einmal")
    token = book(context, wanted, now=NOW)
    yield "kofi-am-telefon"
    cancel(context, token, "Die Messe geht vor. Entschuldige!", now=LATER)
    yield "kofi-hat-abgesagt"


def _by_hand(context: AppContext) -> Iterator[str]:
    """Somebody on the telephone, without a mail address."""
    ruth = a_visitor(name="Ruth", email="", firma="", anliegen="Will ihren Laden umbauen.")
    wanted = a_wish(context, in_berlin("2026-03-06 19:00"), visitor=ruth, key="ruth")
    row_id = enter(context, wanted, tells_guest=True, who="", now=NOW)
    yield "ruth-am-telefon"
    seen = look_up_by_id(context, row_id).booking.version
    decision = Decision(who="", seen=seen)
    move_by_hand(context, row_id, in_berlin("2026-03-06 20:00"), decision, now=NOW)
    yield "beratung-hat-ruth-verschoben"
    seen = look_up_by_id(context, row_id).booking.version
    cancel_by_hand(context, row_id, Decision(who="", seen=seen), now=NOW)
    yield "beratung-hat-ruth-abgesagt"


def _waiting(context: AppContext) -> Iterator[str]:
    join(context, "wartet", now=NOW, kind="kennenlernen")
    tell_waiting(context, now=NOW)
    yield "warteliste"


def _pending(context: AppContext) -> Iterator[str]:
    """Held and confirmed, then requested and accepted, declined or taken back."""
    kind = replace(context.get_kind("hausbesuch"), approve=True)
    context = replace(context, kinds=(*context.kinds[:2], kind))
    braking = _braking(context)
    token = book(braking, a_wish(braking, in_berlin("2026-03-23 09:00"), key="held"), now=NOW)
    yield "gehalten"
    confirm(context, _of(context, token, confirmation_token), now=LATER)
    yield "bestaetigt"
    for start, key in (("2026-03-26 09:00", "ja"), ("2026-03-30 09:00", "nein")):
        wanted = a_wish(context, in_berlin(start), kind=kind.id, visitor=KOFI, key=key)
        token = book(context, wanted, now=NOW)
        yield f"kofi-fragt-an-{key}"
        own = _of(context, token, consultant_token)
        if key == "ja":
            accept(context, own, now=LATER)
        else:
            cancel(context, own, "An dem Tag bin ich auf der Messe.", now=LATER)
        yield f"kofi-{key}"


def _braking(context: AppContext) -> AppContext:
    """The same where bookings may come too fast; so many from one domain are too fast."""
    booking = replace(context.settings.booking, confirm="when-crowded")
    return replace(context, settings=replace(context.settings, booking=booking))


def _came_back(context: AppContext) -> Iterator[str]:
    """What mail programs and mail servers answer."""
    wanted = a_wish(context, in_berlin("2026-03-19 10:00"), visitor=KOFI, key="kofi-antwortet")
    token = book(context, wanted, now=NOW)
    yield "kofi-antwortet"
    uid = look_up(context, token).booking.uid
    for address in (KOFI.email, context.settings.consultant.email):
        take(context, a_reply(uid, address), now=LATER)
    follow_up(context, now=LATER)
    yield "im-kalender"
    wanted = a_wish(context, in_berlin("2026-03-19 14:00"), visitor=JO, key="jo-vertippt")
    token = book(context, wanted, now=NOW)
    with context.database.begin() as session:
        session.execute(update(DbLetter).values(state=State.SENT, sent_at=NOW))
    yield "jo-vertippt"
    bounced = next(one for one in reversed(letters(context)) if one.kind == "bestaetigung")
    take(context, a_bounce(bounced.message_id), now=LATER)
    follow_up(context, now=LATER)
    yield "jo-vertippt"
    readdress(context, token, "jo@gast-haus.example", now=LATER)
    yield "jo-hat-berichtigt"


def _calendar(context: AppContext) -> Iterator[str]:
    """A calendar that cannot be read, and never could: nobody answers there."""
    calendar = replace(context.settings.calendar, feeds=("http://127.0.0.1:1/kalender.ics",))
    unread = replace(context, settings=replace(context.settings, calendar=calendar))
    read_calendars(unread, own=(), now=NOW)
    tell_of_stale(unread, now=LATER)
    yield "vera"
    # One that is written to, and nobody answers there either; before that, it said other things.
    calendar = replace(calendar, feeds=(), url="http://127.0.0.1:1/", write="Beratungen")
    writing = replace(context, settings=replace(context.settings, calendar=calendar))
    wanted = a_wish(context, in_berlin("2026-03-26 14:00"), visitor=KOFI, key="kofi-im-kalender")
    token = book(writing, wanted, now=NOW)
    yield "kofi-wird-eingetragen"
    move(writing, token, in_berlin("2026-03-31 10:00"), now=NOW)
    yield "kofi-hat-verschoben"
    changed_event(writing, token, in_berlin("2026-03-31 16:00"), now=NOW)
    ask_about_events(writing, now=LATER)
    yield "eintrag-verschoben"
    changed_event(writing, token, in_berlin("2026-03-01 16:00"), now=NOW)
    ask_about_events(writing, now=LATER + timedelta(minutes=1))
    yield "eintrag-vor-gestern"
    changed_event(writing, token, None, now=NOW)
    ask_about_events(writing, now=LATER + timedelta(minutes=2))
    yield "eintrag-geloescht"
    cancel(writing, token, "", now=LATER)
    yield "kofi-hat-abgesagt"
    for at in (NOW, LATER):
        tend_calendar(writing, now=at, wait=60)
        ask_about_events(writing, now=at)
    yield "vera-kann-nicht-schreiben"


def _own(context: AppContext, token: str) -> str:
    """The consultant's token for the booking behind a visitor's."""
    return _of(context, token, consultant_token)


def _of(context: AppContext, token: str, of_booking: Callable[[bytes, str], str]) -> str:
    return of_booking(context.secret, look_up(context, token).booking.uid)


def _mixed_answers(context: AppContext) -> dict[str, str]:
    """Each question's answers in turn, so that every step of a theme is there, and „offen“."""
    return {
        question.id: question.options[(number + 2) % len(question.options)].id
        for number, question in enumerate(context.catalogue.quiz.questions)
    }


@contextmanager
def _same_every_time() -> Iterator[None]:
    """UIDs and marks that would be random come out of a seed, so that the bytes stay the same."""
    dice = random.Random(5545)  # noqa: S311 - nothing here is secret

    def a_uuid() -> uuid.UUID:
        return uuid.UUID(int=dice.getrandbits(128), version=4)

    def a_token(size: int = 32) -> str:
        return dice.randbytes(size).hex()

    with patch("uuid.uuid4", a_uuid), patch("secrets.token_hex", a_token):
        yield
