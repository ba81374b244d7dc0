"""A neighbour who was given the key to the postfach."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from stadtfuehrer.app import create_app
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.parsed import parse_message
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import in_address
from tests.support.contexts import NOW, Clock, full_answers, in_berlin
from tests.support.guest import ALWAYS, Guest
from tests.support.pages import Page
from tests.support.sites import TYPED, Site

TOKEN = "Schluessel-der-Vorfuehrung"
START, LATER = in_berlin("2026-03-05 09:00"), in_berlin("2026-03-31 10:00")
KINDS = [
    *("bestaetigung", "einladung", "verschoben-gast", "verschoben-beratung"),
    *("absage-gast", "absage-beratung", "ergebnis"),
]
_POLICY = ALWAYS["content-security-policy"]
_LETTER_POLICY = re.compile(
    r"default-src 'none'; style-src 'unsafe-hashes'( 'sha256-[A-Za-z0-9+/]{43}=')+; "
    r"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    r"sandbox allow-top-navigation-by-user-activation"
)
_FILES = {"brief.eml": "message/rfc822", "einladung.ics": "text/calendar; charset=utf-8"}


@dataclass(kw_only=True)
class Neighbour(Guest):
    """Brings the cookie, and knows what the postfach's pages have beyond the others."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        brought = {"Cookie": f"postfach={TOKEN}", **(headers or {})}
        return super().ask(method, path, body=body, headers=brought)

    def check(self, page: Page) -> None:
        if page.route.endswith("/brief.html") and page.status == 200:
            # A letter is no page of the site; it has tests of its own.
            assert page.headers == self._expected_headers(page)
        else:
            super().check(page)

    def _expected_headers(self, page: Page) -> dict[str, str]:
        expected = super()._expected_headers(page)
        if page.status not in {200, 304} or not page.route.startswith("/postfach"):
            return expected
        last = page.route.rpartition("/")[2]
        if page.route == "/postfach":
            expected["etag"] = page.headers["etag"]
        elif last in _FILES:
            expected["content-type"] = _FILES[last]
            expected["content-disposition"] = page.headers["content-disposition"]
        elif last == "brief.html":
            assert _LETTER_POLICY.fullmatch(page.headers["content-security-policy"])
            expected["content-security-policy"] = page.headers["content-security-policy"]
            expected["x-frame-options"] = "SAMEORIGIN"
        else:
            expected["content-security-policy"] = f"{_POLICY}; frame-src 'self'"
        return expected


class Demonstration(Site):
    """A site whose letters are laid into a folder, and can be looked at."""

    def __init__(self, *, context: AppContext, clock: Clock, folder: Path) -> None:
        app: Flask = create_app(context, clock=clock, letters=folder, postfach_token=TOKEN)
        super().__init__(context=context, clock=clock, app=app)
        self.folder = folder
        self.neighbour = Neighbour(app=app)

    def deliver(self) -> None:
        """Lay into the folder whatever is due; a second passes."""
        deliver_due(
            self.context,
            FolderMailer(folder=self.folder, clock=self.clock),
            compose=compose,
            clock=self.clock,
        )
        self.clock.turn(seconds=1)

    def whole_life(self, **typed: str) -> None:
        """Book, move, cancel and ask for the quiz's result, each followed by its letters."""
        booked = self.guest.post(self.form_path(START), {**TYPED, **typed}).location
        self.deliver()
        self.guest.post(f"{booked}/verschieben", {"start": in_address(LATER)})
        self.deliver()
        self.guest.post(f"{booked}/absagen", {"grund": "Die Messe geht vor."})
        self.deliver()
        answers = "&".join(f"{key}={value}" for key, value in full_answers(self.context).items())
        result = self.guest.get(f"/quiz/ergebnis?{answers}")
        wanted = {"email": TYPED["email"], "nachfrage": "y"}
        self.guest.press(result, "Ergebnis schicken", wanted)
        self.deliver()

    def lay(self, subject: str, *, name: str = "") -> str:
        """Lay a letter with this subject to somebody of this name into the folder; its id."""
        mailbox = Mailbox(name=name, address="gast@gast.example")
        letter = Letter(
            kind=LetterKind.CONFIRMATION,
            recipient=mailbox,
            reply_to=mailbox,
            subject=subject,
            text="Guten Tag\n",
            html="<!doctype html><html lang=de><head><title>x</title></head><p>Guten Tag</p>",
        )
        message = as_message(letter, sender=mailbox, message_id="<1@gast.example>", date=NOW)
        self.folder.mkdir(exist_ok=True)
        letter_id = "20260302T080000.000000Z-bestaetigung-1"
        (self.folder / f"{letter_id}.eml").write_bytes(message)
        return letter_id

    def letter_ids(self) -> dict[str, str]:
        """The id of the last letter of each kind."""
        return {
            file.stem.split("-", 1)[1].rpartition("-")[0]: file.stem
            for file in sorted(self.folder.iterdir())
        }

    def look(self, path: str = "", *, status: int = 200) -> Page:
        """A page of the postfach; what stands in the letters keeps its own typography."""
        for file in self.folder.glob("*.eml"):
            self.neighbour.typed.update(parse_message(file.read_bytes()).text.splitlines())
        return self.neighbour.get(f"/postfach{path}", status=status)
