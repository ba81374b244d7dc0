"""Everything a service works with, joined once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from jinja2 import Environment

from stadtfuehrer.booking.slots import Kind, Rules
from stadtfuehrer.calendar.background import Background
from stadtfuehrer.content.catalogue import Catalogue
from stadtfuehrer.database import Database
from stadtfuehrer.database.remembered import Remembered
from stadtfuehrer.quiz.statistics import Others
from stadtfuehrer.refusals import UnknownKind
from stadtfuehrer.settings.schema import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AppContext:
    """What an instance is made of: settings, rules and texts, the database, templates, the secret.

    ``rules`` are the general ones; what a kind has of its own is in ``rules_of``. From ``secret``
    tokens, form keys and network hashes are derived; form keys by one of the ``old_secrets`` are
    still read. They are never shown and never logged. ``instance`` is the folder of it all.
    """

    instance: Path
    settings: Settings
    rules: Rules
    kind_rules: Mapping[str, Rules]
    kinds: tuple[Kind, ...]
    catalogue: Catalogue
    database: Database
    letter_templates: Environment
    secret: bytes
    old_secrets: tuple[bytes, ...] = ()
    calendar_reading: Background = field(default_factory=Background, init=False, compare=False)
    calendar_writing: Background = field(default_factory=Background, init=False, compare=False)
    hook_calling: Background = field(
        default_factory=partial(Background, "hooks"), init=False, compare=False
    )
    answers_of_others: Remembered[Others] = field(
        default_factory=Remembered, init=False, compare=False
    )
    usual_wait: Remembered[timedelta] = field(default_factory=Remembered, init=False, compare=False)

    def rules_of(self, kind_id: str) -> Rules:
        """The rules for a kind; the general ones for a kind that the settings know no more."""
        return self.kind_rules.get(kind_id, self.rules)

    def get_kind(self, kind_id: str) -> Kind:
        """The kind of consultation with this id. Raises UnknownKind."""
        for kind in self.kinds:
            if kind.id == kind_id:
                return kind
        raise UnknownKind
