"""What a page weighs on the line, compressed as the site delivers it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from tools.provision.visitor import Visitor

AS_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Bytes of body on the line, by sort."""

    html: int
    css: int
    js: int
    other: int  # fonts, pictures, icons

    @property
    def first_trip(self) -> int:
        """HTML and CSS: what has to come before anything is seen."""
        return self.html + self.css

    @property
    def everything(self) -> int:
        """All that a first visit loads at most (every font of the style sheet counted)."""
        return self.first_trip + self.js + self.other


def weigh(visitor: Visitor, path: str, headers: Mapping[str, str] = AS_A_BROWSER) -> Weight:
    """Weigh the page at `path` with all that it links to on this site."""
    page = visitor.get(path, headers)
    unpacked = {name: value for name, value in headers.items() if name != "Accept-Encoding"}
    root = visitor.get(path, unpacked).document()
    styles = {link.get("href", "") for link in root.iter("link") if link.get("rel") == "stylesheet"}
    icons = {link.get("href", "") for link in root.iter("link") if "icon" in link.get("rel", "")}
    scripts = {script.get("src", "") for script in root.iter("script") if script.get("src")}
    pictures = {image.get("src", "") for image in root.iter("img")}
    named_by_styles = {
        urljoin(style, name)
        for style in styles
        for name in re.findall(r"url\(['\"]?([^'\")]+)", visitor.get(style).body.decode())
    }
    return Weight(
        html=len(page.body),
        css=_sum(visitor, styles, headers),
        js=_sum(visitor, scripts, headers),
        other=_sum(visitor, icons | pictures | named_by_styles, headers),
    )


def _sum(visitor: Visitor, paths: set[str], headers: Mapping[str, str]) -> int:
    return sum(
        len(visitor.get(path, headers).body)
        for path in paths
        if not urlsplit(path).scheme  # data: is weighed with the file that carries it
    )
