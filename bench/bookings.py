"""Free times of the site under measurement, and bookings of them, ready to be sent."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from tools.provision.visitor import Visitor

KIND = "kennenlernen"


def booking_requests(visitor: Visitor, wanted: int) -> list[bytes]:
    """Fetch the forms of free times and return one ready request to book each.

    Raises ValueError when there are fewer free times than `wanted`.
    """
    # Not the first, whose notice may end while we measure, and not the last, see below.
    free = _free_forms(visitor)[1:-1]
    if len(free) < wanted:
        raise ValueError(f"only {len(free)} free times, {wanted} bookings wanted")
    return [_booking_request(visitor, path, number) for number, path in enumerate(free[:wanted])]


def last_form(visitor: Visitor) -> str:
    """Return the form's address for the last free time, which `booking_requests` leaves free."""
    return _free_forms(visitor)[-1]


def _free_forms(visitor: Visitor) -> list[str]:
    """Return the form's address for each free time of the default horizon of 60 days."""
    return [
        f"/termin/{KIND}/{start.astimezone(UTC):%Y%m%dT%H%M%SZ}" for start in _free_starts(visitor)
    ]


def free_as_json(first: date, last: date) -> str:
    """Return the address of the free times from one day to another, both included."""
    return f"/termin/{KIND}/frei.json?von={first}&bis={last}"


def freest_day(visitor: Visitor) -> date:
    """Return the day of the default horizon with the most free times, the first of several."""
    # Not the first of all: hours of notice may take from it while we measure.
    days = Counter(start.date() for start in _free_starts(visitor)[1:])
    return max(days, key=days.__getitem__)


def _free_starts(visitor: Visitor) -> list[datetime]:
    today = datetime.now(UTC).date()
    answer = visitor.get(free_as_json(today, today + timedelta(days=60)))
    return [datetime.fromisoformat(start) for start in json.loads(answer.body)["free"]]


def _booking_request(visitor: Visitor, path: str, number: int) -> bytes:
    page = visitor.get(path)
    (form,) = (form for form in page.forms() if form.method == "post")
    typed = {"name": "Änne Müller", "email": f"gast{number}@gast.example", "telefon": "030 555077"}
    body = urlencode(form.fields | typed).encode()
    head = (
        f"POST {form.action} HTTP/1.1\r\n"
        f"Host: {visitor.host}:{visitor.port}\r\n"
        f"Origin: {visitor.address}\r\n"
        "Sec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
