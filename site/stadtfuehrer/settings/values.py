"""The kinds of value that the settings file knows, each with its own reading and refusals."""

import itertools
import re
from datetime import UTC, date, datetime
from ipaddress import IPv6Address, ip_address
from typing import Annotated
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from stadtfuehrer.booking.opening import Hours, YearlyDay
from stadtfuehrer.booking.slots import GRID_MINUTES
from stadtfuehrer.hooks.model import secret_key
from stadtfuehrer.text import Mailbox, ascii_domain
from stadtfuehrer.web.static import OWN_NAME

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which nothing travels through a network."""

_LONGEST_NIGHT = 12 * 60

_MIDNIGHT = 24 * 60

_HOOK_SECRET_BYTES = (24, 64)
"""What Standard Webhooks asks for."""

ROOM_PLACEHOLDERS = ("{random}", "{name}", "{date}")
"""What the address of a video room may have in it, to be made for each booking."""


def _hours(value: object) -> Hours:
    """Read „09:00-12:00“; an end before the start means the next morning, within reason."""
    if isinstance(value, Hours):
        return value
    found = re.fullmatch(r"(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)", str(value))
    if not found:
        raise ValueError(f"„{value}“ ist keine Öffnung wie „09:00-12:00“")
    h1, m1, h2, m2 = map(int, found.groups())
    start, end = h1 * 60 + m1, h2 * 60 + m2
    if start >= _MIDNIGHT or end > _MIDNIGHT:
        raise ValueError(f"„{value}“ enthält eine Uhrzeit, die es nicht gibt")
    if start % GRID_MINUTES or end % GRID_MINUTES:
        raise ValueError(f"„{value}“ liegt nicht auf dem Raster von {GRID_MINUTES} Minuten")
    if end <= start:
        end += _MIDNIGHT
        # A swapped pair would otherwise pass as a very long night.
        if end - start > _LONGEST_NIGHT:
            raise ValueError(
                f"„{value}“ läuft rückwärts (über Mitternacht wären das "
                f"{(end - start) / 60:g} Stunden, mehr als 12 sind nicht möglich)"
            )
    return Hours(start, end)


def _apart(openings: tuple[Hours, ...]) -> tuple[Hours, ...]:
    ordered = sorted(openings)
    for earlier, later in itertools.pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError("die Öffnungen überschneiden sich")
    return tuple(ordered)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"die Zeitzone „{value}“ gibt es nicht (Beispiel: Europe/Berlin)"
        ) from None


def _year_day(value: object) -> YearlyDay:
    """Read „12-24“, a day of each year."""
    if isinstance(value, YearlyDay):
        return value
    try:
        # A leap year, so that it may be the 29th of February.
        day = datetime.strptime(f"2024-{value}", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"„{value}“ ist kein Tag des Jahres wie „12-24“ (Monat-Tag)") from None
    return YearlyDay(day.month, day.day)


def _on_grid(value: int) -> int:
    if value % GRID_MINUTES:
        raise ValueError(f"muss ein Vielfaches von {GRID_MINUTES} sein")
    return value


def _address(value: str) -> str:
    try:
        address = validate_email(value, check_deliverability=False, test_environment=True)
        # Only plain addresses can be written to; that of a form is refused for the same reason.
        Mailbox(name="", address=address.normalized)
    except (EmailNotValidError, ValueError):
        raise ValueError(
            f"„{value}“ ist keine E-Mail-Adresse, an die sich schreiben lässt"
        ) from None
    return address.normalized


def _database_url(value: str) -> str:
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        # The address may hold a password, so what is wrong is said without quoting it.
        raise ValueError(
            "ist keine Adresse wie postgresql+psycopg://name:passwort@rechner:5432/datenbank"
        ) from None
    return value


def _calendar_url(value: str) -> str:
    """An address that a password or a secret may be sent to, or none."""
    if not value:
        return value
    # The address may be a secret itself, so what is wrong is said without quoting it.
    try:
        parts = urlsplit(re.sub(r"^webcals?://", "https://", value))
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise ValueError("ist keine Adresse, die mit https:// beginnt") from None
    if not is_whole or re.search(r"[\s#]", value):
        raise ValueError("ist keine Adresse, die mit https:// beginnt")
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        raise ValueError("beginnt mit http://; unverschlüsselt geht das nur auf diesem Rechner")
    if parts.username is not None:
        raise ValueError("enthält eine Anmeldung; die gehört nach calendar.username")
    return parts.geturl()


def _hook_url(value: str) -> str:
    if "@" in value.partition("://")[2].partition("/")[0]:
        raise ValueError("enthält eine Anmeldung; statt ihrer gilt die Unterschrift mit secret")
    parts = urlsplit(_calendar_url(value))
    try:
        is_public = ip_address(parts.hostname or "").is_global
    except ValueError:
        return value  # a name; where it leads is seen when it is called
    if not is_public and parts.hostname not in THIS_MACHINE:
        raise ValueError("liegt in einem privaten Netz; dorthin schickt die Seite nichts")
    return value


def _hook_secret(value: str) -> str:
    shortest, longest = _HOOK_SECRET_BYTES
    try:
        is_long_enough = shortest <= len(secret_key(value)) <= longest
    except ValueError:
        is_long_enough = False
    if not is_long_enough:
        raise ValueError(
            f"ist kein „whsec_“ mit {shortest} bis {longest} Bytes in Base64 dahinter; eines macht "
            '„echo "whsec_$(openssl rand -base64 32)"“'
        )
    return value


def _line(value: str) -> str:
    value = "".join(" " if category(one) == "Zs" else one for one in value)
    if not value.isprintable():
        raise ValueError("enthält einen Zeilenumbruch oder ein unsichtbares Zeichen")
    return value.strip()


def _root_url(value: str) -> str:
    """The address with its host as the DNS and the browser's Origin know it (A-labels)."""
    scheme, _, place = value.rstrip("/").partition("://")
    host = re.sub(r":[0-9]{1,5}$", "", place)
    port = place.removeprefix(host)
    try:
        name = f"[{IPv6Address(host[1:-1])}]" if host.startswith("[") else ascii_domain(host)
    except ValueError:
        raise ValueError(
            f"„{host}“ kann keine Seite im Internet heißen: Zwischen den Punkten gehen nur "
            "Buchstaben, Ziffern und Bindestriche, höchstens 63 Zeichen"
        ) from None
    return f"{scheme}://{name}{port}"


