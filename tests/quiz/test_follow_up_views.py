"""How the week went, said on a page and answered by two plans; and the page that ends it."""

from urllib.parse import urlencode, urlsplit

import pytest

from stadtfuehrer.quiz.findings import findings
from stadtfuehrer.quiz.follow_up_store import DbFollowUp
from stadtfuehrer.quiz.statistics import CounterKey, Metric
from stadtfuehrer.quiz.store import sums
from stadtfuehrer.quiz.week import CONSENT_WORDING
from tests.support.contexts import full_answers
from tests.support.mailbag import read
from tests.support.pages import Page, words
from tests.support.quiz_ways import query, result
from tests.support.sites import OpenSite, Site
from tests.support.statements import statements
from tests.support.stored import letters

TELL, SEND = "Antworten", "Ergebnis schicken"
THINGS = ("orientierung", "zufriedenheit", "ziel")
"""What there is to do for whoever gave the last answer to each question."""
ALL_THREE = {"wie.orientierung": "geklappt", "wie.zufriedenheit": "zum-teil", "wie.ziel": "nein"}


def week(site: Site, **said: str) -> Page:
    return site.guest.get(f"/quiz/woche?{urlencode(full_answers(site.context) | said)}")


def told(site: Site, said: dict[str, str]) -> Page:
    return site.guest.get(site.guest.press(week(site), TELL, said).location)


def counted(site: Site) -> dict[CounterKey, int]:
    with site.context.database.read() as session:
        return sums(session)


def checked(page: Page) -> list[tuple[str | None, str | None]]:
    radios = [one for one in page.all("input") if one.get("type") == "radio"]
    return [(one.get("name"), one.get("value")) for one in radios if one.get("checked") is not None]


def test_the_letters_link_chooses_and_changes_nothing(site: Site) -> None:
    with statements(site) as sent:
        page = week(site, **{"wie.ziel": "zum-teil"})
    assert [one for one in sent if not one.startswith("SELECT")] == []
    assert page.heading == "Was hat geklappt?"
    assert checked(page) == [("wie.ziel", "zum-teil")]
    names = {name for name in page.form("wie.ziel").names if name.startswith("wie.")}
    assert names == {f"wie.{thing}" for thing in THINGS}
    assert page.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("said", ["bestens", "", "Geklappt", "<b>", "nein&wie.ziel="])
def test_what_is_no_choice_is_not_chosen(site: Site, said: str) -> None:
    page = week(site, **{"wie.ziel": said, "wie.dialog": "nein", "gezaehlt": "1"})
    assert (page.heading, checked(page)) == ("Was hat geklappt?", [])


def test_three_answers_are_thanked_for_and_change_the_plan(site: Site) -> None:
    page = told(site, ALL_THREE)
    assert page.heading == "Zwei Straßen sind besser geworden"
    items = [words(one) for one in page.all("li") if one.find("div/h2") is not None]
    assert [item.split("\n")[1] for item in items] == [
        "Orientierung: geklappt",
        "Zufriedene Kunden: zum Teil geklappt",
        "Ziel: noch nicht",
    ]
    thanks = [item.split("\n")[2] for item in items]
    assert len(set(thanks)) == 3
    assert "Straße 1: vorher Baustelle; jetzt läuft gut." in items[0]
    assert "Straße 4: vorher Baustelle, Einbahnstraße; jetzt holprig, Einbahnstraße." in items[1]
    assert "Straße 8 bleibt, wie sie war: Baustelle." in items[2]
    maps = [one.get("aria-label") for one in page.root.iter() if one.get("role") == "img"]
    assert maps == ["Dein Stadtplan vorher", "Dein Stadtplan nachher"]
    before, after = (words(page.by_id(f"plan-worte-{when}")) for when in ("vorher", "nachher"))
    assert "Nummer 1, Orientierung: Baustelle." in before
    assert "Nummer 1, Orientierung: läuft gut." in after


def test_the_new_result_goes_on_with_the_new_answers(site: Site) -> None:
    page = told(site, ALL_THREE)
    now = full_answers(site.context) | {"orientierung": "ja", "zufriedenheit": "eher-nein"}
    shown = site.guest.get(page.link("Neues Ergebnis ansehen"))
    assert query(shown.path) == now | {"gezaehlt": "1"}
    service = findings(site.context.catalogue, now).service
    assert service is not None
    booked = page.link("Darüber sprechen")
    assert urlsplit(booked).path == "/termin"
    assert query(booked) == now | {"angebot": service.slug}


