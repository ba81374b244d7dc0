"""What the postfach says of a letter, of its time and of its invitation."""

from datetime import datetime
from zoneinfo import ZoneInfo

from stadtfuehrer.mail.parsed import Correspondent, Effect, ParsedInvitation
from stadtfuehrer.text.formatting import clock_in_words, date_in_words, when_in_words
from stadtfuehrer.web import get_context

_UTC = ZoneInfo("UTC")

_KINDS = {
    "ergebnis": "Quiz-Ergebnis",
    "bestaetigung": "Bestätigung",
    "einladung": "Neuer Termin",
    "verschoben-gast": "Verschoben",
    "verschoben-beratung": "Verschoben",
    "absage-gast": "Absage",
    "absage-beratung": "Absage",
    "frei-geworden": "Wieder etwas frei",
    "erinnerung": "Erinnerung",
    "danke": "Dank danach",
    "rueckmeldung": "Rückmeldung",
}

_EFFECTS = {
    Effect.NEW: "Trägt den Termin in den Kalender ein.",
    Effect.REPLACES: "Ersetzt den Eintrag, der schon im Kalender steht.",
    Effect.CANCELS: "Nimmt den Eintrag aus dem Kalender.",
}

_CARRIED = {
    Effect.NEW: "mit Einladung",
    Effect.REPLACES: "mit geänderter Einladung",
    Effect.CANCELS: "nimmt die Einladung zurück",
}


def kind_in_words(kind: str) -> str:
    """What the letter is for."""
    return _KINDS.get(kind, "Brief")


def carried_in_words(parsed_invitation: ParsedInvitation) -> str:
    """What comes with the letter."""
    return _CARRIED[parsed_invitation.effect]


def effect_in_words(parsed_invitation: ParsedInvitation) -> str:
    """What the invitation does in a calendar."""
    return _EFFECTS[parsed_invitation.effect]


def moment_in_words(instant: datetime) -> str:
    """„Montag, 2. März 2026, 09:00 Uhr“, by the consultant's clocks."""
    zone = get_context().rules.zone
    day = date_in_words(instant.astimezone(zone).date())
    return f"{day}, {clock_in_words(instant, zone)} Uhr"


def times_in_words(parsed_invitation: ParsedInvitation) -> tuple[str, str]:
    """The invitation's time by the consultant's clocks, and as it stands in the file."""
    here = when_in_words(parsed_invitation.start, parsed_invitation.end, get_context().rules.zone)
    there = when_in_words(parsed_invitation.start, parsed_invitation.end, _UTC)
    return str(here), f"{there.date}, {there.clock} (UTC)"


def correspondent_in_words(one: Correspondent) -> str:
    """„Änne Müller <aenne@gast.example>“, or the address alone."""
    return f"{one.name} <{one.address}>" if one.name else one.address
