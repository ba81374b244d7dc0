"""A letter and a mail server that misbehaves: what becomes of it, how soon, and what is told."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import FIRST_PAUSE, LEASE, Round, deliver_due
from stadtfuehrer.mail.mailer import Mailer, MailServer
from stadtfuehrer.mail.outbox import NewMessage
from stadtfuehrer.mail.service import retry_letter
from stadtfuehrer.mail.store import enqueue
from stadtfuehrer.mail.tables import DbLetter
from tests.support.authority import Authority
from tests.support.contexts import NOW, Clock
from tests.support.envelopes import encrypted, plain
from tests.support.mail_server import PASSWORD, Behaviour, Handler, answer, drop, hang, serving
from tests.support.misbehaviour import (
    accept_and_drop,
    accept_and_hang,
    accept_and_vanish,
    drip,
    drop_inside,
)
from tests.support.rows import a_booking, a_letter, added, spelled_out
from tests.support.stored import letters

MESSAGE = b"Subject: Hallo\r\n\r\nHallo\r\n"
SECONDS, CONVERSATION = 0.3, 0.9
"""How long each answer and a whole conversation are waited for here."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the server does, and what the letter has come to after one round."""

    at: dict[str, Behaviour]
    state: str
    words: str = ""
    accepted: int = 0
    blocks: bool = False
    seconds: float = 0
    """How long it takes; the rest is the machine's."""


def later(words: str, *, accepted: int = 0, seconds: float = 0, **at: Behaviour) -> Case:
    return Case(at=at, state="waiting", words=words, accepted=accepted, seconds=seconds)


def failed(words: str, **at: Behaviour) -> Case:
    return Case(at=at, state="failed", words=words)


def blocked(words: str, **at: Behaviour) -> Case:
    return Case(at=at, state="waiting", words=words, blocks=True)


def sent(**at: Behaviour) -> Case:
    return Case(at=at, state="sent", accepted=1)


SILENT, SLOW, GONE = "antwortet nicht in der ges", "ist zu langsam", "hat die Verbindung abgebro"
NOBODY = "lässt niemanden herein"
RECIPIENT, SENDER = "für diesen Empfänger nichts an", "nimmt den Absender (mail.sender) nicht an"
LOGIN = "nimmt von diesem Rechner keine Briefe an. Meist verlangt er eine Anmeldung (mail.u"
LETTER = "hat den Brief nicht angenommen"
WHO = "hans.mueller@kundschaft.example"
CUT = ["CONNECT", "EHLO", "MAIL", "RCPT", "BODY", "DATA"]

CASES = {
    **{f"gone at {one}": Case(at={one: drop}, state="waiting", words=GONE) for one in CUT},
    **{
        f"silence at {one}": Case(at={one: hang}, state="waiting", words=SILENT, seconds=SECONDS)
        for one in CUT
    },
    "421 at the greeting": later(f"{NOBODY} (421 busy)", CONNECT=answer("421 busy")),
    "554 at the greeting": blocked(f"{NOBODY} (554 no)", CONNECT=answer("554 no")),
    "gibberish for a greeting": blocked("etwas anderes als ein Mails", CONNECT=answer("Hallo?")),
    "a greeting without end": later(SLOW, CONNECT=drip, seconds=CONVERSATION),
    # A server that refuses EHLO is asked with HELO, as an old one would want it.
    "421 at EHLO": sent(EHLO=answer("421 busy")),
    "421 at MAIL": later(f"{SENDER} (421 busy)", MAIL=answer("421 busy")),
    "451 at MAIL": later(f"{SENDER} (451 busy)", MAIL=answer("451 busy")),
    "550 at MAIL": blocked(f"{SENDER} (550 who?)", MAIL=answer("550 who?")),
    "530 at MAIL": blocked("Er verlangt erst eine Anmeldung", MAIL=answer("530 login")),
    "552 at MAIL": failed("ist der Brief zu groß (552 big)", MAIL=answer("552 big")),
    "421 at RCPT": later(f"{RECIPIENT} (421 busy)", RCPT=answer("421 busy")),
    "451 at RCPT": later(f"{RECIPIENT} (451 4.3.0 …: grey)", RCPT=answer(f"451 4.3.0 {WHO}: grey")),
    "550 at RCPT": failed(
        f"{RECIPIENT} (550 5.1.1 <…>: no)", RCPT=answer(f"550 5.1.1 <{WHO}>: no")
    ),
    "530 at RCPT": blocked("Anmeldung (mail.username) oder Versch", RCPT=answer("530 login")),
    # What Postfix has against a sender, or against us, it says at the first recipient.
    "553 at RCPT about the sender": blocked(
        f"{SENDER} (553 5.7.1 <…>: Sender address rejected: not owned",
        RCPT=answer("553 5.7.1 <a@b.example>: Sender address rejected: not owned by user x"),
    ),
    "450 at RCPT about the sender": later(
        f"{SENDER} (450 4.1.8", RCPT=answer("450 4.1.8 <a@b.example>: Sender address rejected: no")
    ),
    "550 at RCPT about a sender's domain": blocked(SENDER, RCPT=answer("550 5.1.8 unknown domain")),
    **{
        f"at RCPT: {said}": blocked(LOGIN, RCPT=answer(f"5{number} 5.7.1 {said}"))
        for number, said in (
            (54, "<x[192.0.2.1]>: Client host rejected: Access denied"),
            (54, f"<{WHO}>: Relay access denied"),
            (50, "relaying denied"),
            (53, "<a@b.example>: Sender address rejected: not logged in"),
            (50, "Client was not authenticated to send mail"),
            (50, "SMTP; Unable to relay recipient in non-accepted domain"),
        )
    },
    "gibberish at RCPT": later("nichts an (unverständliche Antwort).", RCPT=answer("hm?")),
    "451 at DATA": later(f"{LETTER} (451 full)", BODY=answer("451 full")),
    "554 at DATA": failed(f"{LETTER} (554 no)", BODY=answer("554 no")),
    "gone inside the message": later(GONE, BODY=drop_inside),
    "421 after the dot": later(f"{LETTER} (421 busy)", DATA=answer("421 busy")),
    "452 after the dot": later(f"{LETTER} (452 full)", DATA=answer("452 full")),
    "550 after the dot": failed(f"{LETTER} (550 spam)", DATA=answer("550 spam")),
    "552 after the dot": failed(f"{LETTER} (552 big)", DATA=answer("552 big")),
    "accepted, and gone without a word": later(GONE, DATA=accept_and_drop, accepted=1),
    "accepted, and silence": later(SILENT, DATA=accept_and_hang, accepted=1, seconds=SECONDS),
    "accepted, and gone": sent(DATA=accept_and_vanish),
    "gone at QUIT": sent(QUIT=drop),
    "silence at QUIT": sent(QUIT=hang),
    "550 at QUIT": sent(QUIT=answer("550 no")),
}


