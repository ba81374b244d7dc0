"""Markdown that the consultant types into a form → HTML for pages and letters."""

from markdown_it import MarkdownIt

# No raw HTML, no headings (the page has its own) and no pictures (letters fetch nothing).
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).disable(
    ["heading", "lheading", "image", "html_block", "html_inline"]
)


def answer_html(text: str) -> str:
    """Paragraphs, lists, quotes, emphasis, links."""
    return str(_MARKDOWN.render(text))
