"""A guest of the office: keeps its cookie, and signs in without a letter."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.office.sign_in import print_link
from tests.support.guest import Guest
from tests.support.pages import Page
from tests.support.sites import Site

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
_COOKIE = re.compile(
    r"(?P<pair>__Host-buero=[^;]*); (Expires=[^;]+; )?(Max-Age=0; )?"
    r"Secure; HttpOnly; Path=/; SameSite=Lax"
)
_FILES = {"/buero/menschen/daten": "daten", "/buero/leads/liste": "leads"}
_TYPES = {
    "json": "application/json",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "vcf": "text/vcard; charset=utf-8",
}


@dataclass(kw_only=True)
class OfficeGuest(Guest):
    """Every answer is checked as on the public pages; what it may have beyond them is here."""

    cookie: str = field(default="", repr=False)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        brought = {"User-Agent": BROWSER, **({"Cookie": self.cookie} if self.cookie else {})}
        page = super().ask(method, path, body=body, headers={**brought, **(headers or {})})
        if given := page.headers.get("set-cookie"):
            found = _COOKIE.fullmatch(given)
            assert found, given
            self.cookie = found["pair"]
        return page

    def _expected_headers(self, page: Page) -> dict[str, str]:
        expected = super()._expected_headers(page)
        stem, _, form = page.route.rpartition(".")
        if page.status == 200 and stem in _FILES:
            expected["content-type"] = _TYPES[form]
            expected["content-disposition"] = f'attachment; filename="{_FILES[stem]}.{form}"'
        if "set-cookie" in page.headers:
            expected["set-cookie"] = page.headers["set-cookie"]
        if "Cookie" in page.headers.get("vary", ""):
            expected["vary"] = ", ".join(filter(None, (expected.get("vary"), "Cookie")))
        return expected


def link_into(instance: Path) -> str:
    """The path by which the consultant of a served site signs in, in a browser."""
    context = open_context(instance, {})
    with closing(context.database):
        return print_link(context, context.settings.consultant.email, now=utc_now())


def signed_in(site: Site, address: str = "") -> OfficeGuest:
    """Somebody who signed in just now, the consultant unless told otherwise."""
    guest = OfficeGuest(app=site.app)
    link = print_link(
        site.context, address or site.context.settings.consultant.email, now=site.clock()
    )
    guest.press(guest.get(link), "Hier anmelden")
    return guest
