"""A sample life with every letter in it, through the real services, on a clock that stands still.

Three people: Änne fills in everything, at length; Jo only what is asked for; Kofi something in
between. They meet by video, by phone and on site.
"""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from stadtfuehrer.app.office import SECRET_FILE
from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.domain.feedback import Satisfaction
from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.services.booking import book, cancel, look_up, move
from stadtfuehrer.services.feedback import answer
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.reminders import remind, thank
from stadtfuehrer.services.results import send_result
from stadtfuehrer.services.seal import consultant_token
from stadtfuehrer.services.waiting import tell_waiting, wait_for
from stadtfuehrer.storage.tables import DbLetter
from tests.support.offices import (
    NO_LIMITS,
    NOW,
    a_visitor,
    a_wish,
    full_answers,
    in_berlin,
    opened_office,
)
from tests.support.stored import letters

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
JO = a_visitor(name="Jo", email="jo@gast.example", firma="", telefon="", anliegen="")
KOFI = a_visitor(
    name="Kofi O’Hara",
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
    with _same_every_time(), opened_office(instance, url, changes=NO_LIMITS) as opened:
        settings = opened.settings
        office = replace(opened, settings=replace(settings, site=replace(settings.site, url=SITE)))
        seen: list[Sample] = []
        for step in (_results, _aenne, _jo, _kofi, _waiting):
            for whose in step(office):
                for letter in letters(office)[len(seen) :]:
                    name = f"{len(seen) + 1:02}-{letter.kind}-{whose}"
                    seen.append(Sample(name=name, letter=letter))
        return seen


def _results(office: Office) -> Iterator[str]:
    for whose, answers, name in (
        ("aenne", full_answers(office), AENNE.name),
        ("ohne-namen-alles-gut", full_answers(office, at=0), ""),
        ("jo-weiss-es-nicht", full_answers(office, at=-1), JO.name),
    ):
        mailbox = Mailbox(name=name, address="gast@gast.example")
        send_result(office, answers, mailbox, key=f"ergebnis-{whose}", now=NOW)
        yield whose


def _aenne(office: Office) -> Iterator[str]:
    interest = Interest(
        service=office.catalogue.offers.services[1].slug, answers=_mixed_answers(office)
    )
    start = in_berlin("2026-03-24 09:30")
    wish = a_wish(
        office, start, kind="stadtrundgang", visitor=AENNE, interest=interest, key="aenne"
    )
    token = book(office, replace(wish, may_be_asked=True), now=NOW)
    yield "aenne"
    move(office, token, in_berlin("2026-04-14 15:00"), now=LATER)
    yield "aenne-hat-verschoben"
    move(office, _own(office, token), in_berlin("2026-04-16 17:00"), now=LATER)
    yield "beratung-hat-verschoben"
    remind(office, now=in_berlin("2026-04-15 10:00"))
    yield "aenne"
    thank(office, now=in_berlin("2026-04-16 19:00"))
    yield "aenne-hat-zugestimmt"
    answer(office, token, Satisfaction.VERY, WORDS, now=in_berlin("2026-04-17 08:10"))
    yield "aenne"


def _jo(office: Office) -> Iterator[str]:
    wish = a_wish(office, in_berlin("2026-03-05 09:00"), visitor=JO, key="jo")
    token = book(office, wish, now=NOW)
    yield "jo"
    remind(office, now=in_berlin("2026-03-04 22:30"))
    yield "jo-zu-knapp"
    thank(office, now=in_berlin("2026-03-05 10:30"))
    yield "jo"
    answer(office, token, Satisfaction.PARTLY, "", now=in_berlin("2026-03-05 12:00"))
    yield "jo-ohne-worte"
    wish = a_wish(office, in_berlin("2026-03-12 09:00"), visitor=JO, key="jo-noch-einmal")
    token = book(office, wish, now=NOW)
    yield "jo-noch-einmal"
    cancel(office, token, "", now=LATER)
    yield "jo-hat-abgesagt"


def _kofi(office: Office) -> Iterator[str]:
    few = dict(list(full_answers(office).items())[:3])
    start = in_berlin("2026-03-10 10:00")
    wish = a_wish(
        office, start, kind="hausbesuch", visitor=KOFI, interest=Interest(answers=few), key="kofi"
    )
    token = book(office, wish, now=NOW)
    yield "kofi"
    reason = "Ich liege mit Fieber im Bett.\nDas Büro bleibt bis Donnerstag zu."
    cancel(office, _own(office, token), reason, now=LATER)
    yield "beratung-hat-abgesagt"
    wish = a_wish(office, in_berlin("2026-03-17 14:00"), visitor=KOFI, key="kofi-noch-einmal")
    token = book(office, wish, now=NOW)
    yield "kofi-am-telefon"
    cancel(office, token, "Die Messe geht vor. Entschuldige!", now=LATER)
    yield "kofi-hat-abgesagt"


def _waiting(office: Office) -> Iterator[str]:
    mailbox = Mailbox(name="", address="wartet@gast.example")
    wait_for(office, office.get_kind("kennenlernen"), mailbox, now=NOW)
    tell_waiting(office, now=NOW)
    yield "warteliste"


def _own(office: Office, token: str) -> str:
    """The consultant's token for the booking behind a visitor's."""
    return consultant_token(office.secret, look_up(office, token).booking.uid)


def _mixed_answers(office: Office) -> dict[str, str]:
    """Each question's answers in turn, so that every step of a theme is there, and „offen“."""
    return {
        question.id: question.options[(number + 2) % len(question.options)].id
        for number, question in enumerate(office.catalogue.quiz.questions)
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
