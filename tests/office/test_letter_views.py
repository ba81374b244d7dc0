"""The outbox as the consultant sees it: what failed first, why, and another try."""

import pytest
from sqlalchemy import insert, select, update

from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.office.letters import A_PAGE
from tests.support.contexts import NOW, in_berlin
from tests.support.office import OfficeGuest, signed_in
from tests.support.pages import Page
from tests.support.sites import Site
from tests.support.statements import statements

NO = "Der Mailserver mail.example:587 nimmt für diesen Empfänger nichts an (550 5.1.1 unknown)."
TOMORROW = in_berlin("2026-03-05 09:00")


def failed(site: Site, kind: LetterKind = LetterKind.CONFIRMATION) -> int:
    """Book, and let the mail server refuse a letter of that; its id."""
    site.book(TOMORROW)
    refused = {"state": State.FAILED, "error": NO, "message": b"x"}
    with site.context.database.begin() as session:
        change = update(DbLetter).where(DbLetter.kind == kind).values(refused)
        return session.scalars(change.returning(DbLetter.id)).one()


def add_letters(site: Site, number: int, *, state: State = State.SENT) -> None:
    """Letters about no booking."""
    row = {
        "kind": "ergebnis",
        "recipient": "",
        "state": state,
        "sent_at": NOW,
        "sequence": 0,
        "method": "",
        "sender": "",
        "message": b"",
        "facts": None,
        "error": "",
        "attempts": 1,
        "made_at": NOW,
        "due_at": NOW,
    }
    with site.context.database.begin() as session:
        session.execute(
            insert(DbLetter), [{**row, "message_id": f"<{state}{n}>"} for n in range(number)]
        )


def titles(page: Page) -> list[str]:
    return [" ".join("".join(one.itertext()).split()) for one in page.all("h2")]


@pytest.fixture
def guest(site: Site) -> OfficeGuest:
    return signed_in(site)


def test_what_failed_stands_first_with_its_reason_and_whom_to_call(
    site: Site, guest: OfficeGuest
) -> None:
    failed(site)
    add_letters(site, 2)
    page = guest.get("/buero/briefe")
    assert titles(page) == [
        *("Bestätigung: Änne Müller", "Neuer Termin: Änne Müller"),
        *("Testergebnis", "Testergebnis"),
    ]
    assert "1 kam nicht an." in page.text
    assert NO in page.text
    assert "Änne Müller weiß davon nichts. Ruf am besten an: +49 30 5550 77" in page.text
    assert page.text.count("Noch einmal versuchen") == 1


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        ("gescheitert", ["Bestätigung: Änne Müller"]),
        ("wartend", ["Neuer Termin: Änne Müller"]),
        ("verschickt", ["Testergebnis"]),
        ("quatsch", ["Bestätigung: Änne Müller", "Neuer Termin: Änne Müller", "Testergebnis"]),
    ],
)
def test_those_in_one_state(site: Site, guest: OfficeGuest, only: str, shown: list[str]) -> None:
    failed(site)
    add_letters(site, 1)
    assert titles(guest.get(f"/buero/briefe?nur={only}")) == shown


def test_a_letter_of_the_consultants_own_that_failed_blames_no_guest(
    site: Site, guest: OfficeGuest
) -> None:
    failed(site, LetterKind.INVITATION)
    page = guest.get("/buero/briefe")
    assert NO in page.text
    assert "weiß davon nichts" not in page.text


def test_another_try_makes_it_due_and_is_noted(site: Site, guest: OfficeGuest) -> None:
    letter_id = failed(site)
    site.clock.turn(hours=1)
    done = guest.press(guest.get("/buero/briefe?nur=gescheitert"), "Noch einmal versuchen")
    assert guest.get(done.location).notices == ["Der Brief ist wieder an der Reihe."]
    with site.context.database.read() as session:
        state, due_at = session.execute(
            select(DbLetter.state, DbLetter.due_at).where(DbLetter.id == letter_id)
        ).one()
    assert (state, due_at) == (State.WAITING, site.clock())
    noted = f"hat einen Brief noch einmal auf den Weg gebracht (Nr. {letter_id})"
    assert f"vera@stadtfuehrer.example {noted}" in guest.get("/buero/protokoll").text


def test_a_letter_that_was_sent_meanwhile_is_not_sent_again(site: Site, guest: OfficeGuest) -> None:
    failed(site)
    page = guest.get("/buero/briefe?nur=gescheitert")
    with site.context.database.begin() as session:
        session.execute(update(DbLetter).values(state=State.SENT))
    refused = guest.press(page, "Noch einmal versuchen", status=409)
    assert refused.heading == "Diesen Brief gibt es so nicht mehr"
    with site.context.database.read() as session:
        assert set(session.scalars(select(DbLetter.state))) == {State.SENT}


def test_a_long_list_has_pages(site: Site, guest: OfficeGuest) -> None:
    add_letters(site, A_PAGE + 1)
    first = guest.get("/buero/briefe?nur=verschickt")
    second = guest.get(first.link("Seite 2 →"))
    assert (len(titles(first)), len(titles(second))) == (A_PAGE, 1)
    assert second.link("← Seite 1") == "/buero/briefe?nur=verschickt"
    for misread in ("0", "-3", "x", "9" * 30):
        guest.get(f"/buero/briefe?seite={misread}")


def test_as_many_statements_with_a_thousand_letters_as_with_one(
    site: Site, guest: OfficeGuest
) -> None:
    counts = []
    for number in (1, 999):
        add_letters(site, number, state=State.SENT if number == 1 else State.WAITING)
        with statements(site) as sent:
            guest.get("/buero/briefe")
        counts.append(len(sent))
    assert counts == [3, 3]  # who is signed in, the page, the numbers


def test_no_letter_yet(guest: OfficeGuest) -> None:
    assert "Noch ist keiner geschrieben." in guest.get("/buero/briefe").text
