"""The site under measurement: its instance, its addresses, and bookings ready to be sent."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from tests.provision.site import change_settings, free_port, running, untouched_environment
from tests.provision.visitor import Answer, Visitor

PROGRAMS = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
WORKERS = 2
KIND = "kennenlernen"

# Room for all bookings, and no limit that would refuse them. A booking keeps its nine cells.
ALWAYS_OPEN = {
    **dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        '["00:00-23:45"]',
    ),
    "subdivision": '""',
    "step": "45",
    "per_day": "0",
    "minimum_seconds": "0",
    "posts_per_hour": "0",
    "bookings_per_address": "0",
}


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Visitor, Visitor, Path]]:
    """Run hello and the site under granian with two workers; yield both and the instance."""
    instance = folder / "instance"
    stadtfuehrer = str(PROGRAMS / "stadtfuehrer")
    subprocess.run(
        [stadtfuehrer, "init"],
        check=True,
        cwd=folder,
        env=untouched_environment(),
        stdout=subprocess.DEVNULL,
    )
    change_settings(instance, ALWAYS_OPEN)
    ports = free_port(), free_port()
    hello = [str(PROGRAMS / "granian"), "--interface", "wsgi", "--workers", str(WORKERS)]
    hello += [
        "--port",
        str(ports[0]),
        "--log-level",
        "warning",
        "--working-dir",
        str(ROOT),
        "bench.hello:app",
    ]
    site = [stadtfuehrer, "web", "--port", str(ports[1]), "--workers", str(WORKERS)]
    with ExitStack() as stack:
        yield (
            stack.enter_context(running(hello, port=ports[0], cwd=folder)),
            stack.enter_context(running(site, port=ports[1], cwd=folder)),
            instance,
        )


def answered_quiz(visitor: Visitor) -> tuple[str, str]:
    """Walk the quiz, taking each first option; return a question's and the result's address."""
    path, question = "/quiz", "/quiz"
    while True:
        answer = visitor.get(path)
        if answer.status in {302, 303}:
            path = answer.headers["location"]
            continue
        if path.startswith("/quiz/ergebnis?"):
            return question, path
        path, question = _next_step(visitor, answer), path


def _next_step(visitor: Visitor, answer: Answer) -> str:
    for form in answer.forms():
        radios = [
            control for control in answer.document().iter("input") if control.get("type") == "radio"
        ]
        if radios:
            chosen = {radios[0].get("name", ""): radios[0].get("value", "")}
            return f"{form.action}?{urlencode(form.fields | chosen)}"
        if form.action == "/quiz/fertig":
            return visitor.post(form.action, form.fields).headers["location"]
    raise LookupError(f"no way on from {answer.path}")


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
    today = datetime.now(UTC).date()
    path = f"/termin/{KIND}/frei.json?von={today}&bis={today + timedelta(days=60)}"
    starts = [datetime.fromisoformat(start) for start in json.loads(visitor.get(path).body)["free"]]
    return [f"/termin/{KIND}/{start.astimezone(UTC):%Y%m%dT%H%M%SZ}" for start in starts]


def _booking_request(visitor: Visitor, path: str, number: int) -> bytes:
    page = visitor.get(path)
    (form,) = (form for form in page.forms() if form.method == "post")
    typed = {"name": "Änne Müller", "email": f"gast{number}@gast.example"}
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
