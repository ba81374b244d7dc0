"""The page of figures: shares where they say something, sentences where they do not."""

import pytest

from stadtfuehrer.quiz.statistics import FEWEST_RUNS, CounterKey, Metric
from stadtfuehrer.quiz.store import add_counts
from tests.support.contexts import NOW
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page, words
from tests.support.sights.figures import one_week
from tests.support.sites import Site
from tests.support.statements import statements
from tests.support.voices import answered, published

TOO_FEW = f"Prozente stehen hier erst ab {FEWEST_RUNS}, vorher wären sie Zufall."


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


def rows(page: Page, table: int) -> list[str]:
    return [" ".join(words(row).split()) for row in page.all("table")[table].iter("tr")]


def finish(site: Site, number: int) -> None:
    quiz = site.context.catalogue.quiz
    begun = CounterKey(quiz.version, Metric.SHOWN, quiz.questions[0].id)
    finished = CounterKey(quiz.version, Metric.FINISHED, option=quiz.services[0])
    with site.context.database.begin() as session:
        add_counts(session, {(NOW.date(), begun): 2 * number, (NOW.date(), finished): number})


def test_before_anything_was_counted(guest: OfficeGuest) -> None:
    page = guest.get("/buero/zahlen")
    assert "In diesen 12 Wochen gab es nichts zu zählen." in page.text
    assert page.all("table") == []


@pytest.mark.parametrize(("runs", "shares"), [(FEWEST_RUNS - 1, False), (FEWEST_RUNS, True)])
def test_of_too_few_there_are_no_shares(
    site: Site, guest: OfficeGuest, runs: int, *, shares: bool
) -> None:
    finish(site, runs)
    page = guest.get("/buero/zahlen")
    outcomes = page.all("table")[-1]
    assert ("100 %" in words(outcomes)) == shares
    assert str(runs) in words(outcomes)
    assert TOO_FEW in page.text  # nobody has booked


def test_the_way_as_a_table_and_as_a_drawing(site: Site, guest: OfficeGuest) -> None:
    for ago in range(3):
        one_week(site, ago, number=60)
    page = guest.get("/buero/zahlen?wochen=4")
    assert TOO_FEW not in page.text
    assert rows(page, 0)[-4:] == [
        "Ergebnis 366 67 %",
        "Gebucht 63 17 %",
        "Stattgefunden 32 51 %",
        "Kunde geworden 3 9 %",
    ]
    weeks = rows(page, 1)
    assert weeks[1] == "2.3. 190 122 21 0 1 5 0"
    assert len(weeks) == 1 + 4
    assert len([one for one in page.root.iter() if one.get("class") == "columns"]) == 5
    assert "Abgesagt wurden 15, nicht gekommen sind 0." in page.text


@pytest.mark.parametrize("asked", ["", "?wochen=5", "?wochen=x", "?wochen=-4"])
def test_other_stretches_than_those_offered_are_twelve_weeks(
    guest: OfficeGuest, asked: str
) -> None:
    assert "In diesen 12 Wochen" in guest.get(f"/buero/zahlen{asked}").text


def test_as_many_statements_for_half_a_year_as_for_nothing(site: Site, guest: OfficeGuest) -> None:
    counts = []
    for ago in (0, 9):
        one_week(site, ago, number=60)
        with statements(site) as sent:
            guest.get("/buero/zahlen?wochen=26")
        counts.append(len(sent))
    # Who is signed in, counters, how it was, bookings, customers, what was said, how long an answer
    # took.
    assert counts == [7, 7]


def test_what_was_asked_and_answered(site: Site, guest: OfficeGuest) -> None:
    for helped in (True, False, None):
        answered(site, helped=helped)
    published(site)
    page = guest.get("/buero/zahlen")
    assert rows(page, -1)[1:] == [
        "Geschrieben 4",
        "Beantwortet 4",
        "Hat geholfen 1",
        "Hat nicht geholfen 1",
        "Veröffentlicht 1",
        "Gehört, getan 0",
    ]
    assert "Eine Antwort dauert etwa einen Tag; die Hälfte kam schneller." in page.text
