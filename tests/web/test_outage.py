"""While nothing can be written: every form comes back with what was typed, pages go on."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlencode

import pytest

from stadtfuehrer.database import Database
from stadtfuehrer.text.formatting import in_address
from tests.support.contexts import full_answers, in_berlin
from tests.support.lines import nothing_free
from tests.support.pages import Page
from tests.support.sites import TYPED, OpenSite, Site
from tests.support.stored import NOTHING, counts

START, OTHER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-06 11:00")
SENTENCE = "Das liegt nicht an dir"


@pytest.fixture
def impatient_site(open_site: OpenSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that waits for 0.2 s where it usually does for five."""
    begin = Database.begin
    patience = {"patience": 0.2}
    monkeypatch.setattr(Database, "begin", lambda self, **_given: begin(self, **patience))
    site = open_site({"posts_per_hour": "1000"})
    with nothing_free(site, "stadtrundgang"):  # so that one can wait for it
        yield site


@contextmanager
def locked(site: Site) -> Iterator[None]:
    with open(f"{site.context.database.file}.lock", "w") as file:  # noqa: PTH123 - no Path yet
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def booking_form(site: Site) -> tuple[str, Mapping[str, str]]:
    return site.form_path(START), TYPED


def waiting_form(_site: Site) -> tuple[str, Mapping[str, str]]:
    return "/termin/stadtrundgang/warten", {"email": "aenne@gast.example"}


def cancel_form(site: Site) -> tuple[str, Mapping[str, str]]:
    return f"/buchung/{site.book(OTHER)}/absagen", {"grund": "Ich liege im Bett."}


def move_form(site: Site) -> tuple[str, Mapping[str, str]]:
    start = in_address(START)
    return f"/buchung/{site.book(OTHER)}/verschieben?start={start}", {"start": start}


def result_form(site: Site) -> tuple[str, Mapping[str, str]]:
    typed = {"email": "aenne@gast.example", "name": "Änne"}
    return f"/quiz/ergebnis?{urlencode(full_answers(site.context))}", typed


def feedback_form(site: Site) -> tuple[str, Mapping[str, str]]:
    token, site.clock.now = site.book(OTHER), in_berlin("2026-03-06 13:00")
    return f"/buchung/{token}/rueckmeldung", {"zufrieden": "teils", "worte": "Zu kurz."}


def question_form(_site: Site) -> tuple[str, Mapping[str, str]]:
    return "/frage", {"frage": "Was kostet das?", "name": "Änne", "email": "aenne@gast.example"}


def form_with(page: Page, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A button of the form that has these fields, and what it would send untouched."""
    (form,) = (one for one in page.forms() if set(fields) <= one.names)
    button = next(iter(form.buttons))
    return button, dict(form.filled(button, {})[1])


@pytest.mark.parametrize(
    "prepared",
    [
        *(booking_form, waiting_form, cancel_form, move_form, result_form, feedback_form),
        question_form,
    ],
    ids=lambda one: one.__name__,
)
def test_a_form_comes_back_with_everything_typed_and_is_taken_later(
    impatient_site: Site, prepared: Callable[[Site], tuple[str, Mapping[str, str]]]
) -> None:
    site = impatient_site
    path, fields = prepared(site)
    form = site.guest.get(path)
    before = rows(site)
    with locked(site):
        page = site.guest.press(form, form_with(form, fields)[0], fields, status=503)
        assert SENTENCE in page.text
        assert page.headers["retry-after"] == "60"
    assert rows(site) == before
    button, shown = form_with(page, fields)
    assert {name: shown[name].replace("\r\n", "\n") for name in fields} == fields
    site.guest.press(page, button)
    assert rows(site) != before


def rows(site: Site) -> str:
    """All that the database holds."""
    with closing(sqlite3.connect(str(site.context.database.file))) as connection:
        return "\n".join(connection.iterdump())


def test_pages_go_on_while_forms_wait(impatient_site: Site) -> None:
    site = impatient_site
    site.guest.get("/termin/kennenlernen")
    with locked(site), ThreadPoolExecutor(3) as threads:
        began = time.monotonic()
        posts = [threads.submit(site.guest.ask, "POST", site.form_path(START)) for _ in range(30)]
        # Three threads serve; a page has to wait in line behind thirty forms, each for 0.2 s once.
        page = threads.submit(site.guest.get, "/termin/kennenlernen").result()
        assert time.monotonic() - began < 3
        assert page.status == 200
        assert {one.result().status for one in posts} == {503}
    assert counts(site.context) == NOTHING


def test_health_says_that_nothing_can_be_written(impatient_site: Site) -> None:
    site = impatient_site
    with locked(site):
        page = site.guest.get("/healthz", status=503)
        assert page.body == b"database cannot be written\n"
    assert site.guest.get("/healthz").body == b"ok\n"
    file = site.context.database.file
    assert file is not None
    away = file.rename(file.with_name("weg.db"))
    site.guest.get("/healthz", status=503)
    site.guest.post(site.form_path(START), TYPED, status=503)
    away.rename(file)
    assert site.guest.get("/healthz").body == b"ok\n"
    site.guest.post(site.form_path(START), TYPED)
