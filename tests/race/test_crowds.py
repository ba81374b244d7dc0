"""What the free times cost in a full calendar: short versions of `make race`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import structlog
from tests.race.crowds import (
    PATHS,
    crowd_inside,
    crowd_outside,
    drop_index,
    offices_with,
    quickest_answers,
)
from tests.race.town import fresh_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ASKED = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def make_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give a way to get an empty database, once for each kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield lambda name: f"sqlite:///{tmp_path / name}.db"
        else:
            running = request.getfixturevalue("postgresql_url")
            yield lambda name: stack.enter_context(fresh_database(running, name))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    # Each request's own log line would cost more than what is measured.
    with ExitStack() as stack, structlog.testing.capture_logs():
        yield stack


def test_bookings_outside_the_shown_stretch_cost_nothing_and_much_without_the_index(
    tmp_path: Path, make_url: Callable[[str], str], stack: ExitStack
) -> None:
    sizes = (0, 100_000)
    offices = offices_with(stack, tmp_path, {size: make_url(f"outside_{size}") for size in sizes})
    for size, office in offices.items():
        crowd_outside(office.database, size)
    found = quickest_answers(offices, rounds=ASKED)
    assert {page: found[page][100_000] / found[page][0] < 1.5 for page in found} == dict.fromkeys(
        PATHS, True
    )

    drop_index(offices[100_000].database)
    slow = quickest_answers(offices, rounds=ASKED)
    assert {page: slow[page][100_000] / slow[page][0] > 2 for page in slow} == dict.fromkeys(
        PATHS, True
    )


def test_ten_times_the_bookings_inside_cost_about_ten_times_as_much_more(
    tmp_path: Path, make_url: Callable[[str], str], stack: ExitStack
) -> None:
    sizes = none, some, many = 0, 500, 5_000
    offices = offices_with(stack, tmp_path, {size: make_url(f"inside_{size}") for size in sizes})
    for size, office in offices.items():
        crowd_inside(office.database, size)
    for seconds in quickest_answers(offices, rounds=ASKED).values():
        # Quadratic would be 100.
        assert 3 < (seconds[many] - seconds[none]) / (seconds[some] - seconds[none]) < 25
