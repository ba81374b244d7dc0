"""What is said of content that is refused."""

from collections.abc import Callable

import pytest

from stadtfuehrer.settings.errors import MistakesFound


def mistakes_of(load: Callable[[], object]) -> list[tuple[str, str]]:
    """Place and reason of every mistake for which ``load`` refuses its file."""
    with pytest.raises(MistakesFound) as found:
        load()
    return [(one.place, one.reason) for one in found.value.mistakes]
