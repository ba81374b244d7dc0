"""What people might say here, for an instance that somebody only tries out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from stadtfuehrer.content import validate
from stadtfuehrer.dialogue.model import Kind, Voice, consent_to_publish
from stadtfuehrer.settings.errors import parse_toml, read_text

_FILE = Path(__file__).with_name("examples.toml")

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    kind: Kind
    about: str
    days_ago: int
    name: str = ""
    text: str
    answer: str
    heard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ExamplesFile:
    voices: tuple[_Example, ...]


def load_examples(*, now: datetime) -> list[Voice]:
    """Questions and letters, answered and published."""
    read = validate(_FILE, _ExamplesFile, parse_toml(_FILE, read_text(_FILE)))
    return [_voice(one, number, now=now) for number, one in enumerate(read.voices, start=1)]


def _voice(one: _Example, number: int, *, now: datetime) -> Voice:
    said_at = now - one.days_ago * _A_DAY
    answered_at = said_at + _A_DAY
    return Voice(
        # It has no address, so no link is made of this.
        uid=f"beispiel-{number}",
        kind=one.kind,
        about=one.about,
        text=one.text,
        name=one.name,
        said_at=said_at,
        consent=consent_to_publish(one.kind, now=said_at),
        with_name=bool(one.name),
        answer=one.answer.strip(),
        answered_at=answered_at,
        published_at=answered_at,
        heard=one.heard,
        heard_at=answered_at if one.heard else None,
    )
