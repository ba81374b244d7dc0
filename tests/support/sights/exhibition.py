"""The site as an exhibition: every page in every state, rendered once, to be seen in a browser."""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from sqlalchemy import delete
from werkzeug.serving import WSGIRequestHandler, make_server

from stadtfuehrer.database.base import Base
from stadtfuehrer.web import init_context
from tests.support.contexts import NO_LIMITS, NOW, Clock, opened_context
from tests.support.guest import Guest
from tests.support.lines import APPENDED
from tests.support.neighbour import Demonstration, Neighbour
from tests.support.page_rules import ORIGIN
from tests.support.pages import Page
from tests.support.sights import (
    agenda,
    booked,
    booking,
    check_ins,
    dialogue,
    figures,
    leads,
    office,
    pending,
    postfach,
    public,
    quiz,
    shown,
    voices,
)
from tests.support.sights.sight import Sight
from tools.provision.site import free_port

ROOMS: dict[str, dict[str, Sight]] = {
    "public": public.SIGHTS,
    "quiz": quiz.SIGHTS,
    "shown": shown.SIGHTS,
    "booking": booking.SIGHTS,
    "booked": booked.SIGHTS,
    "pending": pending.SIGHTS,
    "dialogue": dialogue.SIGHTS,
    "check-ins": check_ins.SIGHTS,
    "postfach": postfach.SIGHTS,
    "office": office.SIGHTS,
    "agenda": agenda.SIGHTS,
    "leads": leads.SIGHTS,
    "figures": figures.SIGHTS,
    "voices": voices.SIGHTS,
}
SIGHTS = {name: sight for room in ROOMS.values() for name, sight in room.items()}
ONE_OF_EACH = [
    *("public /", "public /angebot/marketingberatung", "quiz question without an answer"),
    *("result wrong address", "times elsewhere", "form just gone", "booked", "postfach"),
    *("office devices", "office day", "ask as a letter", "asked, answered"),
]
"""One of each kind of page: colours come from style sheets, not from what is said."""
_FRAMED = re.compile(r'<iframe [^>]*src="([^"]+)"')
_SHOWN = "/ausgestellt/"
# As a page is shown again, it has no business with what was said about its sending.
_OF_ITS_SENDING = frozenset({"content-length", "connection", "etag", "location", "set-cookie"})


class _Visitor(Guest):
    def check(self, page: Page) -> None:
        """Look at nothing but the status: the tests of the pages check them one by one."""


class _Neighbour(_Visitor, Neighbour):
    """The same, with the key to the postfach."""


class Exhibition:
    """Shows each sight under an address of its own; everywhere else the site itself answers."""

    def __init__(self, site: Demonstration, address: str) -> None:
        # A page costs ten times as much with every check of theirs.
        site.guest, site.neighbour = _Visitor(app=site.app), _Neighbour(app=site.app)
        self.site = site
        self.address = address
        self._pages: dict[str, Page] = {}
        """By the path under which a browser finds them."""

    def page(self, name: str) -> Page:
        """The page of this name."""
        path = _SHOWN + name
        if path not in self._pages:
            self.empty()
            page = self._pages[path] = SIGHTS[name](self.site)
            # Its letter is gone when the next sight is prepared.
            for framed in _FRAMED.findall(page.body.decode()):
                self._pages[framed] = self.site.neighbour.get(framed)
        return self._pages[path]

    def show(self, name: str) -> str:
        """The address at which a browser sees the page of this name."""
        self.page(name)
        return f"{self.address}{_SHOWN}{quote(name, safe='')}"

    def empty(self) -> None:
        """Let the site be as on its first day: no booking, no letter, nothing counted."""
        site = self.site
        site.clock.now = NOW
        with site.context.database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
        for letter in site.folder.glob("*"):
            letter.unlink()
        # A context of its own, to which nothing that was looked up before belongs.
        init_context(site.app, replace(site.context), site.clock)

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a browser's request."""
        page = self._pages.get(environ["PATH_INFO"].encode("latin-1").decode())
        if page is None:
            return self.site.app(environ, start_response)
        headers = [pair for pair in page.headers.items() if pair[0] not in _OF_ITS_SENDING]
        start_response("200 OK", headers)
        return [page.body]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""


@contextmanager
def opened_exhibition(folder: Path) -> Iterator[Exhibition]:
    """Open one in an instance folder, and close it after the block."""
    settings = {"url": f'"{ORIGIN}"', **NO_LIMITS}
    database = f"sqlite:///{folder / 'test.db'}"
    with opened_context(
        folder, database, changes=settings, appended=APPENDED + booking.QUESTIONS
    ) as context:
        clock = Clock()
        site = Demonstration(context=context, clock=clock, folder=folder / "postfach")
        port = free_port()
        exhibition = Exhibition(site, f"http://127.0.0.1:{port}")
        server = make_server(
            "127.0.0.1", port, exhibition.answer, threaded=True, request_handler=_Silent
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield exhibition
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="session", name="exhibition")
def the_exhibition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    """Give all pages in all their states, one exhibition for each worker."""
    with opened_exhibition(tmp_path_factory.mktemp("exhibition") / "instance") as opened:
        yield opened
