"""An instance folder with the shipped settings file, and what is wrong with a changed one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from stadtfuehrer.settings import EXAMPLE, FILE_NAME, load_settings
from stadtfuehrer.settings.errors import MistakesFound
from tests.support.settings_files import Mistakes, MistakesIn, Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write((old, new), …, appended="")`: the shipped file with these replacements, once each.

    Fails for an `old` that does not stand in the file, so that no test changes nothing.
    """

    def written(*changes: tuple[str, str], appended: str = "") -> Path:
        text = EXAMPLE.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / FILE_NAME
        path.write_text(f"{text}\n{appended}", "utf-8")
        return path

    return written


@pytest.fixture
def mistakes_in(tmp_path: Path) -> MistakesIn:
    """Place and reason of every mistake in the written file."""

    def found(environment: Mapping[str, str] | None = None) -> Mistakes:
        with pytest.raises(MistakesFound) as refusal:
            load_settings(tmp_path, environment or {})
        assert {one.file for one in refusal.value.mistakes} == {str(tmp_path / FILE_NAME)}
        return [(one.place, one.reason) for one in refusal.value.mistakes]

    return found
