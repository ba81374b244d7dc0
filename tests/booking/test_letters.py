"""What the letters say: to both forms' readers the same, and to each only what is theirs."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue.letters import COMPOSED_HERE as DIALOGUE
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.quiz.findings import findings, quotes
from stadtfuehrer.text.formatting import when_in_words
from stadtfuehrer.tokens import consultant_token
from tests.support.contexts import NOW, a_wish, full_answers
from tests.support.mailbag import Read, read, straightened
from tests.support.steps import FIRST, REASON, SECOND, Life, whole_life
from tests.support.stored import letters
from tests.support.written import CONSULTANTS, OF_A_BOOKING, VISITORS, in_both

SITE = "http://127.0.0.1:8000"


@pytest.mark.parametrize("kind", list(LetterKind))
def test_each_kind_of_letter_has_its_templates(lived_context: AppContext, kind: LetterKind) -> None:
    calendars = ("kalender", "kalender-eintragen")
    topic = {"ergebnis": "quiz", "nachgefragt": "quiz", "anmelden": "office"}
    topic |= dict.fromkeys(calendars, "calendar") | dict.fromkeys(DIALOGUE, "dialogue")
    folder = f"{topic.get(kind, 'booking')}/letters/{kind}"
    parts = {f"{folder}/{part}" for part in ("subject.txt", "body.txt", "body.html")}
    assert parts <= set(lived_context.letter_templates.list_templates())


@pytest.mark.parametrize("kind", OF_A_BOOKING)
def test_both_forms_say_who_what_and_when(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    assert set(life.letters) == {*VISITORS, *CONSULTANTS}
    start = FIRST if kind in {LetterKind.CONFIRMATION, LetterKind.INVITATION} else SECOND
    when = when_in_words(
        start,
        start + timedelta(hours=1),
        lived_context.rules.zone,
        visitor_zone=ZoneInfo("America/New_York"),
        at_visitor="bei dir" if kind in VISITORS else "bei deinem Gast",
    )
    facts = (when.date, when.clock, f"({when.zone})", f"das ist {when.yours}")
    in_both(life.letters[kind], "Änne Müller", "Stadtrundgang per Video", *facts)
    if kind in {LetterKind.MOVED_VISITOR, LetterKind.MOVED_CONSULTANT}:
        old = "Dienstag, 24. März 2026, 09:30–10:30 Uhr (Zeit in Berlin, UTC+1)"
        in_both(life.letters[kind], old)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (LetterKind.CONFIRMATION, "24. März 2026 09:30–10:30 Uhr (Zeit in Berlin, UTC+1)"),
        (LetterKind.MOVED_VISITOR, "14. April 2026 15:00–16:00 Uhr (Zeit in Berlin, UTC+2)"),
        (LetterKind.CONFIRMATION, "das ist 04:30–05:30 Uhr bei dir (Zeit in New York, UTC−4)"),
        (LetterKind.MOVED_VISITOR, "das ist 09:00–10:00 Uhr bei dir (Zeit in New York, UTC−4)"),
    ],
)
def test_the_time_is_said_in_these_very_words(life: Life, kind: LetterKind, words: str) -> None:
    assert words in life.letters[kind].shown
    assert words in straightened(life.letters[kind].text).replace("2026, ", "2026 ")


def test_in_the_same_zone_one_time_is_said_and_no_reason_where_there_is_none(
    sqlite_context: AppContext,
) -> None:
    found = whole_life(sqlite_context, zone="Europe/Vienna", reason="").letters
    for kind in OF_A_BOOKING:
        for form in (found[kind].text, found[kind].shown):
            assert "das ist" not in form
    in_both(found[LetterKind.CANCELLED_CONSULTANT], "Ein Grund ist nicht genannt.")


@pytest.mark.parametrize("kind", [*VISITORS[:2], *CONSULTANTS[:2]])
def test_each_reader_can_change_the_booking_from_both_forms(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    letter, uid = life.letters[kind], look_up(lived_context, life.token).booking.uid
    own = consultant_token(lived_context.secret, uid)
    mine, other = (life.token, own) if kind in VISITORS else (own, life.token)
    page = f"{SITE}/buchung/{mine}"
    for link in (page, f"{page}/verschieben", f"{page}/absagen"):
        assert link in letter.links
        assert f"{link}\n" in f"{letter.text}\n"
    assert other not in letter.everything
    assert (f"{SITE}/buero/buchung/1" in letter.links) is (kind in CONSULTANTS)
    if kind in VISITORS:
        in_both(letter, "12 Stunden")


@pytest.mark.parametrize("kind", CONSULTANTS)
def test_the_consultant_learns_all_that_the_visitor_said(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    answers, catalogue = full_answers(lived_context), lived_context.catalogue
    found = findings(catalogue, answers)
    in_both(
        life.letters[kind],
        "Müller & Töchter GbR",
        "aenne@gast.example",
        "+49 30 5550 77",
        "Uns findet niemand.",
        "Woran liegt das?",
        catalogue.offers.services[1].title,
        f"Ergebnis im Test: „{found.outcome.headline}“",
        found.certainty_text,
        *(f"„{reason.answer_text}“" for reason in found.reasons),
        *(quote.question_text for quote in quotes(catalogue.quiz, answers)),
        *(f"„{quote.answer_text}“" for quote in quotes(catalogue.quiz, answers)),
    )
    assert "mailto:aenne@gast.example" in life.letters[kind].links


@pytest.mark.parametrize("kind", VISITORS[:3])
def test_what_is_for_the_consultant_never_reaches_the_visitor(
    lived_context: AppContext, life: Life, kind: LetterKind
) -> None:
    answers, letter = full_answers(lived_context), life.letters[kind]
    found = findings(lived_context.catalogue, answers)
    folded = letter.everything.replace("\r\n ", "")
    for secret in (
        found.outcome.headline,
        found.certainty_text,
        "Ergebnis im Test",
        "Dein Gast",
        "Ihr trefft euch",
        "Womit du anfangen könntest",
        *(quote.answer_text for quote in quotes(lived_context.catalogue.quiz, answers)),
    ):
        assert secret not in folded


def test_the_result_says_what_the_page_says(lived_context: AppContext, life: Life) -> None:
    answers = full_answers(lived_context)
    found, letter = findings(lived_context.catalogue, answers), life.letters[LetterKind.RESULT]
    assert found.change is not None
    in_both(
        letter,
        "Änne Müller",
        *(found.outcome.headline, found.outcome.text, found.outcome.next_step),
        *(found.certainty_text, found.change),
        *(reason.meaning for reason in found.reasons),
        *(tip.text for tip in found.tips),
        *(f"„{quote.answer_text}“" for quote in quotes(lived_context.catalogue.quiz, answers)),
    )
    (back,) = (link for link in letter.links if "/quiz?" in link)
    assert back in letter.text


@pytest.mark.parametrize(
    ("kind", "telefon", "visitor", "consultant"),
    [
        ("kennenlernen", "+49 30 5550 77", "Ich rufe dich an", "Du rufst an"),
        ("kennenlernen", "", "Du rufst mich an", "Dein Gast ruft dich an"),
        ("stadtrundgang", "", "in meinem Videoraum", "in deinem Videoraum"),
        ("hausbesuch", "", "Du kommst zu mir: Musterweg 7", "Dein Gast kommt zu dir: Musterweg 7"),
    ],
)
def test_both_forms_say_where_unless_it_is_called_off(
    sqlite_context: AppContext, kind: str, telefon: str, visitor: str, consultant: str
) -> None:
    found = whole_life(sqlite_context, kind=kind, telefon=telefon, with_answers=False).letters
    for kinds, here in ((VISITORS, visitor), (CONSULTANTS, consultant)):
        for one in kinds[:2]:
            in_both(found[one], here)
        assert here not in found[kinds[2]].text
        assert here not in found[kinds[2]].shown


MOVES = (
    ("du hast deinen Termin verschoben.", "Änne Müller hat den Termin verschoben."),
    ("ich musste unseren Termin verschieben.", "Du hast den Termin mit Änne Müller verschoben"),
)
CANCELLATIONS = (
    ("du hast deinen Termin abgesagt", "Änne Müller hat abgesagt."),
    ("ich muss unseren Termin leider absagen.", "Du hast den Termin mit Änne Müller abgesagt"),
)


def changed(
    context: AppContext, *, by_consultant: bool, reason: str | None = None
) -> dict[str, Read]:
    """Book, then move or (given a reason) cancel with either one's link."""
    token = book(context, a_wish(context, FIRST), now=NOW)
    if by_consultant:
        token = consultant_token(context.secret, look_up(context, token).booking.uid)
    if reason is None:
        move(context, token, SECOND, now=NOW)
    else:
        cancel(context, token, reason, now=NOW)
    return {one.kind: read(one) for one in letters(context)}


