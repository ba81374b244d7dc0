"""Everything a service works with, joined once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadtfuehrer.domain.refusals import UnknownKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from stadtfuehrer.catalogue import Catalogue
    from stadtfuehrer.domain.slots import Kind, Rules
    from stadtfuehrer.settings import Settings
    from stadtfuehrer.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The consultant's office: rules and texts, the database, the letter paper and the seal."""

    settings: Settings
    rules: Rules
    """The general ones; what a kind has of its own is in ``rules_of``."""
    kind_rules: Mapping[str, Rules]
    kinds: tuple[Kind, ...]
    catalogue: Catalogue
    database: Database
    letter_paper: Environment
    secret: bytes
    """What tokens, form keys and network hashes are derived from; never shown, never logged."""

    def rules_of(self, kind_id: str) -> Rules:
        """The rules for a kind; the general ones for a kind that the settings know no more."""
        return self.kind_rules.get(kind_id, self.rules)

    def get_kind(self, kind_id: str) -> Kind:
        """The kind of consultation with this id.

        Raises:
            UnknownKind.

        """
        for kind in self.kinds:
            if kind.id == kind_id:
                return kind
        raise UnknownKind
