"""The letters of the dialogue: what each says, whom an answer reaches, where its links lead."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import asking, check_in_store, check_ins, letters
from stadtfuehrer.dialogue.model import CheckInChoice, Kind, Satisfaction, Voice, consent_to_publish
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.outbox import Composed, LeasedMessage
from stadtfuehrer.mail.person_store import letters_of
from stadtfuehrer.mail.service import site_mailbox
from stadtfuehrer.refusals import UnknownVoice
from stadtfuehrer.text import plain_text
from stadtfuehrer.web.links import find_signed
from tests.support.contexts import NOW, Clock, OpenContext
from tests.support.mailbag import Read, read, read_message, straightened
from tests.support.sites import Site
from tests.support.stored import letters as stored
from tests.support.voices import ANSWER, answered, own_page, published, said
from tests.support.written import in_both

ARTICLE = "/stadtgespraech/marketing-als-gespraech"
SITE = "https://stadtfuehrer.example"
TO_ASKER = [LetterKind.ASKED, LetterKind.ANSWER, LetterKind.PUBLISHED]


def opened(letter: Letter, context: AppContext) -> Read:
    """The letter as it arrives."""
    sender = site_mailbox(context)
    octets = as_message(letter, sender=sender, message_id="<a.0.b@c.example>", date=NOW)
    return read_message(letter.kind, octets)


def a_voice(**changes: object) -> Voice:
    facts: dict[str, object] = {
        "id": 7,
        "uid": "0123456789abcdef0123456789abcdef",
        "kind": Kind.QUESTION,
        "about": "/angebot/marketingberatung",
        "text": "Lohnt sich das?\nUnd für wen?",
        "name": "Änne Müller",
        "email": "aenne@gast.example",
        "said_at": NOW,
        "answer": ANSWER,
        "answered_at": NOW,
    }
    return Voice(**(facts | changes))  # type: ignore[arg-type]


def agreed(voice: Voice, *, with_name: bool) -> Voice:
    return replace(voice, consent=consent_to_publish(voice.kind, now=NOW), with_name=with_name)


def about(context: AppContext, kind: LetterKind, voice: Voice) -> Read:
    address = "vera@stadtfuehrer.example" if kind is LetterKind.VOICE else voice.email
    letter = letters.about_voice(context, kind, voice, address, now=NOW + timedelta(days=1))
    return opened(letter, context)


def tags(letter: Read) -> list[str]:
    """The elements of its page, read by a parser that forgives no mistake; but line breaks."""
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(letter.html)
    return [one.tag for one in page.iter() if isinstance(one.tag, str) and one.tag != "br"]


def test_whoever_asks_is_thanked_and_the_consultant_hears_of_it(lived_context: AppContext) -> None:
    owed = letters.after_asking(lived_context, a_voice(), now=NOW)
    assert [(one.kind, one.recipient) for one in owed] == [
        (LetterKind.VOICE, "vera@stadtfuehrer.example"),
        (LetterKind.ASKED, "aenne@gast.example"),
    ]
    # Only the address that anybody may have typed is limited.
    assert [one.mailbox is None for one in owed] == [True, False]
    nobody = a_voice(email="")
    assert [one.kind for one in letters.after_asking(lived_context, nobody, now=NOW)] == ["stimme"]
    assert letters.with_answer(lived_context, nobody, now=NOW) == []
    assert letters.when_published(lived_context, nobody, now=NOW) == []


def test_thanks_say_what_happens_next(lived_context: AppContext) -> None:
    asked = about(lived_context, LetterKind.ASKED, a_voice())
    assert asked.subject == "Deine Frage vom 2. März 2026 ist angekommen"
    in_both(
        asked,
        "danke für deine Frage vom 2. März 2026 zu „Marketingberatung“",
        "Ich antworte, sobald ich kann.",
        "Veröffentlicht wird davon nichts",
        "Dort kannst du deine Frage auch zurückziehen",
        "Antworte einfach auf diese Mail",
    )
    assert asked.reply_to == ["vera@stadtfuehrer.example"]
    letter = agreed(a_voice(kind=Kind.LETTER, about=ARTICLE), with_name=False)
    asked = about(lived_context, LetterKind.ASKED, letter)
    assert asked.subject == "Dein Leserbrief vom 2. März 2026 ist angekommen"
    in_both(
        asked,
        "danke für deinen Leserbrief",
        "Ich lese ihn selbst",
        "„Mein Leserbrief und die Antwort darauf dürfen hier stehen.“",
        "Wird dein Leserbrief veröffentlicht, dann ohne deinen Namen.",
        "zieh ihn über denselben Link zurück",
    )


def test_thanks_give_the_median_once_it_is_known(context: AppContext) -> None:
    for _ in range(3):
        answered(context)
    in_both(about(context, LetterKind.ASKED, a_voice()), "Meist dauert eine Antwort etwa einen Tag")


NASTY = st.text(min_size=1) | st.sampled_from(
    ["<b>Gewinn</b>", "https://boese.example", "{{ 7*7 }}", "\r\nBcc: a@b.example", "„“&amp;\x00"]
)


@given(text=NASTY, name=st.text(st.characters(categories=["L", "Nd", "P", "S"])))
@example(text="Klick https://boese.example", name="boese.example")
def test_nothing_that_was_typed_goes_to_an_address_that_was_typed(
    lived_context: AppContext, text: str, name: str
) -> None:
    for voice in (a_voice(), agreed(a_voice(), with_name=False)):
        typed = replace(voice, text=text, name=name, answer=text, choice="", heard=text)
        harmless, nasty = (
            letters.about_voice(lived_context, LetterKind.ASKED, one, one.email, now=NOW)
            for one in (voice, typed)
        )
        assert nasty == harmless
        assert nasty.recipient.name == ""


@given(text=NASTY)
def test_what_was_typed_is_quoted_and_nothing_else(lived_context: AppContext, text: str) -> None:
    for kind in (LetterKind.VOICE, LetterKind.ANSWER):
        plain, nasty = (about(lived_context, kind, a_voice(text=one)) for one in ("x", text))
        assert tags(nasty) == tags(plain)
        assert straightened(plain_text(text)) in nasty.shown


@given(answer=NASTY)
@example(answer="# Titel\n\n![Bild](https://a.example/b.png)\n\n<script>x</script>\n\n    Code")
@example(answer="[x](http://[) <https://[a]b>")
@example(answer="[js](javascript:alert(1)) [b](/quiz) <https://c.example> ```d``` <i>")
def test_an_answer_is_text_lists_quotes_and_links(lived_context: AppContext, answer: str) -> None:
    letter = about(lived_context, LetterKind.ANSWER, a_voice(answer=answer))
    assert {"img", "script", "iframe", "form", "pre", "h3", "i", "b"}.isdisjoint(tags(letter))
    assert all(re.match("https?://|mailto:|tel:", link) for link in letter.links)


def test_links_of_an_answer_lead_from_a_letter_as_well(lived_context: AppContext) -> None:
    answer = "[Test](/quiz?a=1&b=2), [da](https://anderswo.example/x)\n\n1. eins\n\n   mehr\n\n> hm"
    letter = about(lived_context, LetterKind.ANSWER, a_voice(answer=answer))
    url = lived_context.settings.site.url
    assert {f"{url}/quiz?a=1&b=2", "https://anderswo.example/x"} <= letter.links
    quoted = r'<blockquote style="[^"]+">\s*<p style="margin:0 0 6px">hm</p>'
    assert re.search(quoted, letter.html)
    for tag in ("ol", "li", 'a href="[^"]+/quiz[^"]*" class="link"'):
        assert re.search(f"<{tag} style=", letter.html), tag


@pytest.mark.parametrize(
    ("sender", "reply_to"),
    [
        ("termine@stadtfuehrer.example", "termine@stadtfuehrer.example"),
        ("termine@STADTFUEHRER.example", "termine@stadtfuehrer.example"),
        ("termine@anderswo.example", "aenne@gast.example"),
    ],
)
def test_the_consultant_answers_by_mail_where_filters_let_it_through(
    open_sqlite_context: OpenContext, sender: str, reply_to: str
) -> None:
    with open_sqlite_context(sender=f'"{sender}"') as context:
        letter = about(context, LetterKind.VOICE, a_voice())
        assert letter.reply_to == [reply_to]
        by_link = "Änne Müller erreichst du unter aenne@gast.example."
        by_reply = "Antworte einfach auf diese Mail: Sie geht an aenne@gast.example."
        in_both(letter, by_reply if reply_to == "aenne@gast.example" else by_link)
        in_both(letter, "Bestätigt ist die Adresse nicht.", "füge die Antwort im Büro ein")
        mailto = "mailto:aenne@gast.example?subject=Deine%20Frage%20vom%202.%20M%C3%A4rz%202026"
        assert {mailto, f"{context.settings.site.url}/buero/stimmen/7"} <= letter.links
        nobody = about(context, LetterKind.VOICE, a_voice(email="", name=""))
        assert nobody.reply_to == [site_mailbox(context).address]
        in_both(nobody, "Jemand ohne Namen fragt", "eine Adresse ist nicht dabei")


@pytest.mark.parametrize(
    ("voice", "subject", "facts"),
    [
        (
            agreed(a_voice(name="Dr. Änne Müller"), with_name=True),
            "Frage von Dr. Änne Müller zu „Marketingberatung“, 2. März 2026",
            ["mit dem Vornamen „Änne“. Zugestimmt wurde am 2. März 2026: „Frage und Antwort"],
        ),
        (
            agreed(a_voice(name=""), with_name=True),
            "Frage von aenne@gast.example zu „Marketingberatung“, 2. März 2026",
            [
                "Jemand ohne Namen fragt",
                "veröffentlicht werden, ohne Namen.",
                "Die Person erreichst",
            ],
        ),
        (
            a_voice(name="", email="", about=""),
            "Frage ohne Namen, 2. März 2026",
            ["Veröffentlichen darfst du das nicht, nur beantworten."],
        ),
        (
            a_voice(kind=Kind.LETTER, about=ARTICLE),
            "Leserbrief von Änne Müller zu „Warum auf deine Frage niemand antwortet“, 2. März 2026",
            ["Änne Müller schreibt zu „Warum"],
        ),
        (
            a_voice(kind=Kind.CHECK_IN, about="", text="", choice=CheckInChoice.STUCK.value),
            "Wie es läuft: Hakt gerade – Änne Müller, 2. März 2026",
            ["Änne Müller hat nichts weiter dazu geschrieben."],
        ),
    ],
)
def test_the_consultant_reads_who_says_what(
    lived_context: AppContext, voice: Voice, subject: str, facts: list[str]
) -> None:
    letter = about(lived_context, LetterKind.VOICE, voice)
    assert letter.subject == subject
    in_both(letter, *facts, *voice.text.splitlines())


@pytest.mark.parametrize(
    ("kind", "choice", "yours", "helps"),
    [
        (Kind.QUESTION, "", "deine Frage", True),
        (Kind.LETTER, "", "deinen Leserbrief", True),
        (Kind.FEEDBACK, Satisfaction.PARTLY.value, "deine Rückmeldung", False),
        (Kind.CHECK_IN, CheckInChoice.STUCK.value, "deine Nachricht", True),
    ],
)
def test_an_answer_quotes_what_it_answers(
    lived_context: AppContext, kind: Kind, choice: str, yours: str, *, helps: bool
) -> None:
    voice = a_voice(kind=kind, choice=choice)
    letter = about(lived_context, LetterKind.ANSWER, voice)
    assert letter.subject == f"Antwort auf {yours} vom 2. März 2026"
    in_both(letter, "Hallo Änne Müller,", *voice.text.splitlines(), voice.choice_label)
    in_both(letter, "Ja, wenn er etwas erzählt.", "die sonst niemand sieht")
    assert "<em>einem</em>" in letter.html
    assert ("Hat das geholfen?" in letter.text) is helps
    assert letter.preview == "Ja, wenn er etwas erzählt. Fang mit einem im Monat an."


def test_an_answer_that_is_published_says_so(context: AppContext) -> None:
    voice = published(context)
    letter = about(context, LetterKind.ANSWER, voice)
    in_both(
        letter,
        "Beides steht seit dem 1. März 2026 auf meiner Seite, mit deinem Vornamen.",
        "Am 28. Februar 2026 hast du zugestimmt: „Frage und Antwort dürfen hier stehen.“",
    )
    assert f"{context.settings.site.url}/fragen/{voice.id}" in letter.links


def test_what_is_published_can_be_taken_back(lived_context: AppContext) -> None:
    places = {
        Kind.QUESTION: "/fragen/7",
        Kind.LETTER: f"{ARTICLE}#brief-7",
        Kind.FEEDBACK: "/ueber#stimmen",
    }
    for (kind, place), with_name in product(places.items(), (True, False)):
        # Hidden again before the letter has left; it was there all the same.
        voice = agreed(a_voice(kind=kind, about=ARTICLE), with_name=with_name)
        letter = about(lived_context, LetterKind.PUBLISHED, voice)
        assert f"{lived_context.settings.site.url}{place}" in letter.links
        assert voice.consent is not None
        in_both(
            letter,
            f"auf meiner Seite, {'mit deinem Vornamen' if with_name else 'ohne deinen Namen'}",
            "seit dem 3. März 2026",
            f"Am 2. März 2026 hast du zugestimmt: „{voice.consent.wording}“",
            "Zurücknehmen",
        )


def test_links_lead_whoever_said_it_to_their_page_and_nobody_else(site: Site) -> None:
    voice = answered(site, consent=consent_to_publish(Kind.QUESTION, now=NOW))
    own = own_page(site, voice)
    helped = {f"{own}?geholfen=ja", f"{own}?geholfen=nein"}
    for kind in TO_ASKER:
        paths = {
            one.removeprefix(site.context.settings.site.url)
            for one in about(site.context, kind, voice).links
        }
        assert {one for one in paths if one.startswith("/frage/")} == (
            {own} | (helped if kind is LetterKind.ANSWER else set())
        )
    for path in (own, *helped):
        assert "Lohnt sich ein Newsletter" in site.guest.get(path).text
    assert not any("/frage/" in one for one in about(site.context, LetterKind.VOICE, voice).links)


def test_a_guest_is_asked_one_thing_and_nothing_is_advertised(context: AppContext) -> None:
    with context.database.begin() as session:
        check_ins.allow(session, "Kofi", "kofi@gast.example", now=NOW)
        guest = check_in_store.find_by_mailbox(session, "kofi@gast.example")
    assert guest is not None
    check_ins.ask_guest(context, guest.uid, who="", now=NOW)
    letter = read(stored(context)[0])
    assert letter.to == ["kofi@gast.example"]
    in_both(
        letter,
        "Hallo Kofi,",
        "Läuft der Rückweg noch",
        *(one.label for one in CheckInChoice),
        "mit einem weiteren Klick",
        "Am 2. März 2026 hast du zugestimmt: „Frag mich höchstens einmal im Vierteljahr",
    )
    pages = {one for one in letter.links if "/wie-laeufts/" in one}
    site = context.settings.site.url
    assert {one for one in letter.links - pages if not one.startswith("tel:")} == {site}
    paths = {one.removeprefix(f"{site}/wie-laeufts/") for one in pages}
    tokens, ends = zip(*(re.split(r"(?=[?/])", one, maxsplit=1) for one in paths), strict=True)
    assert {find_signed(context, "check-in", token) for token in tokens} == {guest.uid}
    assert sorted(ends) == ["/ende", "?antwort=hakt", "?antwort=laeuft", "?antwort=teils"]
    assert not re.search(r"Termin|Angebot|Preis|buch|Newsletter|Rabatt", letter.everything)


def test_a_letter_of_what_is_erased_meanwhile_vanishes(
    context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    """Taken back between the lease of the letter and its composing: nothing is left, or failed."""
    asked = asking.Asked(kind=Kind.QUESTION, text="Und?", email="aenne@gast.example")
    token = asking.ask(context, asked, key="1", now=NOW)
    assert len(stored(context)) == 2

    def too_late(context: AppContext, letter: LeasedMessage) -> Composed:
        asking.take_back(context, token)
        return compose(context, letter)

    done = deliver_due(context, postfach, compose=too_late, clock=clock)
    assert (done.sent, stored(context)) == (0, [])
    with context.database.read() as session:
        assert letters_of(session, [], "aenne@gast.example") == []


def test_a_letter_about_what_only_its_outcome_remains_of_is_not_written(
    context: AppContext,
) -> None:
    voice = said(context, text="", email="", name="", heard="Steht jetzt da.", heard_at=NOW)
    facts = {"voice": voice.uid, "at": NOW.isoformat()}
    with pytest.raises(UnknownVoice):
        letters.compose(context, LetterKind.VOICE, facts, "vera@stadtfuehrer.example")
