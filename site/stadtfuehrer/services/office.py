"""Everything a service works with, joined once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stadtfuehrer.domain.refusals import UnknownKind

if TYPE_CHECKING:
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
    kinds: tuple[Kind, ...]
    catalogue: Catalogue
    database: Database
    letter_paper: Environment
    secret: bytes
    """What tokens, form keys and network hashes are derived from; never shown, never logged."""

    def get_kind(self, kind_id: str) -> Kind:
        """The kind of consultation with this id.

        Raises:
            UnknownKind.

        """
        for kind in self.kinds:
            if kind.id == kind_id:
                return kind
        raise UnknownKind
