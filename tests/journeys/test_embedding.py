"""Quiz and free times in the page of another site: Chromium, two origins on two hosts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from stadtfuehrer.app import create_app
from stadtfuehrer.bootstrap import utc_now
from tests.support.browsers import CHROMIUM_ONLY, OpenPage
from tests.support.contexts import NO_LIMITS, opened_context
from tools.provision.site import free_port
from tools.until import until

WIDE = {"viewport": {"width": 1280, "height": 900}}


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: object) -> None:
        """Say nothing."""


class Sites:
    """The site, and the page of another one that shows ``body``."""

    def __init__(self) -> None:
        self.site = f"http://127.0.0.1:{free_port()}"
        self.other = f"http://localhost:{free_port()}"
        self.body = ""

    def snippet(self, path: str, label: str = "Freie Zeiten ansehen") -> None:
        self.body = (
            f'<p>Davor</p><a href="{self.site}{path}" data-stadtfuehrer>{label}</a>\n'
            f'<script src="{self.site}/einbetten.js" defer></script><p>Danach</p>'
        )

    def page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        html = f'<!doctype html><html lang="de"><title>Firma</title><h1>Firma</h1>{self.body}'
        return Response(html, mimetype="text/html")(environ, start_response)


@contextmanager
def _serving(app: WSGIApplication, address: str) -> Iterator[None]:
    port = int(address.rpartition(":")[2])
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    sites = Sites()
    folder: Path = tmp_path_factory.mktemp("embedding")
    changes = {"site.url": f'"{sites.site}"', "embed_on": f'["{sites.other}"]', **NO_LIMITS}
    url = f"sqlite:///{folder / 'test.db'}"
    with opened_context(folder / "instance", url, changes=changes) as context:
        app = create_app(context, clock=utc_now)
        with _serving(app, sites.site), _serving(sites.page, sites.other):
            yield sites


def fits(page: Page) -> None:
    """Wait until the frame is as high as its page."""
    # A page's Content-Security-Policy lets no function in that waits inside of it.
    (frame,) = (one for one in page.frames if "127.0.0.1" in one.url)
    until(lambda: frame.evaluate(_FITS), within=5, what="the frame does not fit")
    assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


_FITS = "innerHeight > 300 && Math.abs(innerHeight - document.body.offsetHeight) <= 1"


def framed(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


@CHROMIUM_ONLY
@pytest.mark.parametrize("width", [360, 1280])
def test_a_time_is_chosen_in_the_frame_and_booked_on_the_site(
    sites: Sites, open_page: OpenPage, width: int
) -> None:
    sites.snippet("/termin")
    with open_page(viewport={"width": width, "height": 800}) as page:
        page.goto(sites.other)
        fits(page)
        expect(page.get_by_role("link", name="Freie Zeiten ansehen")).to_be_hidden()
        assert page.locator("iframe").get_attribute("title") == "Freie Zeiten ansehen"
        framed(page).get_by_role("link", name="Freie Zeiten für: Kennenlerngespräch").click()
        expect(framed(page).get_by_role("heading", level=1)).to_have_text("Wann passt es dir?")
        fits(page)
        assert page.url == f"{sites.other}/"
        framed(page).locator(".times a").first.click()
        page.wait_for_url(f"{sites.site}/termin/kennenlernen/*")
        page.get_by_label("Dein Name").fill("Änne Müller")
        page.get_by_label("Deine E-Mail-Adresse").fill("aenne@gast.example")
        page.get_by_label("Unter welcher Nummer").fill("030 55507")
        page.get_by_role("button", name="Termin buchen").click()
        page.wait_for_url(f"{sites.site}/buchung/*")
        assert page.context.cookies() == []


@CHROMIUM_ONLY
def test_the_quiz_goes_on_to_its_result_in_the_frame(sites: Sites, open_page: OpenPage) -> None:
    sites.snippet("/quiz", "Wo stehst du?")
    with open_page(**WIDE) as page:
        page.goto(sites.other)
        fits(page)
        total = 0
        while framed(page).get_by_role("button", name="Weiter").count():
            fits(page)  # or it moves away from under the mouse
            framed(page).locator(".options label").first.click()
            expect(framed(page).locator(".options input").first).to_be_checked()
            was = framed(page).get_by_role("heading", level=1).inner_text()
            framed(page).get_by_role("button", name="Weiter").click()
            expect(framed(page).get_by_role("heading", level=1)).not_to_have_text(was)
            total += 1
        assert total > 4
        framed(page).locator(".options label").first.click()
        framed(page).get_by_role("button", name="Ergebnis").click()
        expect(framed(page).get_by_role("heading", name="Was das heißt")).to_be_visible()
        fits(page)
        assert page.url == f"{sites.other}/"


def test_what_others_say_changes_no_height(sites: Sites, open_page: OpenPage) -> None:
    sites.snippet("/termin")
    says = "<script>parent.postMessage({stadtfuehrer: 9}, `*`)</script>"
    sites.body += f"<iframe id=fremd srcdoc='{says}'></iframe>"
    with open_page(**WIDE) as page:
        page.goto(sites.other)
        fits(page)
        page.evaluate("() => postMessage({stadtfuehrer: 9}, '*')")
        fits(page)


@CHROMIUM_ONLY
def test_without_a_script_the_link_leads_to_the_site(sites: Sites, open_page: OpenPage) -> None:
    sites.snippet("/termin")
    with open_page(javascript=False, **WIDE) as page:
        page.goto(sites.other)
        page.get_by_role("link", name="Freie Zeiten ansehen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Wie wollen wir sprechen?")
        expect(page.get_by_role("banner")).to_be_visible()


@CHROMIUM_ONLY
def test_a_bare_frame_works_without_a_script(sites: Sites, open_page: OpenPage) -> None:
    sites.body = (
        f'<iframe src="{sites.site}/termin/kennenlernen" width="900" height="700"></iframe>'
    )
    with open_page(javascript=False, **WIDE) as page:
        page.goto(sites.other)
        framed(page).locator(".times a").first.click()
        page.wait_for_url(f"{sites.site}/termin/kennenlernen/*")


def test_where_it_is_not_allowed_the_link_stays(sites: Sites, browser: Browser) -> None:
    sites.snippet("/termin")
    page = browser.new_page()  # unwatched: the browser complains, as it is to
    page.goto(sites.other.replace("localhost", "127.0.0.1"))
    page.locator("iframe").wait_for(state="attached")
    page.wait_for_timeout(500)
    expect(page.get_by_role("link", name="Freie Zeiten ansehen")).to_be_visible()
    assert page.locator("iframe").evaluate("one => one.offsetHeight") == 0
    page.close()
