"""The sample life, lived once, and each of its letters opened."""

import pytest

from tests.support.mailbag import Read, read
from tools.letters.life import Sample, sample_letters


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Give every letter of the life, in its order."""
    return sample_letters(tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="session")
def opened(samples: list[Sample]) -> dict[str, Read]:
    """Give the same letters as their readers see them, by the samples' names."""
    return {one.name: read(one.letter) for one in samples}
