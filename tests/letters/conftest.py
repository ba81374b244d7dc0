"""The sample life, lived once, and each of its letters opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.mailbag import read
from tools.letters.life import sample_letters

if TYPE_CHECKING:
    from tests.support.mailbag import Read
    from tools.letters.life import Sample


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Give every letter of the life, in its order."""
    return sample_letters(tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="session")
def opened(samples: list[Sample]) -> dict[str, Read]:
    """Give the same letters as their readers see them, by the samples' names."""
    return {one.name: read(one.letter) for one in samples}
