"""Markdown that the consultant types into a form → HTML for pages and letters."""

from collections.abc import Mapping
from typing import TypeAlias

from markdown_it import MarkdownIt
from markupsafe import Markup

# No raw HTML, no headings (the page has its own), no pictures (letters fetch nothing), and no code:
# a paragraph that is indented by accident would not be wrapped.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).disable(
    ["heading", "lheading", "image", "html_block", "html_inline", "code", "fence"]
)

Looks: TypeAlias = Mapping[str, Mapping[str, str]]
"""The attributes of each element, by its tag; „inner p“ are paragraphs of items and quotes."""


def answer_html(text: str) -> str:
    """Paragraphs, lists, quotes, emphasis, links."""
    return str(_MARKDOWN.render(text))


def letter_html(text: str, looks: Looks, base: str) -> Markup:
    """The same for where no style sheet reaches, and paths need the site in front, ``base``."""
    tokens = _MARKDOWN.parse(text)
    for token in [one for top in tokens for one in (top, *(top.children or ()))]:
        if token.nesting >= 0:
            is_inner = token.type == "paragraph_open" and token.level
            token.attrs |= looks.get("inner p" if is_inner else token.tag, {})
        href = str(token.attrGet("href") or "")
        if href.startswith("/"):
            token.attrSet("href", f"{base}{href}")
    # Nothing of it is HTML that somebody typed.
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704
