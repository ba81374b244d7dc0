"""``pages/*.md`` → HTML: a TOML block with title and description, then Markdown and facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt

from stadtfuehrer.catalogue.files import validate
from stadtfuehrer.settings.toml import parse_toml, read_text, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEAD = re.compile(
    r"\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*\n(?P<body>.*)", re.DOTALL | re.MULTILINE
)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of running text; the template makes the h1 of ``title``, ``html`` has none."""

    slug: str
    title: str
    description: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    title: str
    description: str


def load_page(path: Path, facts: Mapping[str, str]) -> Page:
    """The page in this file, with ``{{ name }}`` replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    parts = HEAD.fullmatch(read_text(path))
    if parts is None:
        refuse(path, [("Zeile 1", "hier fehlt der Block zwischen +++ mit title und description")])
    head = validate(path, _Head, parse_toml(path, parts["head"], first_line=2))
    first_line = parts["head"].count("\n") + 3
    html = _render_markdown(path, _fill_in(path, parts["body"], facts, first_line))
    texts = {"title": head.title, "description": head.description}
    if blank := [name for name, text in texts.items() if not text.strip()]:
        refuse(path, [(name, "hier fehlt der Text") for name in blank])
    return Page(slug=path.stem, title=head.title, description=head.description, html=html)


def _fill_in(path: Path, text: str, facts: Mapping[str, str], first_line: int) -> str:
    """The text with its placeholders replaced, each value standing for itself in Markdown."""
    environment = _environment()
    try:
        tree = environment.parse(text)
        unknown = meta.find_undeclared_variables(tree) - facts.keys()
        strangers = [name for name in tree.find_all(nodes.Name) if name.name in unknown]
        if strangers:
            refuse(
                path,
                [
                    (f"Zeile {name.lineno + first_line - 1}", f"„{name.name}“ gibt es nicht")
                    for name in strangers
                ],
            )
        return environment.from_string(text).render(facts)
    except TemplateSyntaxError as error:
        place = f"Zeile {error.lineno + first_line - 1}"
        refuse(path, [(place, f"der Platzhalter ist falsch geschrieben ({error.message})")], error)
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        refuse(path, [("", f"ein Platzhalter lässt sich nicht füllen ({error})")], error)


def _render_markdown(path: Path, text: str) -> str:
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    tokens = markdown.parse(text)
    if any(token.type == "heading_open" and token.tag == "h1" for token in tokens):
        refuse(path, [("", "Überschriften beginnen mit ##, denn # ist der Titel der Seite")])
    return str(markdown.renderer.render(tokens, markdown.options, {}))


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    # Nothing is escaped for HTML here: Markdown follows, with raw HTML switched off.
    return SandboxedEnvironment(
        undefined=StrictUndefined, finalize=_escape_markdown, keep_trailing_newline=True
    )


def _escape_markdown(value: object) -> str:
    """A value that stands for itself in Markdown, on one line (CommonMark 0.31, section 2.4)."""
    return PUNCTUATION.sub(r"\\\1", " ".join(str(value).split()))
