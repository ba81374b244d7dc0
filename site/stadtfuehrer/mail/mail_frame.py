"""A letter's HTML form, to be shown in a frame as a mail program shows it: nothing runs in it.

Letters carry their styles inside, since mail programs know no style sheets. Instead of allowing
every inline style, the policy names those of this very letter by their hashes (CSP 3, 8.3).
"""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)

_BASE = '<base target="_top">'
"""Links of the letter leave the frame."""

SANDBOX = "allow-top-navigation-by-user-activation"


def framed(html: str) -> str:
    """The HTML form with links that open in the whole window."""
    head = _HEAD.search(html)
    at = head.end() if head else 0
    return html[:at] + _BASE + html[at:]


def policy_for(html: str) -> str:
    """The Content-Security-Policy for this letter: its own styles, and nothing from anywhere."""
    reader = _StyleReader()
    reader.feed(html)
    reader.close()
    hashes = [f"'sha256-{_hash(style)}'" for style in dict.fromkeys(reader.styles)]
    styles = " ".join(["'unsafe-hashes'", *hashes]) if hashes else "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self'; sandbox {SANDBOX}"
    )


class _StyleReader(HTMLParser):
    """Collects style attributes and the content of style elements, as browsers hash them."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if self._in_style:
            self.styles.append("")
        self.styles += [value or "" for name, value in attrs if name == "style"]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            # One element's content may come in several pieces.
            self.styles[-1] += data


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode("ascii")