@pytest.fixture
def letter(sqlite_context: AppContext) -> DbLetter:
    booking_id = added(sqlite_context.database, a_booking())
    with sqlite_context.database.begin() as session:
        enqueue(session, [a_letter()], booking_id=booking_id, now=NOW)
    return letters(sqlite_context)[0]


def deliver(context: AppContext, mailer: Mailer, clock: Clock) -> Round:
    return deliver_due(context, mailer, compose=spelled_out, clock=clock)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_letter_and_a_server_that(
    sqlite_context: AppContext, letter: DbLetter, clock: Clock, case: Case
) -> None:
    context = sqlite_context
    handler = Handler(at={command: [behaviour] for command, behaviour in case.at.items()})
    with serving(handler) as port:
        mailer = plain(port, seconds=SECONDS, connection=CONVERSATION)
        began = time.monotonic()
        done = deliver(context, mailer, clock)
        took = time.monotonic() - began
        (now,) = letters(context)
        assert (now.state, len(handler.accepted)) == (case.state, case.accepted)
        assert now.attempts == (0 if case.blocks else 1)
        assert case.words in now.error
        if case.blocks:
            assert now.error in {done.blocked, done.away}
        else:
            assert done.blocked == ""
        # The farewell may take two seconds, and a busy machine its time.
        assert case.seconds <= took < case.seconds + 5
        # What was wrong is over, and the operator has seen to what failed.
        if now.state == "failed":
            retry_letter(context, now.id, now=clock())
        clock.turn(seconds=2 * FIRST_PAUSE.total_seconds())
        deliver(context, mailer, clock)
    assert letters(context)[0].state == "sent"
    # Once, or twice the same where the server had it and did not say so.
    again = case.accepted if case.state == "waiting" else 0
    assert handler.messages == [MESSAGE] * (1 + again)


@pytest.mark.parametrize(
    ("offers", "login", "words"),
    [
        (lambda its: its.serving(days=-1), PASSWORD, "ist abgelaufen"),
        (lambda its: its.serving(), "falsch", "lehnt die Anmeldung ab"),
    ],
    ids=["expired", "wrong password"],
)
def test_a_letter_waits_uncounted_until_somebody_has_seen_to(
    sqlite_context: AppContext,
    letter: DbLetter,
    clock: Clock,
    authority: Authority,
    offers: Callable[[Authority], ssl.SSLContext | None],
    login: str,
    words: str,
) -> None:
    context, handler = sqlite_context, Handler()
    # Longer than a letter is tried for: it is nobody's fault but the server's.
    for _ in range(2):
        with serving(handler, starttls=offers(authority), login=True) as port:
            mailer = encrypted(port, authority.trusting, username="vera", password=login)
            done = deliver(context, mailer, clock)
        (now,) = letters(context)
        assert words in done.blocked == now.error
        assert (now.state, now.attempts) == ("waiting", 0)
        clock.turn(days=2)
    assert handler.accepted == []
    with serving(handler, starttls=authority.serving(), login=True) as port:
        mailer = encrypted(port, authority.trusting, username="vera", password=PASSWORD)
        assert deliver(context, mailer, clock).sent == 1
    assert handler.messages == [MESSAGE]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (a_letter(message=b"x" * 2000), "ist der Brief zu groß (552"),
        *(
            (a_letter(recipient=address), "Die Adresse des Empfängers ist keine")
            for address in ("o(x)k@gast.example", "a@b@gast.example", "ä@gast.example")
        ),
    ],
)
def test_a_letter_that_cannot_be_sent_fails_and_the_next_one_leaves(
    sqlite_context: AppContext, letter: DbLetter, clock: Clock, bad: NewMessage, words: str
) -> None:
    context, handler = sqlite_context, Handler()
    with context.database.begin() as session:
        enqueue(session, [bad], booking_id=None, now=NOW)
        enqueue(session, [a_letter()], booking_id=None, now=NOW)
    with serving(handler, largest=1000) as port:
        assert deliver(context, plain(port), clock).sent == 2
    assert [one.state for one in letters(context)] == ["sent", "failed", "sent"]
    assert words in letters(context)[1].error
    assert "BODY" in handler.commands
    assert len(handler.accepted) == 2


def test_a_lease_outlasts_the_longest_conversation() -> None:
    server = MailServer(host="mail.example", port=587)
    slowest = timedelta(seconds=server.conversation_seconds)
    assert server.timeout_seconds < server.verdict_seconds < server.conversation_seconds
    # What is left over is for the name server and for the database.
    assert slowest <= LEASE - timedelta(minutes=2)
