"""What people said here, on the pages: under where it was asked, in lists, on pages of its own."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stadtfuehrer.dialogue import answering, asking, store
from stadtfuehrer.dialogue.answering import Answer
from stadtfuehrer.dialogue.asking import Asked
from stadtfuehrer.dialogue.model import Kind, Voice
from stadtfuehrer.dialogue.shown import A_PAGE, LETTERS
from stadtfuehrer.quiz.service import KEPT_MONTHS
from stadtfuehrer.web.renewal import renew_pages
from tests.support.contexts import in_berlin
from tests.support.page_rules import INDEXED, ORIGIN
from tests.support.pages import words
from tests.support.sites import Site
from tests.support.voices import QUESTION, answered, published, said

OFFER = "/angebot/marketingberatung"
ARTICLE = "/stadtgespraech/marketing-als-gespraech"
FEED = "/stadtgespraech/feed.xml"
ASKED, ANSWERED = in_berlin("2026-02-12 23:30"), in_berlin("2026-02-13 00:30")
DATED = {"said_at": ASKED, "answered_at": ANSWERED, "published_at": ANSWERED}
BOTH_DATES = "gefragt am 12. Februar 2026, beantwortet am 13. Februar 2026"
ASKED_FROM = {path for path in INDEXED if path.startswith("/angebot")} | {
    *("/", "/ablauf", "/ueber", "/stadtgespraech", "/gehoert")
}
GUESTS_ON = {path for path in INDEXED if path.startswith("/angebot")} | {"/", "/ueber"}


def days(voice: Voice) -> str:
    """How a list names whoever asked, and when."""
    return f"{voice.first_name or 'Jemand'}, {BOTH_DATES}"


def test_where_nobody_said_anything_there_is_no_place_for_it(site: Site) -> None:
    answered(site, about="/", text="Steht das hier?")
    for path in INDEXED - {"/gehoert"}:
        page = site.guest.get(path)
        ids = {one.get("id") for one in page.root.iter()}
        assert not ids & {"hier-gefragt", "gefragt", "stimmen", "leserbriefe"}, path
        assert "Steht das hier?" not in page.text


@pytest.mark.parametrize("path", sorted(ASKED_FROM))
def test_a_question_stands_under_the_page_that_it_was_asked_from(site: Site, path: str) -> None:
    voice, anonymous = published(site, about=path, **DATED), published(site, with_name=False)
    page = site.guest.get(path)
    assert page.link(QUESTION) == f"/fragen/{voice.id}"
    assert f"{QUESTION}\n{days(voice)}" in page.text
    assert f"/fragen/{anonymous.id}" not in dict(page.links()).values()
    for elsewhere in ASKED_FROM - {path}:
        assert "Hier gefragt" not in site.guest.get(elsewhere).text


def test_a_question_has_a_page_of_its_own(site: Site) -> None:
    voice = published(site, about=OFFER, **DATED)
    page = site.guest.get(f"/fragen/{voice.id}")
    assert (page.heading, page.title) == (QUESTION, f"{QUESTION} – Stadtführer")
    assert f"Änne · {BOTH_DATES} · unter Marketingberatung" in page.text
    assert page.text.count(QUESTION) == 1
    assert "Vera Beispiel antwortet\nJa, wenn er etwas erzählt.\nFang mit einem im Monat an." in (
        page.text.replace("\neinem\n", " einem ")
    )
    assert [one.get("datetime") for one in page.all("time")] == ["2026-02-12", "2026-02-13"]
    assert page.link("Marketingberatung") == OFFER
    assert page.link("Termin aussuchen") == "/termin"
    assert page.link("Frag mich") == "/frage?zu=/fragen"
    shared = {one.get("property"): one.get("content") for one in page.all("meta")}
    assert shared["og:title"] == QUESTION
    assert "etag" not in page.headers  # There may be any number of them: none is kept in memory.


def test_a_long_question_is_there_as_it_was_typed(site: Site) -> None:
    text = (
        f"Guten Tag,\n\n  {'seit vierzig Jahren backen wir. ' * 5}\n{QUESTION}\nGruß, <b>& so</b>"
    )
    voice = published(site, text=text, with_name=False, about="/gibt-es-nicht-mehr")
    page = site.guest.get(f"/fragen/{voice.id}")
    (quote,) = page.all("blockquote")
    assert (page.heading, quote.text) == (QUESTION, text)
    assert "Jemand · gefragt am" in page.text
    assert "unter" not in page.text


@pytest.mark.parametrize(
    "hidden", [said, answered, lambda site: published(site, kind=Kind.LETTER, about=ARTICLE)]
)
def test_what_is_no_published_question_has_no_page(site: Site, hidden: Any) -> None:
    voice = hidden(site)
    for number in (voice.id, voice.id + 1):
        page = site.guest.get(f"/fragen/{number}", status=404)
        assert page.heading == "Das steht hier nicht (mehr)"
    for strange in ("0", "01", "x", 2**31, 10**30):
        site.guest.get(f"/fragen/{strange}", status=404)


def test_questions_are_listed_page_by_page(site: Site) -> None:
    for number in range(A_PAGE + 1):
        at = site.clock() - timedelta(days=number + 2)
        published(site, text=f"Frage {number}?", about="/angebot", said_at=at)
    first, second = site.guest.get("/fragen"), site.guest.get("/fragen?seite=2")
    assert [words(one) for one in first.by_id("gefragt").iter("span")] == ["Hier gefragt"]
    assert [f"/fragen/{n}" for n in range(1, A_PAGE + 1)] == [
        href for label, href in first.links() if label.startswith("Frage ")
    ]
    assert first.link("Seite 2 →") == "/fragen?seite=2#gefragt"
    assert second.link(f"Frage {A_PAGE}?") == f"/fragen/{A_PAGE + 1}"
    assert second.link("← Seite 1") == "/fragen#gefragt"
    site.guest.get("/fragen?seite=3", status=404)
    for strange in ("0", "-1", "x", "9" * 5000):  # Python reads no number of so many digits.
        assert site.guest.get(f"/fragen?seite={strange}").link("Frage 0?") == "/fragen/1"
    site.guest.get(f"/fragen?seite={10**30}", status=404)


def test_letters_stand_under_their_article_with_the_answers(site: Site) -> None:
    text = "Sehr geehrte Frau Beispiel,\n\n  ich sehe das <anders> & so.\n"
    site.guest.typed.add(text)
    letter = {"kind": Kind.LETTER, "about": ARTICLE}
    old = published(site, **letter, text=text, with_name=False, answer="", said_at=ASKED)
    assert "Ein Leserbrief" in site.guest.get(ARTICLE).text
    new = published(site, **letter, text="Danke.", answer="*Gern.*")
    renew_pages(site.context.instance)
    page = site.guest.get(ARTICLE)
    assert "2 Leserbriefe" in page.text
    assert [one.text for one in page.all("blockquote")] == ["Danke.", text]
    assert "Vera Beispiel antwortet\nGern." in words(page.by_id(f"brief-{new.id}"))
    assert words(page.by_id(f"brief-{old.id}")).endswith("Ohne Namen · 12. Februar 2026")
    write = urlsplit(page.link("Leserbrief schreiben"))
    assert (write.path, parse_qs(write.query)) == ("/frage", {"zu": [ARTICLE]})
    assert "Danke." not in site.guest.get("/stadtgespraech/marketing-und-kommunikation").text
    assert "Danke." not in site.guest.get("/fragen").text


def test_letters_are_shown_page_by_page(site: Site) -> None:
    for _ in range(LETTERS + 1):
        published(site, kind=Kind.LETTER, about=ARTICLE)
    page = site.guest.get(ARTICLE)
    assert page.link("Seite 2 →") == f"{ARTICLE}?seite=2#leserbriefe"
    assert len(site.guest.get(f"{ARTICLE}?seite=2").all("blockquote")) == 1
    site.guest.get(f"{ARTICLE}?seite=3", status=404)


def test_what_was_done_is_told_with_the_voice_that_caused_it(site: Site) -> None:
    empty = site.guest.get("/gehoert")
    assert "Noch nichts." in empty.text
    assert empty.link("Sag mir") == "/frage?zu=/gehoert"
    heard: dict[str, Any] = {"heard": "Steht jetzt da.", "heard_at": ASKED}
    later: dict[str, Any] = {
        "heard": "Lieber nicht, weil …",
        "is_done": False,
        "heard_at": ANSWERED,
    }
    question = published(site, **heard)
    letter = published(site, **heard, kind=Kind.LETTER, about=ARTICLE, with_name=False)
    published(site, **heard, kind=Kind.FEEDBACK, text="Zu kurz.")
    for kind in Kind:
        said(site, **later, kind=kind, text="Geheim.")
    renew_pages(site.context.instance)
    page = site.guest.get("/gehoert")
    lines = page.text.split("\n")
    no = lines.index("Nein, mit Grund 13. Februar 2026")
    assert lines[no : no + 3] == [
        *("Nein, mit Grund 13. Februar 2026", "Lieber nicht, weil …"),
        "Anlass war eine Antwort auf meine Nachfrage.",
    ]
    assert {one for one in lines if one.startswith("Anlass")} == {
        "Anlass war eine Frage.",
        "Anlass war ein Leserbrief.",
        "Anlass war eine Rückmeldung nach einem Gespräch.",
        "Anlass war eine Antwort auf meine Nachfrage.",
    }
    title = site.context.catalogue.get_article(ARTICLE.rpartition("/")[2]).title
    text = " ".join(lines)
    assert "Getan 12. Februar 2026 Steht jetzt da. Änne hat gefragt:" in text
    assert page.link(QUESTION) == f"/fragen/{question.id}"
    assert f"Jemand im Leserbrief zu {title}:" in text
    assert page.link(title) == f"{ARTICLE}#brief-{letter.id}"
    assert "Änne nach einem Gespräch: Zu kurz." in text
    assert "Geheim." not in text
    assert "Was daraus wurde\nSteht jetzt da." in site.guest.get(f"/fragen/{question.id}").text


@pytest.mark.parametrize("path", sorted(GUESTS_ON))
def test_guests_words_are_shown_with_how_many_there_are(site: Site, path: str) -> None:
    published(site, kind=Kind.FEEDBACK, choice="teils", text="Zu kurz.", said_at=ASKED)
    published(site, kind=Kind.FEEDBACK, choice="sehr", text="", with_name=False, answer="")
    with site.context.database.begin() as session:
        for choice in ("sehr", "eher", "eher", "teils", "nicht"):
            store.add_satisfied(session, choice, day=site.clock().date())
    page = site.guest.get(path)
    text = page.text
    assert "5 Gäste haben gesagt, wie es war. 3 davon waren sehr oder eher zufrieden." in text
    assert [one.text for one in page.all("blockquote")] == ["Sehr zufrieden", "Zu kurz."]
    assert "Änne · Teils, teils · 12. Februar 2026\nVera Beispiel antwortet" in text
    assert "Sehr zufrieden\nOhne Namen · 28. Februar 2026" in text
    assert "Antworten kann nur, wer hier gebucht hat" in text
    assert page.by_id("stimmen").tag == "h2"


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [("nicht", "Keiner davon war sehr"), ("eher", "Alle waren sehr oder eher zufrieden.")],
)
def test_numbers_alone_are_shown_without_words(site: Site, choice: str, sentence: str) -> None:
    with site.context.database.begin() as session:
        for _ in range(5):
            store.add_satisfied(session, choice, day=site.clock().date())
    text = site.guest.get("/ueber").text
    assert sentence in text
    assert KEPT_MONTHS == 24
    assert "In die Zahl geht jede Antwort der letzten zwei Jahre ein" in text
    assert "freigeben" not in text


@pytest.mark.parametrize("path", sorted(ASKED_FROM - {"/gehoert"} | {"/fragen", ARTICLE}))
def test_without_a_database_pages_go_without_what_people_said(site: Site, path: str) -> None:
    site.lose_database()
    page = site.guest.get(path)
    assert "Hier gefragt" not in page.text
    site.guest.get("/gehoert", status=503)


def shows(site: Site, text: str) -> set[str]:
    """Every page for everyone on which this can be read."""
    paths = INDEXED | {FEED, "/sitemap.xml", "/fragen/1"}
    return {path for path in paths if text.encode() in site.guest.ask("GET", path).body}


WORDS = {
    Kind.QUESTION: (OFFER, {OFFER, "/fragen", "/fragen/1", FEED, "/gehoert"}),
    Kind.LETTER: (ARTICLE, {ARTICLE, FEED, "/gehoert"}),
    Kind.FEEDBACK: ("", GUESTS_ON | {"/gehoert"}),
}
"""Where it was said, and where it stands once it is published and heard."""


@pytest.mark.parametrize("kind", WORDS)
def test_what_is_published_shows_at_once_and_what_is_taken_back_is_gone(
    site: Site, kind: Kind
) -> None:
    about, shown_on = WORDS[kind]
    text = "Backt ihr Zwiebelkuchen?"
    asked = Asked(kind=kind, about=about, text=text, may_be_published=True)
    token = asking.ask(site.context, asked, key="x", now=site.clock())

    def step() -> dict[str, Any]:
        version = answering.get_voice(site.context, 1).version
        site.clock.turn(minutes=1)
        return {"version": version, "who": "vera", "now": site.clock()}

    assert shows(site, text) == set()
    answering.answer(site.context, 1, Answer(text="Freitags."), **step())
    assert shows(site, text) == set()
    answering.take_step(site.context, 1, answering.Step.PUBLISH, **step())
    assert shows(site, text) == shown_on - {"/gehoert"}
    answering.hear(site.context, 1, "Steht am Fenster.", is_done=True, **step())
    assert shows(site, text) == shown_on
    in_sitemap = f"<loc>{ORIGIN}/fragen/1</loc><lastmod>2026-03-02</lastmod>"
    assert shows(site, in_sitemap) == ({"/sitemap.xml"} if kind is Kind.QUESTION else set())

    asking.take_back(site.context, token)
    assert shows(site, "Zwiebelkuchen") == shows(site, "Freitags.") == set()
    assert shows(site, "/fragen/1") == set()
    assert shows(site, "Steht am Fenster.") == {"/gehoert"}
    site.guest.get("/fragen/1", status=404)
    files = [file for file in site.context.instance.rglob("*") if file.is_file()]
    assert any(file.suffix == ".db" for file in files)
    assert [file for file in files if b"Zwiebelkuchen" in file.read_bytes()] == []
