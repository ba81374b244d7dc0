"""Asking by the form, and the page of whoever asked."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from stadtfuehrer.dialogue.asking import CROWD, get_by_token
from stadtfuehrer.dialogue.model import PUBLISHING, WITH_NAME, Kind, Voice
from stadtfuehrer.web.fields import LONGEST_TEXT
from tests.support.contexts import NOW
from tests.support.page_rules import INDEXED
from tests.support.pages import Page, words
from tests.support.sights.dialogue import ARTICLE, ASK, LEADS_AWAY, OFFER, WRITE
from tests.support.sites import OpenSite, Site
from tests.support.voices import ANSWER, QUESTION, all_voices, answered, own_page, published, said

FILLED_IN = {"frage": "Was kostet das?\nUnd wann?", "name": "Änne", "email": "aenne@gast.example"}
UNTICKED = {"oeffentlich", "vorname"}


def asked(site: Site, path: str = "/frage", button: str = ASK, **typed: str) -> Page:
    """The page to which the form leads."""
    sent = site.guest.press(site.guest.get(path), button, {"frage": QUESTION, **typed})
    return site.guest.get(sent.location)


def the_voice(site: Site) -> Voice:
    (voice,) = all_voices(site)
    return voice


def box(page: Page) -> tuple[str, str] | None:
    """What the line before the foot says, and where it leads."""
    for one in page.all("aside"):
        if one.get("class") == "ask no-print":
            (link,) = one.iter("a")
            return words(link), link.get("href", "")
    return None


def test_a_question_is_asked_and_thanked_for_at_once(site: Site) -> None:
    page = asked(site, **FILLED_IN)
    assert page.heading == "Danke für deine Frage"
    assert "Eine Bestätigung geht gleich an aenne@gast.example." in page.text
    assert "Was kostet das? Und wann?" in page.text
    voice = the_voice(site)
    assert (voice.kind, voice.about, voice.consent) == (Kind.QUESTION, "", None)
    assert [voice.text, voice.name, voice.email] == list(FILLED_IN.values())
    assert own_page(site, voice) == page.route


def test_without_an_address_the_answer_will_stand_there(site: Site) -> None:
    page = asked(site)
    assert "Meine Antwort steht dann hier, unter dieser Adresse." in page.text
    assert "Bestätigung" not in page.text


@pytest.mark.parametrize(
    ("path", "about", "kind"),
    [
        ("/frage", "", Kind.QUESTION),
        (f"/frage?zu={OFFER}", OFFER, Kind.QUESTION),
        (f"/frage?zu={ARTICLE}", ARTICLE, Kind.LETTER),
        ("/frage?zu=/stadtgespraech", "/stadtgespraech", Kind.QUESTION),
        ("/frage?zu=/gibtsnicht", "", Kind.QUESTION),
        ("/frage?zu=/stadtgespraech/gibtsnicht", "", Kind.QUESTION),
        ("/frage?zu=/buchung/geheim", "", Kind.QUESTION),
        ("/frage?zu=https://anderswo.example/angebot", "", Kind.QUESTION),
        ("/frage?zu=//angebot", "", Kind.QUESTION),
    ],
)
def test_a_page_that_it_is_about_is_one_of_ours(
    site: Site, path: str, about: str, kind: Kind
) -> None:
    form = site.guest.get(path)
    assert form.value("zu") == about
    button = WRITE if kind is Kind.LETTER else ASK
    page = asked(site, path, button)
    assert (the_voice(site).about, the_voice(site).kind) == (about, kind)
    assert page.heading == f"Danke für {'deinen Leserbrief' if button == WRITE else 'deine Frage'}"


def test_a_page_that_was_typed_into_the_form_counts_no_more_than_one_in_a_link(site: Site) -> None:
    site.guest.post("/frage", {"frage": QUESTION, "zu": "/buchung/geheim"})
    site.guest.post("/frage", {"frage": QUESTION, "zu": ARTICLE})
    assert [(one.about, one.kind) for one in all_voices(site)] == [
        ("", Kind.QUESTION),
        (ARTICLE, Kind.LETTER),
    ]


@pytest.mark.parametrize(("path", "kind"), [("/frage", Kind.QUESTION), (ARTICLE, Kind.LETTER)])
def test_consent_is_unticked_apart_and_for_just_this(site: Site, path: str, kind: Kind) -> None:
    page = site.guest.get(f"/frage?zu={path}")
    assert not UNTICKED & {name for name, _ in page.form("frage").fields}
    assert PUBLISHING[kind][1] in page.text
    assert WITH_NAME in page.text
    button = WRITE if kind is Kind.LETTER else ASK
    site.guest.press(page, button, {"frage": "Eins?", "oeffentlich": "y", "vorname": "y"})
    site.guest.press(page, button, {"frage": "Zwei?", "vorname": "y"})
    first, second = all_voices(site)
    assert first.consent is not None
    assert (first.consent.wording, first.with_name) == (PUBLISHING[kind][1], True)
    assert (second.consent, second.with_name) == (None, False)


def test_a_link_may_bring_the_beginning_of_a_question(site: Site) -> None:
    site.guest.typed.add("Mehr dazu!")
    beginning = "Mehr dazu!\n\x00\u202e"
    assert site.guest.get(f"/frage?frage={quote(beginning)}").value("frage") == "Mehr dazu!"
    page = site.guest.get(f"/frage?frage={'x' * (LONGEST_TEXT + 1)}")
    assert page.value("frage") == "x" * LONGEST_TEXT
    site.guest.press(page, ASK)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"frage": ""}, "frage"),
        ({"frage": " \n"}, "frage"),
        ({"frage": "x" * (LONGEST_TEXT + 1)}, "frage"),
        ({"email": "aenne@"}, "email"),
        ({"email": "aenne@gast.example, otto@gast.example"}, "email"),
        ({"name": "Komm auf laden.example"}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
@pytest.mark.parametrize(("about", "button"), [(OFFER, ASK), (ARTICLE, WRITE)])
def test_what_is_refused_comes_back_with_all_that_was_typed(
    site: Site, typed: dict[str, str], field: str, about: str, button: str
) -> None:
    form = site.guest.get(f"/frage?zu={about}")
    ticked = {"oeffentlich": "y", "vorname": "y"}
    page = site.guest.press(form, button, FILLED_IN | ticked | typed, status=422)
    assert page.mistake(field)
    kept = dict(page.form("frage").fields)
    for name, value in (FILLED_IN | ticked | typed | {"zu": about}).items():
        assert kept[name].strip() == value.strip()
    assert kept["schluessel"] == form.value("schluessel")
    assert all_voices(site) == []
    site.guest.press(page, button, FILLED_IN)
    assert the_voice(site).about == about


def test_a_tick_comes_back_as_a_tick_whatever_was_sent_for_it(site: Site) -> None:
    page = site.guest.post("/frage", {"frage": "", "oeffentlich": "\x1f"}, status=422)
    assert ("oeffentlich", "y") in page.form("frage").fields


def test_limits_keep_what_was_typed(open_site: OpenSite) -> None:
    site = open_site({"letters_per_address": "1"})
    asked(site, **FILLED_IN)
    again = FILLED_IN | {"frage": "Und wo?"}
    page = site.guest.press(site.guest.get("/frage"), ASK, again, status=429)
    assert "Heute geht kein weiterer Brief dorthin." in page.alert
    assert page.value("frage") == "Und wo?"
    assert len(all_voices(site)) == 1


def test_a_robot_is_doubted_and_a_person_is_not(open_site: OpenSite) -> None:
    site = open_site({"minimum_seconds": "3"})
    page = site.guest.get("/frage")
    for typed in ({"website": "https://laden.example"}, {}):
        page = site.guest.press(page, ASK, {"frage": QUESTION, **typed}, status=422)
        assert page.value("frage") == QUESTION
    assert all_voices(site) == []
    site.clock.turn(seconds=3)
    site.guest.press(page, ASK)
    assert the_voice(site).text == QUESTION


@pytest.mark.parametrize(
    ("text", "others", "why"),
    [
        (LEADS_AWAY, 0, "Im Text steht ein Link."),
        (QUESTION, CROWD, "Gerade kommt hier sehr viel auf einmal an."),
    ],
)
def test_whoever_is_held_is_told_why(site: Site, text: str, others: int, why: str) -> None:
    for _ in range(others):
        said(site, said_at=NOW)
    page = asked(site, frage=text, email="aenne@gast.example")
    assert f"{why} Deshalb sehe ich erst nach, ob ein Mensch geschrieben hat" in page.text
    assert "Bestätigung" not in page.text


def test_how_long_it_takes_is_what_it_took(site: Site) -> None:
    assert "Wie lange das dauert, kann ich nicht sagen" in asked(site).text
    for hours in (1, 5, 100):
        at = NOW - timedelta(days=10)
        answered(site, said_at=at, answered_at=at + timedelta(hours=hours))
    assert "im Mittel" not in site.guest.get("/frage").text
    site.clock.turn(minutes=1)
    assert "im Mittel etwa 5 Stunden gedauert" in site.guest.get("/frage").text
    page = site.guest.get(own_page(site, all_voices(site)[0]))
    assert "im Mittel etwa 5 Stunden gedauert. Versprechen kann ich das nicht." in page.text
    assert "Zurzeit dauert das im Mittel etwa 5 Stunden." in page.text


@pytest.mark.parametrize(
    ("kind", "choice", "heading", "says", "says_not"),
    [
        (Kind.FEEDBACK, "eher", "Danke für deine Rückmeldung", "Eher zufrieden", "und antworte"),
        (Kind.CHECK_IN, "hakt", "Danke für deine Nachricht", "Hakt gerade", "Bestätigung"),
    ],
)
def test_guests_have_such_a_page_as_well(
    site: Site, kind: Kind, choice: str, heading: str, says: str, says_not: str
) -> None:
    page = site.guest.get(own_page(site, said(site, kind=kind, choice=choice, text="")))
    assert page.heading == heading
    assert says in page.text
    assert says_not not in words(page.main)


def test_the_answer_is_shown_with_both_dates(site: Site) -> None:
    voice = answered(site, about=OFFER, answer="Ja, *sehr*.\n\n<b>- 1</b>")
    page = site.guest.get(own_page(site, voice))
    assert page.heading == "Die Antwort auf deine Frage"
    assert "Gefragt am 28. Februar 2026, beantwortet am 1. März 2026" in page.text
    assert ("Marketingberatung", OFFER) in page.links()
    assert [words(one) for one in page.all("em")] == ["sehr"]
    assert "<b>- 1</b>" in page.text


@pytest.mark.parametrize(("value", "helped"), [("ja", True), ("nein", False)])
def test_one_click_says_whether_it_helped_and_a_link_says_nothing(
    site: Site, value: str, *, helped: bool
) -> None:
    voice = answered(site, about=OFFER)
    path = own_page(site, voice)
    page = site.guest.get(f"{path}?geholfen={value}")
    assert "Noch ein Klick, dann weiß ich es." in page.text
    (chosen,) = (one for one in page.all("button") if one.get("class") == "way")
    assert chosen.get("value") == value
    assert get_by_token(site.context, path.rpartition("/")[2]).helped is None

    sent = site.guest.press(page, words(chosen))
    assert sent.location == f"{path}#geholfen"
    thanked = site.guest.get(sent.location)
    assert get_by_token(site.context, path.rpartition("/")[2]).helped is helped
    (notice,) = thanked.notices
    assert notice.startswith("Ja" if helped else "Nein")
    # A way on for whom it did not help; and who changes their mind can say so by the other link.
    assert (f"/frage?zu={OFFER}" in dict(thanked.links()).get("Noch einmal fragen", "")) != helped
    other = {"ja": "nein", "nein": "ja"}[value]
    assert "Noch ein Klick" in site.guest.get(f"{path}?geholfen={other}").text
    assert "Noch ein Klick" not in site.guest.get(f"{path}?geholfen={value}").text


def test_anything_else_says_nothing(site: Site) -> None:
    path = own_page(site, answered(site))
    for fields in ({}, {"geholfen": "vielleicht"}, {"geholfen": ""}):
        site.guest.post(f"{path}/geholfen", fields, status=422)
    assert "Noch ein Klick" not in site.guest.get(f"{path}?geholfen=vielleicht").text
    assert the_voice(site).helped is None
    waiting = own_page(site, said(site))
    site.guest.post(f"{waiting}/geholfen", {"geholfen": "ja"}, status=404)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Nur du und ich. 30 Tage nach meiner Antwort wird es gelöscht."),
        (
            {"answer": "", "answered_at": None, "closed_at": NOW},
            "Tage, nachdem ich es gelesen habe,",
        ),
    ],
)
def test_who_reads_it_is_said(site: Site, changes: dict[str, object], says: str) -> None:
    assert says in site.guest.get(own_page(site, answered(site, **changes))).text


@pytest.mark.parametrize(
    ("kind", "about", "shown"),
    [(Kind.LETTER, ARTICLE, f"{ARTICLE}#brief-1"), (Kind.FEEDBACK, "", "/ueber#stimmen")],
)
@pytest.mark.parametrize("with_name", [True, False])
def test_where_it_is_shown_is_said(
    site: Site, kind: Kind, about: str, shown: str, *, with_name: bool
) -> None:
    path = own_page(site, published(site, kind=kind, about=about, with_name=with_name))
    page = site.guest.get(path)
    assert dict(page.links())["auf der Seite"] == shown
    assert ("mit deinem Vornamen." in page.text, "ohne deinen Namen." in page.text) == (
        (True, False) if with_name else (False, True)
    )


def test_taken_back_it_is_gone_and_the_link_says_so(site: Site) -> None:
    path = own_page(site, answered(site))
    page = site.guest.get(path)
    for _ in range(2):
        assert site.guest.press(page, "Zurücknehmen und löschen").location == path
    gone = site.guest.get(path, status=410)
    assert gone.heading == "Das ist gelöscht"
    assert QUESTION not in gone.text
    assert all_voices(site) == []


@pytest.mark.parametrize("path", ["", "/geholfen", "/zurueckziehen"])
def test_a_link_that_is_none_of_ours_leads_nowhere(site: Site, path: str) -> None:
    for token in ("x", "x" * 3000, "%FF", "%00"):
        if path:
            page = site.guest.post(f"/frage/{token}{path}", {"geholfen": "ja"}, status=404)
        else:
            page = site.guest.get(f"/frage/{token}", status=404)
        assert page.heading == "Das steht hier nicht (mehr)"


def test_a_look_changes_nothing(site: Site) -> None:
    voice = answered(site)
    for query in ("", "?geholfen=ja", "?geholfen=nein"):
        site.guest.get(own_page(site, voice) + query)
    assert all_voices(site) == [voice]


def test_every_public_page_has_the_line_and_says_what_it_is_about(site: Site) -> None:
    without = {"/impressum", "/datenschutz", "/barrierefreiheit"}
    for path in INDEXED | {"/quiz"}:
        leads_to = "/frage" if path in without else f"/frage?zu={path}"
        says = "Frag mich Was möchtest du wissen?"
        if path.startswith("/stadtgespraech/"):
            says = "Leserbrief schreiben Siehst du das anders?"
        assert box(site.guest.get(path)) == (says, leads_to)


def test_an_address_of_somebodys_own_does_not_travel_along(site: Site) -> None:
    booked = f"/buchung/{site.book(site.free()[0])}"
    for path, status in ((booked, 200), ("/gibtsnicht", 404), ("/termin/kennenlernen", 200)):
        page = site.guest.get(path, status=status)
        assert box(page) == ("Frag mich Was möchtest du wissen?", "/frage")


def test_where_somebody_asks_there_is_no_second_form(site: Site) -> None:
    for path in ("/frage", own_page(site, said(site))):
        assert box(site.guest.get(path)) is None


def test_an_answer_is_said_to_come_from_somebody(site: Site) -> None:
    page = site.guest.get("/")
    assert "Es antwortet Vera Beispiel." in page.text
    assert ANSWER not in page.text
