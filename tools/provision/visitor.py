"""A visitor without a browser: fetches pages, reads links and forms, sends them."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import html5lib

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it stands on the page, with the values that it would send untouched."""

    action: str
    method: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server answered; redirects are not followed. Header names in lower case."""

    path: str
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def document(self) -> Element:
        """Return the page's root element, read as a browser reads it (HTML Living Standard)."""
        root: Element = html5lib.parse(self.body, treebuilder="etree", namespaceHTMLElements=False)
        return root

    def links(self) -> list[str]:
        """Return the addresses of all links, in the page's order."""
        return [address for a in self.document().iter("a") if (address := a.get("href"))]

    def forms(self) -> list[Form]:
        """Return all forms, in the page's order; an empty action is the page's own address."""
        return [self._read(form) for form in self.document().iter("form")]

    def _read(self, form: Element) -> Form:
        fields = {}
        for control in form.iter():
            name = control.get("name")
            if name is None or control.tag not in {"input", "textarea"}:
                continue
            if control.tag == "textarea":
                fields[name] = "".join(control.itertext())
            elif control.get("type") in {"radio", "checkbox"}:
                if control.get("checked") is not None:
                    fields[name] = control.get("value", "on")
            elif control.get("type") != "submit":
                fields[name] = control.get("value", "")
        method = form.get("method", "get").lower()
        return Form(action=form.get("action") or self.path, method=method, fields=fields)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Opens a connection for each request, as somebody who comes by once."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """Return the site's address without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch `path`. Raises OSError when nobody answers."""
        return self._ask("GET", path, None, dict(headers or {}))

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send `fields` to `path` as a form of this site does. Raises OSError likewise."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.address,
            "Sec-Fetch-Site": "same-origin",
        }
        return self._ask("POST", path, urlencode(fields).encode(), headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(
                path=path,
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                body=response.read(),
            )
        finally:
            connection.close()
