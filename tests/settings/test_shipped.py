"""The file that `stadtfuehrer init` writes: it starts, and it tells everything there is to set."""

import re
import tomllib
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic.fields import FieldInfo

from stadtfuehrer.settings import EXAMPLE, load_settings, schema

SECTIONS = {
    # Each shape's docstring begins with the header of its section, but for the whole file's.
    header[1]: shape
    for shape in vars(schema).values()
    if is_dataclass(shape) and (header := re.match(r"``(\[.+\])``", shape.__doc__ or ""))
}
EXAMPLES_OF_THEIR_OWN = {
    # What only the consultant can know is an example in the file and empty in the schema.
    *("phone", "street", "postcode", "city", "profession", "video_url", "authority"),
    *("tagline", "title"),
    *("subdivision", "closed_days", "description", "after", "choices", "why"),
    *("monday", "tuesday", "wednesday", "thursday", "friday"),
}


def schema_keys() -> list[tuple[str, str, object]]:
    """Every (section, key, default or MISSING) that a file may hold."""
    found: list[tuple[str, str, object]] = []
    for section, shape in SECTIONS.items():
        hints = get_type_hints(shape, include_extras=True)
        found += [
            (section, _written(field, hints[field.name]), _default(field))
            for field in fields(shape)
            # What a kind may keep for itself is written in one line, where it is written at all.
            if not _is_section(hints[field.name]) or field.default is None
        ]
    return found


def _is_section(annotation: Any) -> bool:
    inner = [annotation, *get_args(annotation)]
    inner += [deeper for one in inner for deeper in get_args(one)]
    return any(isinstance(one, type) and one in SECTIONS.values() for one in inner)


def _written(field: "Field[Any]", annotation: Any) -> str:
    extras = getattr(annotation, "__metadata__", ())
    aliases = [one.alias for one in extras if isinstance(one, FieldInfo) and one.alias]
    return aliases[0] if aliases else field.name


def _default(field: "Field[Any]") -> object:
    default = field.default
    if isinstance(default, FieldInfo):
        return MISSING if default.is_required() else default.default
    return default


def file_keys() -> dict[tuple[str, str], tuple[str, str]]:
    """(section, key) → (value as written, what explains it), commented-out examples included.

    A comment stands beside the key, above it, or beside or above its section's first header.
    """
    found: dict[tuple[str, str], tuple[str, str]] = {}
    section = above = ""
    of_section: dict[str, str] = {}
    for line in EXAMPLE.read_text("utf-8").splitlines():
        bare = line.removeprefix("# ")
        if header := re.fullmatch(r"(\[+[a-z.]+\]+)(?: +# (.*))?", bare):
            section = header[1]
            of_section.setdefault(section, header[2] or above)
        elif pair := re.fullmatch(r'(\w+) = ((?:"[^"]*"|[^#"])+?)(?:\s+# (.*))?', bare):
            comment = pair[3] or above or of_section[section]
            found.setdefault((section, pair[1]), (pair[2].strip(), comment))
        if line != "#":
            above = bare if line.startswith("# ") and not pair_or_header(bare) else ""
    return found


def pair_or_header(line: str) -> bool:
    return re.match(r"\w+ = |\[", line) is not None


def test_every_key_stands_in_the_file_and_no_other() -> None:
    assert len(SECTIONS) == 17
    assert {(section, key) for section, key, _ in schema_keys()} == set(file_keys())


@pytest.mark.parametrize(
    ("section", "key", "default"),
    [
        row
        for row in schema_keys()
        if row[2] not in {MISSING, None}
        and row[1] not in EXAMPLES_OF_THEIR_OWN
        and row[:2] != ("[[booking.kinds]]", "per_day")
    ],
    ids=str,
)
def test_a_key_stands_there_with_its_default(section: str, key: str, default: object) -> None:
    written, _ = file_keys()[section, key]
    if isinstance(default, tuple):
        assert tomllib.loads(f"it = {written}")["it"] == [*default]
    elif isinstance(default, bool):
        assert written == str(default).lower()
    else:
        assert written.strip('"') == str(default)


def test_every_key_is_explained_by_a_comment() -> None:
    assert [place for place, (_, comment) in file_keys().items() if not comment] == []


def test_it_is_a_complete_office(tmp_path: Path) -> None:
    settings = load_settings(EXAMPLE.parent, {})

    assert settings.site.url == "http://127.0.0.1:8000"
    assert [kind.id for kind in settings.booking.kinds] == [
        "kennenlernen",
        "stadtrundgang",
        "hausbesuch",
    ]
    assert settings.mail.transport == "folder"
    assert settings.database.url == f"sqlite:///{EXAMPLE.parent.resolve() / 'stadtfuehrer.db'}"


def test_the_commented_out_examples_are_right(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    examples = re.sub(r"^# (?=\[\[|\w+ = )", "", text, flags=re.MULTILINE)
    (tmp_path / EXAMPLE.name).write_text(examples, "utf-8")
    booking = load_settings(tmp_path, {}).booking

    assert [str(special.date) for special in booking.special] == ["2026-12-05"]
    assert [(str(one.first), str(one.last)) for one in booking.closed] == [
        ("2026-12-24", "2027-01-06")
    ]
    assert [[one.id for one in kind.questions] for kind in booking.kinds] == [
        ["teamgroesse"],
        [],
        [],
    ]
