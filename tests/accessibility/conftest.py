"""An exhibition of all pages for the tests of this folder, and a browser that has axe with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sights.exhibition import opened_exhibition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sights.exhibition import Exhibition


@pytest.fixture(scope="session")
def exhibition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    """Give all pages in all their states."""
    with opened_exhibition(tmp_path_factory.mktemp("exhibition") / "instance") as opened:
        yield opened