def _with_placeholders(value: str) -> str:
    for found in re.findall(r"\{[^{}]*\}|[{}]", value):
        if found not in ROOM_PLACEHOLDERS:
            known = ", ".join(ROOM_PLACEHOLDERS)
            raise ValueError(f"„{found}“ ist kein Platzhalter; möglich sind {known}")
    return value


def _like(pattern: str, reason: str) -> AfterValidator:
    """Refuse a text that is not as the pattern says; the reason may quote it as ``{}``."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(reason.format(value))
        return value

    return AfterValidator(check)


Text = Annotated[str, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Line = Annotated[Text, AfterValidator(_line)]
_FILLED = _like(r".+", "darf nicht leer sein")
FilledLine = Annotated[Line, _FILLED]
ShortLine = Annotated[Text, Field(max_length=60), AfterValidator(_line)]
Fact = Annotated[ShortLine, _FILLED]
Slug = Annotated[
    Text,
    Field(max_length=40),
    _like(
        r"[a-z0-9]+(-[a-z0-9]+)*",
        "„{}“ hat anderes als Kleinbuchstaben a–z, Ziffern und Bindestriche dazwischen",
    ),
]
Address = Annotated[Text, AfterValidator(_address)]
RootUrl = Annotated[
    Text,
    _like(
        r"https?://[^/?#@\s\\]+/?",
        "„{}“ ist keine Adresse wie https://stadtfuehrer.example, ohne Pfad dahinter",
    ),
    AfterValidator(_root_url),
]
RoomUrl = Annotated[
    Line,
    _like(r"(https://\S+)?", "„{}“ ist keine Adresse, die mit https:// beginnt"),
    AfterValidator(_with_placeholders),
]
OwnPicture = Annotated[
    Line,
    _like(
        f"({OWN_NAME})?",
        "„{}“ ist kein Bild im Ordner static: ohne Leerzeichen und Umlaute, mit einer Endung wie "
        ".jpg, .png, .webp oder .svg",
    ),
]
DatabaseUrl = Annotated[
    Text,
    _like(
        r"(sqlite:///|postgresql\+psycopg://)\S+",
        "beginnt weder mit sqlite:/// noch mit postgresql+psycopg://, oder enthält Leerraum",
    ),
    AfterValidator(_database_url),
]
CalendarUrl = Annotated[Line, AfterValidator(_calendar_url)]
FeedUrl = Annotated[FilledLine, AfterValidator(_calendar_url)]
HookUrl = Annotated[FilledLine, AfterValidator(_hook_url)]
HookName = Annotated[Text, Field(max_length=80), AfterValidator(_line)]
HookSecret = Annotated[Text, AfterValidator(_hook_secret)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
YearDay = Annotated[YearlyDay, BeforeValidator(_year_day)]
TomlDate = Annotated[date, Field(strict=True)]
Minutes = Annotated[int, Field(ge=0, le=_MIDNIGHT, strict=True), AfterValidator(_on_grid)]
Count = Annotated[int, Field(ge=0, strict=True)]
HourCount = Annotated[int, Field(ge=0, le=24 * 365, strict=True)]
DayCount = Annotated[int, Field(ge=1, le=730, strict=True)]
Openings = Annotated[tuple[Annotated[Hours, BeforeValidator(_hours)], ...], AfterValidator(_apart)]
