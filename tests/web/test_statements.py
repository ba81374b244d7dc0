"""What a page costs the database: few statements, and as many with many rows as with one."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.dialogue.shown import usual_wait_in_words
from stadtfuehrer.text.formatting import in_address
from stadtfuehrer.web.renewal import renew_pages
from tests.support.contexts import full_answers, in_berlin
from tests.support.page_rules import INDEXED
from tests.support.sites import TYPED, OpenSite, Site
from tests.support.statements import statements
from tests.support.voices import QUESTION, answered, own_page, published

START = in_berlin("2026-03-05 09:00")
MANY = [START + timedelta(days=day, hours=hour) for day in (4, 5, 7) for hour in (0, 1, 2, 5, 6)]


def counted(site: Site, path: str, *, status: int = 200) -> int:
    # How long an answer takes is asked once a minute, by whichever page.
    usual_wait_in_words(site.context, now=site.clock())
    with statements(site) as sent:
        site.guest.get(path, status=status)
    return len(sent)


def paths(site: Site, booked: str) -> dict[str, int]:
    """Every page that reads bookings, with the status it answers."""
    return {
        "/termin/kennenlernen": 200,
        "/termin/kennenlernen?ab=2026-03-20&zone=Asia/Tokyo": 200,
        "/termin/kennenlernen/frei.json": 200,
        site.form_path(in_berlin("2026-03-16 09:00")): 200,
        site.form_path(START): 409,
        booked: 200,
        f"{booked}/termin.ics": 200,
        f"{booked}/verschieben": 200,
        f"{booked}/verschieben?start=20260316T080000Z": 200,
        f"{booked}/verschieben?start=20260316T080100Z": 409,
        f"{booked}/absagen": 200,
        "/buchung/unbekannt": 404,
    }


def test_a_page_takes_three_statements_at_most_however_many_rows_there_are(site: Site) -> None:
    booked = f"/buchung/{site.book(START)}"
    few = {path: counted(site, path, status=is_) for path, is_ in paths(site, booked).items()}
    for start in MANY:
        site.book(start)
    many = {path: counted(site, path, status=is_) for path, is_ in paths(site, booked).items()}
    assert few == many
    assert all(1 <= count <= 3 for count in many.values()), many


def test_health_takes_four_statements_and_writes_no_more_often_than_need_be(site: Site) -> None:
    site.book(START)
    with statements(site) as sent:
        for _ in range(3):
            site.guest.get("/healthz")
    assert len([one for one in sent if one.startswith("INSERT")]) == 1
    assert len(sent) == 1 + 3 * 3


ARTICLE = "/stadtgespraech/marketing-als-gespraech"
SHOW_VOICES = {
    **dict.fromkeys(("/ablauf", "/stadtgespraech", "/termin", "/fragen/1"), 1),
    **{path: 3 for path in INDEXED if path.startswith("/angebot")},
    **{path: 2 for path in INDEXED if path.startswith("/stadtgespraech/")},
    "/": 3,
    "/ueber": 3,
    "/fragen": 2,
    "/gehoert": 3,
    "/stadtgespraech/feed.xml": 2,
    "/sitemap.xml": 2,
    "/fragen?seite=2": 2,
    "/gehoert?seite=2": 3,
    f"{ARTICLE}?seite=2": 2,
}
"""How many statements each takes to look for what people said."""


def test_what_people_said_takes_as_many_statements_however_much_it_is(site: Site) -> None:
    def say_on_every_page() -> None:
        for path in SHOW_VOICES:
            published(site, about=path, heard="Steht jetzt da.", heard_at=site.clock())
        for kind in (Kind.LETTER, Kind.FEEDBACK):
            published(site, kind=kind, about=ARTICLE)

    say_on_every_page()
    few = {path: counted(site, path) for path in SHOW_VOICES if "?" not in path}
    for _ in range(15):
        say_on_every_page()
    renew_pages(site.context.instance)
    assert few | {path: counted(site, path) for path in SHOW_VOICES} == SHOW_VOICES


@pytest.mark.parametrize(
    "path", [*sorted(INDEXED - SHOW_VOICES.keys() - {"/quiz"}), "/nix", "/robots.txt"]
)
def test_what_is_the_same_for_everyone_needs_no_database(site: Site, path: str) -> None:
    assert counted(site, path, status=404 if path == "/nix" else 200) == 0


def test_how_long_an_answer_takes_is_asked_once_a_minute(site: Site) -> None:
    with statements(site) as sent:
        for path in ("/impressum", "/datenschutz", "/quiz?frage=dialog", "/frage"):
            site.guest.get(path)
        assert len(sent) == 1
        site.clock.turn(minutes=1)
        site.guest.get("/frage")
    assert len(sent) == 2


def test_asking_takes_as_many_statements_however_many_have_asked(site: Site) -> None:
    counts, own = [], own_page(site, answered(site))
    for _ in range(2):
        with statements(site) as sent:
            site.guest.post("/frage", {"frage": QUESTION, "email": "aenne@gast.example"})
        counts.append([len(sent), counted(site, "/frage"), counted(site, own)])
        for _ in range(15):
            answered(site)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 8
    assert counts[0][1:] == [0, 1]


def test_the_quiz_needs_no_database_but_for_what_is_counted(site: Site) -> None:
    answers = urlencode(full_answers(site.context))
    assert counted(site, "/quiz") == 1
    assert counted(site, "/quiz?frage=dialog") == 0
    assert counted(site, f"/quiz?{answers}") == 0
    assert [counted(site, f"/quiz/ergebnis?{answers}") for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("rows", [1, len(MANY)])
def test_a_booking_takes_eight_statements_at_most(open_site: OpenSite, rows: int) -> None:
    site = open_site(
        {
            "posts_per_hour": "1000",
            "bookings_per_address": "50",
            "bookings_per_hour": "50",
            "per_day": "20",
        }
    )
    for start in MANY[:rows]:
        site.book(start)
    with statements(site) as sent:
        site.guest.post(site.form_path(START), TYPED)
    of_the_form = [statement for statement in sent if "rate_events" in statement][:2]
    assert len(of_the_form) == 2, sent
    assert 4 <= len(sent) - 2 <= 8, sent


@pytest.mark.parametrize("what", ["verschieben", "absagen"])
def test_a_change_takes_ten_statements_at_most_however_many_rows_there_are(
    site: Site, what: str
) -> None:
    tokens, counts = [site.book(START), site.book(MANY[0])], []
    targets = [in_berlin("2026-03-17 09:00"), in_berlin("2026-03-18 09:00")]
    for token, target in zip(tokens, targets, strict=True):
        fields = {"start": in_address(target)} if what == "verschieben" else {}
        with statements(site) as sent:
            site.guest.post(f"/buchung/{token}/{what}", fields)
        counts.append(len(sent))
        for start in MANY[1:]:
            if start in site.free():
                site.book(start)
    assert counts[0] == counts[1]
    assert 3 <= counts[0] <= 10