def test_each_answer_may_be_sent_on_as_a_question(site: Site) -> None:
    page = told(site, ALL_THREE)
    asked = {
        label: query(href) for label, href in page.links() if label.startswith("Dazu etwas fragen")
    }
    assert [one["zu"] for one in asked.values()] == ["/quiz"] * 3
    assert asked["Dazu etwas fragen: Ziel"]["frage"] == (
        "„Ziel“ hat diese Woche nicht geklappt. Womit könnte ich kleiner anfangen?"
    )


def test_where_nothing_worked_there_is_one_plan_and_thanks_all_the_same(site: Site) -> None:
    page = told(site, {"wie.ziel": "nein"})
    assert page.heading == "Danke für deine Antwort"
    maps = [one.get("aria-label") for one in page.root.iter() if one.get("role") == "img"]
    assert maps == ["Dein Stadtplan"]


def test_a_form_is_counted_once_and_its_page_counts_nothing(site: Site) -> None:
    page = week(site)
    sent = [site.guest.press(page, TELL, ALL_THREE).location for _ in range(2)]
    assert sent[0] == sent[1]
    assert query(sent[0]) == full_answers(site.context) | ALL_THREE | {"gezaehlt": "1"}
    site.guest.get(sent[0])
    one_each = {CounterKey("", Metric.PROGRESS, option=said): 1 for said in ALL_THREE.values()}
    assert counted(site) == one_each | {CounterKey("", Metric.REPORTED): 1}


def test_a_robot_and_who_sends_too_much_are_answered_and_not_counted(open_site: OpenSite) -> None:
    site = open_site({"posts_per_hour": "1"})
    site.guest.press(week(site), TELL, ALL_THREE | {"website": "x"})
    assert counted(site) == {}
    for _ in range(2):
        assert told(site, ALL_THREE).heading == "Zwei Straßen sind besser geworden"
    assert counted(site)[CounterKey("", Metric.REPORTED)] == 1


def test_nothing_chosen_is_asked_for_and_counts_nothing(site: Site) -> None:
    page = site.guest.press(week(site), TELL, status=422)
    assert page.alert == "Wähle bei einer Sache aus, wie es lief."
    assert counted(site) == {}
    assert site.guest.press(page, TELL, ALL_THREE).status == 303


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_where_there_is_nothing_to_ask_a_link_leads_on(site: Site, method: str) -> None:
    """An answer is missing, or all is well."""

    def led(answers: dict[str, str]) -> Page:
        if method == "GET":
            page = site.guest.get(f"/quiz/woche?{urlencode(answers)}", status=303)
        else:
            page = site.guest.post("/quiz/woche", {"antworten": urlencode(answers), **ALL_THREE})
        return site.guest.get(page.location)

    answers = full_answers(site.context)
    del answers["ziel"]
    page, question = led(answers), site.context.catalogue.quiz.find_question("ziel")
    assert question is not None
    assert page.heading == question.text
    assert [one[:30] for one in page.notices] == ["Zu deinem Link fehlen Antworte"]
    assert led({}).notices == page.notices
    well = full_answers(site.context, at=0)
    assert led(well).heading == findings(site.context.catalogue, well).outcome.headline
    assert CounterKey("", Metric.REPORTED) not in counted(site)


def waiting(site: Site) -> int:
    with site.context.database.read() as session:
        return session.query(DbFollowUp).count()


def test_the_box_is_not_ticked_and_stays_as_it_was(site: Site) -> None:
    page = site.guest.get(result(full_answers(site.context)))
    assert "nachfrage" in page.form("email").names
    assert "nachfrage" not in dict(page.form("email").fields)
    assert CONSENT_WORDING in page.text
    wrong = site.guest.press(page, SEND, {"email": "aenne", "nachfrage": "y"}, status=422)
    assert dict(wrong.form("email").fields)["nachfrage"] == "y"
    site.guest.press(page, SEND, {"email": "otto@gast.example"})
    assert waiting(site) == 0
    site.guest.press(wrong, SEND, {"email": "aenne@gast.example"})
    assert waiting(site) == 1


def test_the_link_in_the_letter_ends_it_by_a_button_and_not_by_itself(site: Site) -> None:
    page = site.guest.get(result(full_answers(site.context)))
    site.guest.press(page, SEND, {"email": "aenne@gast.example", "nachfrage": "y"})
    (link,) = (one for one in read(letters(site.context)[0]).links if "/nachfrage/" in one)
    page = site.guest.get(urlsplit(link).path)
    assert "Am Montag, 9. März 2026, frage ich dich einmal" in page.text
    assert waiting(site) == 1
    for _ in range(2):
        after = site.guest.get(site.guest.press(page, "Nicht nachfragen").location)
        assert (after.heading, waiting(site)) == ("Es wird nicht nachgefragt", 0)
    wrong = site.guest.get(f"{urlsplit(link).path}x", status=404)
    assert wrong.heading == "Dieser Link ist nicht vollständig"
