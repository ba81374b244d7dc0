"""What the free times cost in a full calendar: short versions of `make race`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog

from stadtfuehrer.services.office import Office
from tools.race.crowds import (
    crowd_inside,
    crowd_outside,
    drop_index,
    offices_with,
    quickest_answers,
)
from tools.race.town import fresh_database

ASKED = 8
ATTEMPTS = 4


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


def once_undisturbed(
    offices: Mapping[int, Office], law: Callable[[Mapping[int, float]], bool]
) -> bool:
    """Whether page and frei.json keep a law about seconds by size, in one of a few attempts.

    A neighbour's noise may spoil one; what is slow of itself spoils all.
    """
    return any(
        all(map(law, quickest_answers(offices, rounds=ASKED).values())) for _ in range(ATTEMPTS)
    )


def test_bookings_outside_the_shown_stretch_cost_nothing_and_much_without_the_index(
    tmp_path: Path, make_url: Callable[[str], str], stack: ExitStack
) -> None:
    sizes = (0, 100_000)
    offices = offices_with(stack, tmp_path, {size: make_url(f"outside_{size}") for size in sizes})
    for size, office in offices.items():
        crowd_outside(office.database, size)
    assert once_undisturbed(offices, lambda its: its[100_000] / its[0] < 1.5)

    drop_index(offices[100_000].database)
    assert not once_undisturbed(offices, lambda its: its[100_000] / its[0] < 1.5)


def test_ten_times_the_bookings_inside_cost_about_ten_times_as_much_more(
    tmp_path: Path, make_url: Callable[[str], str], stack: ExitStack
) -> None:
    sizes = none, some, many = 0, 500, 5_000
    offices = offices_with(stack, tmp_path, {size: make_url(f"inside_{size}") for size in sizes})
    for size, office in offices.items():
        crowd_inside(office.database, size)
    # Quadratic would be 100.
    assert once_undisturbed(
        offices, lambda its: 3 < (its[many] - its[none]) / (its[some] - its[none]) < 20
    )
