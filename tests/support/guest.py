"""A guest of the site without a browser, to whom no page with a fault is shown."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.page_rules import ORIGIN, complaints
from tests.support.pages import Page
from tests.support.readers.everyone import read_by_all

ALWAYS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "font-src 'self'; img-src 'self' data:; manifest-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "strict-transport-security": "max-age=63072000",
}
_OPEN = {"referrer-policy": "strict-origin-when-cross-origin", "cache-control": "no-cache"}
_PERSONAL = {"referrer-policy": "same-origin", "cache-control": "private, no-cache"}
_OFFICE = {"referrer-policy": "same-origin", "cache-control": "no-store"}
_POSTFACH = {"referrer-policy": "no-referrer", "cache-control": "no-store"}
_BROWSER_GETS = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
_BROWSER_POSTS = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}


@dataclass(kw_only=True)
class Guest:
    """Fetches pages as a browser does; every answer is checked before a test sees it."""

    app: Flask
    address: str = "192.0.2.7"
    typed: set[str] = field(default_factory=set)

    def get(
        self, path: str, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Page:
        return self._ask("GET", path, None, status, {**_BROWSER_GETS, **(headers or {})})

    def post(
        self,
        path: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]],
        *,
        status: int = 303,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send fields as a form does."""
        pairs = list(fields.items() if hasattr(fields, "items") else fields)
        self.typed.update(value for _, value in pairs)
        body = urlencode(pairs, errors="surrogatepass").encode()
        return self.post_body(path, body, status=status, headers=headers)

    def post_body(
        self,
        path: str,
        body: bytes,
        *,
        status: int,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Page:
        """Send bytes that no form would send."""
        sent = {**_BROWSER_POSTS, "Content-Type": content_type, **(headers or {})}
        return self._ask("POST", path, body, status, sent)

    def press(
        self, page: Page, button: str, typed: Mapping[str, str] | None = None, *, status: int = 0
    ) -> Page:
        """Fill in the form that has this button, and press it."""
        (form,) = (form for form in page.forms() if button in form.buttons)
        action, pairs = form.filled(button, typed or {})
        if form.method == "GET":
            return self.get(f"{action}?{urlencode(pairs)}", status=status or 200)
        return self.post(action, pairs, status=status or 303)

    def _ask(
        self, method: str, path: str, body: bytes | None, status: int, headers: Mapping[str, str]
    ) -> Page:
        page = self.ask(method, path, body=body, headers=headers)
        assert page.status == status, f"{method} {path}: {page.status}, not {status}"
        self.check(page)
        return page

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Ask, and take any answer unchecked."""
        route, _, query = path.partition("#")[0].partition("?")
        with self.app.test_client(use_cookies=False).open(
            method=method,
            base_url=ORIGIN,
            data=body,
            headers=dict(headers or {}),
            environ_overrides={
                # As a server fills them in; the client would take „//x“ for a host's name.
                "PATH_INFO": unquote_to_bytes(route).decode("latin-1"),
                "QUERY_STRING": query.encode().decode("latin-1"),
                "REMOTE_ADDR": self.address,
            },
        ) as response:
            sent = [(name.lower(), value) for name, value in response.headers]
            page = Page(
                method=method,
                path=path,
                status=response.status_code,
                headers=dict(sent),
                body=response.data,
            )
        assert len(page.headers) == len(sent), f"{method} {path} sends a header twice: {sent}"
        return page

    def check(self, page: Page) -> None:
        """Fail on anything that is wrong with an answer."""
        expected = self._expected_headers(page)
        differing = sorted(page.headers.items() ^ expected.items())
        assert not differing, "\n".join([str(page), *map(str, differing)])
        if page.status in {303, 308}:
            self._check_redirect(page)
        elif page.route.endswith("/termin.ics") and (page.method, page.status) == ("GET", 200):
            published = read_by_all(page.body)
            assert (published.method, published.attendees) == ("PUBLISH", ())
        elif page.is_html:
            found = complaints(page, self.app, self.typed)
            assert not found, "\n".join([str(page), *found])

    def _expected_headers(self, page: Page) -> dict[str, str]:
        expected = {**ALWAYS, **self._secrecy(page)}
        expected["content-length"] = str(len(page.body))
        expected["content-type"] = _CONTENT_TYPES.get(
            page.route.rpartition("/")[2] if page.status in {200, 503} else "",
            "text/html; charset=utf-8",
        )
        if page.route.endswith("/frei.json") and page.status == 422:
            expected["content-type"] = "application/json"
        if page.route.endswith("/termin.ics") and page.status == 200:
            expected["content-disposition"] = 'attachment; filename="termin.ics"'
        if len(page.body) >= _PACKED_FROM and not page.route.startswith("/postfach"):
            expected["vary"] = "Accept-Encoding"
        if _is_cached(page):
            digest = hashlib.sha256(page.body).hexdigest()[:16]
            expected["etag"] = f'"{digest}-identity"'
        for name in _SPECIAL.get(page.status, ()):
            expected[name] = page.headers.get(name, f"missing in {page.status}")
        return expected

    def _secrecy(self, page: Page) -> dict[str, str]:
        if page.route.startswith("/postfach"):
            return _POSTFACH
        if f"{page.route}/".startswith("/buero/"):
            return _OFFICE
        if page.route.startswith(("/buchung/", "/kalender/", "/frage/", "/wie-laeufts/")):
            return _PERSONAL  # Also where nothing is: what stands there may be a mistyped key.
        if page.route.split("/")[1] not in {"quiz", "termin", "frage"}:
            return _OPEN
        try:
            self.app.url_map.bind("stadtfuehrer.example").match(page.route, page.method)
        except HTTPException:
            return _OPEN
        return _PERSONAL

    def _check_redirect(self, page: Page) -> None:
        parts = urlsplit(page.location)
        assert (parts.scheme, parts.netloc) == ("", ""), page.location
        self.app.url_map.bind("stadtfuehrer.example").match(parts.path, "GET")


def _is_cached(page: Page) -> bool:
    """Whether it is the same for everyone, and so cached by the site."""
    path = page.path.partition("#")[0]
    return (page.method, page.status, "?" in path) == ("GET", 200, False) and (
        path in _CACHED or path.startswith(("/angebot/", "/stadtgespraech/"))
    )


_PACKED_FROM = 1000
_CACHED = {
    *(
        "/",
        "/gehoert",
        "/angebot",
        "/ueber",
        "/termin",
        "/impressum",
        "/datenschutz",
        "/barrierefreiheit",
    ),
    *("/ablauf", "/fragen", "/stadtgespraech"),
    *("/robots.txt", "/sitemap.xml", "/.well-known/security.txt"),
    *("/site.webmanifest", "/favicon.ico"),
}
_CONTENT_TYPES = {
    "robots.txt": "text/plain; charset=utf-8",
    "security.txt": "text/plain; charset=utf-8",
    "healthz": "text/plain; charset=utf-8",
    "sitemap.xml": "application/xml; charset=utf-8",
    "feed.xml": "application/atom+xml; charset=utf-8",
    "site.webmanifest": "application/manifest+json",
    "favicon.ico": "image/vnd.microsoft.icon",
    "frei.json": "application/json",
    "termin.ics": "text/calendar; charset=utf-8",
}
_SPECIAL = {
    **dict.fromkeys((303, 308), ("location",)),
    405: ("allow",),
    **dict.fromkeys((429, 503), ("retry-after",)),
}