@pytest.mark.parametrize("by_consultant", [False, True])
def test_both_read_who_moved_it(sqlite_context: AppContext, *, by_consultant: bool) -> None:
    """Whoever did not choose the time is offered another."""
    found = changed(sqlite_context, by_consultant=by_consultant)
    letter = found[LetterKind.MOVED_VISITOR]
    in_both(letter, MOVES[by_consultant][0])
    in_both(found[LetterKind.MOVED_CONSULTANT], MOVES[by_consultant][1])
    said = "".join(one.everything for one in found.values())
    assert not any(words in said for words in MOVES[not by_consultant])
    offered = "Passt dir die neue Zeit nicht"
    assert (offered in letter.text) is (offered in letter.shown) is by_consultant


@pytest.mark.parametrize("reason", [REASON, ""])
@pytest.mark.parametrize("by_consultant", [False, True])
def test_both_read_who_called_it_off_and_why(
    sqlite_context: AppContext, *, by_consultant: bool, reason: str
) -> None:
    found = changed(sqlite_context, by_consultant=by_consultant, reason=reason)
    visitors = found[LetterKind.CANCELLED_VISITOR]
    to_visitor, to_consultant = CANCELLATIONS[by_consultant]
    in_both(visitors, to_visitor, *(reason.splitlines() if by_consultant else ()))
    in_both(found[LetterKind.CANCELLED_CONSULTANT], to_consultant, *reason.splitlines())
    for form in (visitors.text, visitors.shown):
        assert ("Grund" in form) is bool(reason)
        # What a guest writes does not come back to an address that nobody has confirmed.
        assert by_consultant or not any(line and line in form for line in reason.splitlines())
    # A calendar may go on showing it, with all that it says.
    (theirs, ours) = (
        str(found[kind].event["DESCRIPTION"])
        for kind in (LetterKind.CANCELLED_VISITOR, LetterKind.CANCELLED_CONSULTANT)
    )
    for line in reason.splitlines():
        assert line in ours
        assert (line in theirs) is by_consultant
    for description in (theirs, ours):
        assert ("Der Grund:" in description or "der Grund:" in description) is (
            bool(reason) and (by_consultant or description == ours)
        )
    # They find an open door.
    assert f"{SITE}/termin/kennenlernen" in visitors.links
    assert f"{SITE}/termin/kennenlernen\n" in visitors.text
