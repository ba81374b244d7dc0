"""A kind's own questions: asked in its form, kept in its words, read by whoever has to know."""

import json
from dataclasses import replace

import pytest

from stadtfuehrer.booking.lists import all_bookings
from stadtfuehrer.booking.questions import OwnAnswer, Question
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.tokens import consultant_token
from stadtfuehrer.web import init_context
from tests.support.contexts import a_kind, in_berlin
from tests.support.mailbag import read
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site
from tests.support.stored import letters
from tests.support.written import in_both

ASKING, BUTTON = "fragestunde", "Termin buchen"
NINE = in_berlin("2026-03-05 09:00")
TEAM, GOAL = "Wie viele seid ihr?", "Was soll sich ändern?"
SETTINGS = (
    a_kind(ASKING, place='"video"')
    + f"""
[[booking.kinds.questions]]
id = "team"
text = "{TEAM}"
choices = ["nur ich", "2 bis 5 & mehr"]
required = true
why = "Daran sehe ich, wer Zeit hat."
[[booking.kinds.questions]]
id = "ziel"
text = "{GOAL}"
"""
)
ANSWERS = {"frage-team": "2 bis 5 & mehr", "frage-ziel": "Mehr Anrufe,\nweniger Preisfragen."}


@pytest.fixture
def asking(open_site: OpenSite) -> Site:
    """Give a site with a kind that asks two questions."""
    return open_site(None, SETTINGS)


def opened(site: Site) -> Page:
    return site.guest.get(site.form_path(NINE, ASKING))


def test_they_are_asked_with_the_reason_and_kept_with_their_words(asking: Site) -> None:
    page = opened(asking)
    assert f"{GOAL} (freiwillig)" in page.text
    assert f"{TEAM}\nWarum ich das frage: Daran sehe ich, wer Zeit hat." in page.text
    asking.guest.press(page, BUTTON, TYPED | ANSWERS)
    (booking,) = asking.bookings()
    assert booking.interest.own_answers == {
        "team": OwnAnswer(TEAM, ANSWERS["frage-team"], is_chosen=True),
        "ziel": OwnAnswer(GOAL, ANSWERS["frage-ziel"], is_chosen=False),
    }


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ({"frage-team": ""}, "frage-team", f"„{TEAM}“ ist noch offen."),
        ({"frage-team": "hundert"}, "frage-team", "Wähle eine der Antworten aus."),
        ({"frage-ziel": "x" * 3001}, "frage-ziel", "Höchstens 3000 Zeichen"),
    ],
)
def test_what_is_missing_or_not_offered_is_said_and_what_was_typed_stays(
    asking: Site, typed: dict[str, str], name: str, said: str
) -> None:
    page = asking.guest.press(opened(asking), BUTTON, TYPED | ANSWERS | typed, status=422)
    assert said in page.alert
    assert page.value("anliegen") == TYPED["anliegen"]
    assert any(href == f"#{name}" for _, href in page.links())
    assert asking.bookings() == []
    asking.guest.press(page, BUTTON, {name: ANSWERS[name]})


def test_answers_stand_wherever_the_booking_does(asking: Site) -> None:
    booked = asking.guest.press(opened(asking), BUTTON, TYPED | ANSWERS).location
    (booking,) = asking.bookings()
    own = f"/buchung/{consultant_token(asking.context.secret, booking.uid)}"
    for address in (booked, own):
        text = asking.guest.get(address).text
        assert f"{TEAM}\n2 bis 5 & mehr\n{GOAL}\nMehr Anrufe, weniger Preisfragen." in text
    sent = {one.kind: read(one) for one in letters(asking.context)}
    invitation, confirmation = sent[LetterKind.INVITATION], sent[LetterKind.CONFIRMATION]
    for said in (TEAM, "2 bis 5 & mehr", GOAL, "Mehr Anrufe,"):
        in_both(invitation, said)
        assert said in invitation.event["DESCRIPTION"]
    in_both(confirmation, TEAM)
    in_both(confirmation, "2 bis 5 & mehr")
    # Nobody has confirmed that the address is theirs.
    assert "Mehr Anrufe" not in confirmation.text
    assert "Mehr Anrufe" not in confirmation.html
    (row,) = all_bookings(asking.context)
    lines = [f"{TEAM} 2 bis 5 & mehr", f"{GOAL} Mehr Anrufe,\nweniger Preisfragen."]
    assert json.loads(json.dumps(row))["fragen"] == "\n".join(lines)


def test_answers_to_other_questions_are_another_form_and_the_same_ones_are_not(
    open_site: OpenSite,
) -> None:
    site = open_site({"minimum_seconds": "3"}, SETTINGS)
    shown = opened(site)
    site.clock.turn(seconds=3)
    booked = site.guest.press(shown, BUTTON, TYPED | ANSWERS).location
    assert site.guest.press(shown, BUTTON, TYPED | ANSWERS).location == booked
    site.guest.press(shown, BUTTON, TYPED | ANSWERS | {"frage-team": "nur ich"}, status=422)


def test_a_form_with_questions_that_changed_is_shown_again(asking: Site) -> None:
    shown = opened(asking)
    other = Question(id="team", text="Wie viele wart ihr?", choices=("nur ich", "2 bis 5 & mehr"))
    kinds = tuple(
        replace(kind, questions=(other,)) if kind.id == ASKING else kind
        for kind in asking.context.kinds
    )
    asking.context = replace(asking.context, kinds=kinds)
    init_context(asking.app, asking.context, asking.clock)
    page = asking.guest.press(shown, BUTTON, TYPED | ANSWERS, status=422)
    assert "30 Minuten per Video, mit anderen Fragen, jetzt sind es" in page.alert
    assert page.value("frage-team") == ANSWERS["frage-team"]
    asking.guest.press(page, BUTTON)
    (booking,) = asking.bookings()
    assert {one.question for one in booking.interest.own_answers.values()} == {other.text}


def test_kinds_without_questions_ask_none(asking: Site) -> None:
    form = asking.guest.get(asking.form_path(NINE)).form("email")
    assert not [name for name in form.names if name.startswith("frage-")]
