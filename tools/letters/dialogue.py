"""What people ask and say in the sample life, what is answered, and a guest who is asked."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import check_in_store, check_ins, store
from stadtfuehrer.dialogue.answering import Answer, Step, answer, take_step
from stadtfuehrer.dialogue.asking import Asked, ask, get_by_token
from stadtfuehrer.dialogue.model import CheckInChoice, Kind, Satisfaction, Voice, consent_to_publish
from stadtfuehrer.mail.address import mailbox_of
from stadtfuehrer.web.links import sign
from tests.support.contexts import NOW, in_berlin

AENNE = Asked(
    kind=Kind.QUESTION,
    about="/angebot/marketingberatung",
    text=(
        "Wir haben einen Laden am Marktplatz, und seit dem Umbau kommt kaum noch jemand herein.\n"
        "Lohnt sich ein Newsletter, obwohl wir nur 80 Adressen haben?\n\n"
        "Und wer soll den schreiben?"
    ),
    name="Dr. Änne-Sophie Müller-Öztürk 🌻",
    email="aenne+termin@töpferei-mueller.example",
    may_be_published=True,
    with_name=True,
)
KOFI = Asked(
    kind=Kind.LETTER,
    text="Bei uns war es umgekehrt: Erst haben wir gefragt, dann geworben.",
    name="Kofi O’Hara <3",
    email="kofi@gast.example",
    may_be_published=True,
)
JO = Asked(kind=Kind.QUESTION, text="Antwortest du auch am Wochenende?", email="jo@gast.example")
NOBODY = Asked(kind=Kind.QUESTION, about="/quiz", text="Wer liest meine Antworten?")

ANSWER = """Ja, mit 80 Adressen lohnt er sich *gerade*: Wer dich kennt, liest dich.

- **Einmal im Monat** reicht.
- Stell am Ende eine Frage, die du selbst gern beantwortet hättest, und lies jede Antwort darauf.

> Wer fragt, sollte zuhören können.

Ob es sonst irgendwo hakt, zeigt dir der Test:
<https://stadtfuehrer.example/quiz>"""
SHORT = "Danke dir, das hilft auch anderen."


def dialogue(context: AppContext) -> Iterator[str]:
    """Somebody without an address first; once three are answered, it is known how long it takes."""
    nobody = ask(context, NOBODY, key="ohne-adresse", now=NOW)
    yield "ohne-adresse"
    jo = ask(context, JO, key="jo", now=NOW)
    yield "jo-fragt-ohne-namen"
    _answer(context, nobody, SHORT, hours=3)
    _answer(context, jo, SHORT, hours=5)
    yield "jo"
    aenne = ask(context, AENNE, key="aenne", now=NOW)
    yield "aenne-fragt"
    _answer(context, aenne, ANSWER, hours=29, publish=True)
    yield "aenne-und-alle"
    at, article = NOW + timedelta(days=2), context.catalogue.articles[0].slug
    letter = replace(KOFI, about=f"/stadtgespraech/{article}")
    kofi = get_by_token(context, ask(context, letter, key="kofi", now=at))
    yield "kofi-schreibt"
    take_step(context, kofi.id, Step.PUBLISH, version=kofi.version, who="", now=at)
    yield "kofi"
    yield from _guests(context)


def _guests(context: AppContext) -> Iterator[str]:
    """How it was, answered in public; then how things are, twice."""
    at = in_berlin("2026-04-17 08:10")
    words = "Erst war ich skeptisch, ob Reden etwas bringt."
    consent = consent_to_publish(Kind.FEEDBACK, now=at)
    feedback = Voice(
        uid=secrets.token_hex(16),
        kind=Kind.FEEDBACK,
        text=words,
        name=KOFI.name,
        email=KOFI.email,
        choice=Satisfaction.VERY.value,
        said_at=at,
        consent=consent,
    )
    with context.database.begin() as session:
        feedback_id = store.add(session, feedback)
        check_ins.allow(session, KOFI.name, KOFI.email, now=at)
        guest = check_in_store.find_by_mailbox(session, mailbox_of(KOFI.email))
    given = Answer(text=SHORT, publish=True)
    answer(context, feedback_id, given, version="", who="", now=at + timedelta(hours=1))
    yield "kofi-war-zufrieden"
    assert guest is not None
    token = sign(context, "check-in", guest.uid)
    for quarter, choice, words in (
        (0, CheckInChoice.STUCK, "Die Leute lesen, aber es schreibt kaum jemand zurück."),
        (1, CheckInChoice.RUNS, ""),
    ):
        now = at + quarter * timedelta(days=92)
        check_ins.ask_guest(context, guest.uid, who="", now=now)
        yield f"kofi-{quarter}"
        check_ins.answer(context, token, choice, words, now=now)
        yield f"kofi-sagt-{choice.value}"


def _answer(
    context: AppContext, token: str, text: str, *, hours: int, publish: bool = False
) -> None:
    asked = get_by_token(context, token)
    at: datetime = asked.said_at + timedelta(hours=hours)
    given = Answer(text=text, publish=publish)
    answer(context, asked.id, given, version=asked.version, who="", now=at)
