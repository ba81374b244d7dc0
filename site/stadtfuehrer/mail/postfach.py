"""The postfach: letters that were saved into a folder instead of being sent, read and in words.

Everything here reads files and nothing else; whoever has no folder has no postfach.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from stadtfuehrer.mail.folder import SavedMessage, saved_in
from stadtfuehrer.mail.message import FOR_CONSULTANT
from stadtfuehrer.mail.parsed import (
    ParsedInvitation,
    ParsedMessage,
    parse_invitation,
    parse_message,
)
from stadtfuehrer.text.formatting import when_in_words

SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A letter that was opened and read; ``id`` is known to the postfach only."""

    id: str
    kind: str
    saved_at: datetime
    for_consultant: bool
    message: bytes
    read: ParsedMessage
    parsed_invitation: ParsedInvitation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """The newest letters, newest first, and how many older ones there are."""

    letters: tuple[Opened, ...]
    older: int


def state_of(folder: Path) -> str:
    """A digest that changes when a letter comes or goes; letters themselves never change."""
    names = "\n".join(saved.file.name for saved in saved_in(folder))
    return sha256(names.encode()).hexdigest()[:32]


def pile_in(folder: Path, *, most: int = SHOWN_AT_ONCE) -> Pile:
    """The newest letters, opened."""
    saved = saved_in(folder)
    opened = (_find_opened(one) for one in saved[:most])
    return Pile(
        letters=tuple(one for one in opened if one is not None), older=max(0, len(saved) - most)
    )


def find_letter(folder: Path, letter_id: str) -> Opened | None:
    """The letter of this id; the id is compared to those in the folder, and never opened."""
    for saved in saved_in(folder):
        if saved.file.stem == letter_id:
            return _find_opened(saved)
    return None


def _find_opened(saved: SavedMessage) -> Opened | None:
    try:
        message = saved.file.read_bytes()
    except FileNotFoundError:
        return None  # Somebody tidied up between looking and reading.
    read = parse_message(message)
    return Opened(
        id=saved.file.stem,
        kind=saved.envelope,
        saved_at=saved.saved_at,
        for_consultant=saved.envelope in FOR_CONSULTANT,
        message=message,
        read=read,
        parsed_invitation=parse_invitation(read.invitation) if read.invitation else None,
    )


_KINDS = {
    "ergebnis": "Testergebnis",
    "nachgefragt": "Nach einer Woche",
    "bestaetigung": "Bestätigung",
    "einladung": "Neuer Termin",
    "verschoben-gast": "Verschoben",
    "verschoben-beratung": "Verschoben",
    "absage-gast": "Absage",
    "absage-beratung": "Absage",
    "adresse": "Adresse bestätigen",
    "anfrage-gast": "Anfrage",
    "anfrage-beratung": "Neue Anfrage",
    "anfrage-absage": "Anfrage abgelehnt",
    "andrang": "Andrang",
    "frei-geworden": "Wieder etwas frei",
    "erinnerung": "Erinnerung",
    "danke": "Dank danach",
    "verpasst": "Verpasst, neue Zeit",
    "rueckmeldung": "Rückmeldung",
    "abgelehnt-gast": "Einladung abgelehnt",
    "abgelehnt-beratung": "Einladung abgelehnt",
    "unzustellbar": "Kam nicht an",
    "neue-adresse": "Neue Adresse",
    "kalender": "Kalender nicht lesbar",
    "kalender-termin": "Im Kalender geändert",
    "kalender-eintragen": "Kalender unklar",
    "anmelden": "Link ins Büro",
    "gefragt": "Dank fürs Fragen",
    "stimme": "Frage oder Leserbrief",
    "antwort": "Antwort",
    "veroeffentlicht": "Veröffentlicht",
    "wie-laeufts": "Wie es läuft",
}


def kind_in_words(kind: str) -> str:
    """What the letter is for."""
    return _KINDS.get(kind, "Brief")


def times_in_words(invitation: ParsedInvitation, zone: ZoneInfo) -> tuple[str, str]:
    """The invitation's time by clocks in the zone, and as it stands in the file."""
    here = when_in_words(invitation.start, invitation.end, zone)
    there = when_in_words(invitation.start, invitation.end, ZoneInfo("UTC"))
    return str(here), f"{there.date}, {there.clock} (UTC)"
