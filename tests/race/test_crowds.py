"""Speed of the free times and fairness of writers: short versions of `make race`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import structlog
from tests.race.crowds import (
    crowd_inside,
    crowd_outside,
    drop_index,
    offices_with,
    quickest_answers,
)
from tests.race.writers import Unordered, writers_turns
from tests.storage.racing import forking

from stadtfuehrer.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OUTSIDE = 100_000
INSIDE = (0, 500, 5_000)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.mark.parametrize("page", ["page", "frei.json"])
def test_bookings_outside_the_shown_stretch_cost_nothing(crowded: Callable[..., dict], page: str) -> None:
    ...
