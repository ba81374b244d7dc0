"""What visitors ask for fills no memory: every cache that their words are keys of has an end."""

import gc
import logging
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from string import ascii_letters

import pytest

from tests.support.sites import Site

ENOUGH = 300
"""So many addresses that Python's own caches are full; what is kept of each more is counted."""

_chance = random.Random(1)  # noqa: S311


def _word() -> str:
    return "".join(_chance.choices(ascii_letters, k=40))


def _day() -> date:
    return date(2026, 1, 1) + timedelta(days=_chance.randrange(3000))


ADDRESSES: dict[str, Callable[[], str]] = {
    "free times as JSON": lambda: f"/termin/kennenlernen/frei.json?von={_day()}&bis={_day()}",
    "unknown words": lambda: f"/termin/kennenlernen/frei.json?{_word()}={_word()}",
    "questions": lambda: f"/quiz?orientierung=ja&{_word()}={_word()}",
    "nothing": lambda: f"/{_word()}",
    "static files": lambda: f"/static/{_word()}/css/site.css",
}


@pytest.fixture
def _nothing_logged() -> Iterator[None]:
    """What pytest keeps of the log is no memory of the site."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_nothing_logged")
@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_that_all_differ_leave_nothing_behind(site: Site, name: str) -> None:
    def blocks_after_asking() -> int:
        for _ in range(ENOUGH):
            site.guest.ask("GET", ADDRESSES[name]())
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after_asking()
    # A word that is kept is a block at least.
    assert blocks_after_asking() - before < ENOUGH / 2
