"""Who is signed in, on which device, where a link may lead, which day is one."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from stadtfuehrer.text.formatting import find_date

LINK_HOLDS = timedelta(minutes=15)

SIGNED_IN_FOR = timedelta(days=30)

OPEN_LINKS = 3
"""So many links of one address are open at once; whoever asks for more has one in the mailbox."""

_OWN_PATH = re.compile(r"/buero(/[A-Za-z0-9._~/?=&%+-]*)?")

_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome")),
    ("Safari", "Safari"),
)
"""The first that is found: nearly all of them also say that they are Chrome, or Safari."""

_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser on which somebody is signed in; ``seen_on`` is a day of the consultant's zone."""

    id: int
    address: str
    name: str
    since: datetime
    seen_on: date


def device_in_words(user_agent: str) -> str:
    """„Chrome, Android“: enough to know one's own devices by."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or "Unbekanntes Gerät"


def own_path(path: str) -> str:
    """The path if it leads to a page of the office, else empty: nobody is sent anywhere else."""
    return path if _OWN_PATH.fullmatch(path) and ".." not in path else ""


def find_day(text: str) -> date | None:
    """A date written as 2026-12-02, in every zone and with days around it; None for others."""
    day = find_date(text)
    return day if day and MINYEAR < day.year < MAXYEAR else None
