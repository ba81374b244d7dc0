"""Counting in a real browser: whatever a visitor presses, a run is one run."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys import steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.town import Town
    from tests.support.browsers import OpenPage

BUTTON = "Ergebnis ansehen"
RESULT = "Woran es liegt"


def counted(town: Town, what: str) -> int:
    """The sum over all counters of this sort."""
    database = town.postfach.parent / "stadtfuehrer.db"
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT coalesce(sum(number), 0) FROM tally WHERE what = ?"
        number: int = connection.execute(query, (what,)).fetchone()[0]
    return number


def finish(page: Page) -> None:
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", name=RESULT)).to_be_visible()


def test_each_page_and_the_run_are_counted_and_nothing_is_left(page: Page, town: Town) -> None:
    shown, finished = counted(town, "shown"), counted(town, "finished")
    page.goto(f"{town.address}/quiz")
    steps.take_quiz(page)
    finish(page)
    page.reload()
    expect(page.get_by_role("heading", name=RESULT)).to_be_visible()
    assert counted(town, "finished") == finished + 1
    last_moment = time.monotonic() + 10
    while counted(town, "shown") != shown + steps.QUESTIONS + 1:
        assert time.monotonic() < last_moment, counted(town, "shown") - shown
        time.sleep(0.1)


def test_a_double_click_counts_once(page: Page, town: Town) -> None:
    finished = counted(town, "finished")
    page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
    page.get_by_role("button", name=BUTTON).dblclick()
    expect(page.get_by_role("heading", name=RESULT)).to_be_visible()
    assert counted(town, "finished") == finished + 1


def test_back_and_once_more_counts_once(open_page: OpenPage, town: Town) -> None:
    finished = counted(town, "finished")
    with open_page() as page:
        page.goto(f"{town.address}/quiz?{steps.KEPT_ANSWERS}")
        finish(page)
        page.go_back()
        assert len(steps.answers_on_check_page(page)) == steps.QUESTIONS
        finish(page)
        page.go_back()
        page.get_by_role("link", name="Ändern").first.click()
        steps.answer(page, 0)
        finish(page)
        steps.leaves_no_trace(page)
    assert counted(town, "finished") == finished + 1
