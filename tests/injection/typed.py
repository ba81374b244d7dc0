"""What a visitor types over their whole life with the site, and how it is compared."""

import os
import unicodedata
from dataclasses import asdict, dataclass

import idna

EXAMPLES = int(os.environ.get("INJECTION_EXAMPLES", "0"))
"""How hard to look: `INJECTION_EXAMPLES=10000` types about so many values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Every field of every form that a letter could come of; these values are harmless.

    Each word is one that no letter has of itself, so that it can be found in them again.
    """

    name: str = "Nnamee"
    email: str = "eemaill@gast.example"
    firma: str = "Ffirmaa"
    telefon: str = "+49 30 5550 77"
    anliegen: str = "Aanliegenn"
    grund: str = "Ggrundd"
    worte: str = "Wwortee"
    result_name: str = "Rnamee"
    result_email: str = "rresultt@gast.example"
    waiting_email: str = "wwaitingg@gast.example"
    zone: str = "Asia/Kathmandu"
    angebot: str = "marketingberatung"
    zufrieden: str = "eher"
    start: str = "20260306T100000Z"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


HARMLESS = Typed()
ADDRESSES = ("email", "result_email", "waiting_email")
LINES = ("name", "firma", "result_name")
TEXTS = ("anliegen", "grund", "worte")

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Hangul's fillers and Braille's empty pattern, which are letters and signs by category only."""


def seen_of(value: str) -> str:
    """Letters, digits and signs of a value: these must survive every refusal."""
    return "".join(
        one for one in value if unicodedata.category(one)[0] in "LNPS" and one not in _BLANKS
    )


def in_one_piece(text: str) -> str:
    """The text without white space, which letters lay out as they like."""
    return "".join(text.split())


def as_the_dns_knows_it(address: str) -> str:
    """The address with its domain as A-labels, by a library that letters have nothing to do with.

    Raises idna.IDNAError for a domain that cannot be one (RFC 5891, UTS 46).
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True, transitional=False).decode()}"
