"""Markdown that people wrote → HTML, with facts filled in and every mistake at its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from stadtfuehrer.settings.errors import parse_toml, read_text, refuse

Facts: TypeAlias = "Mapping[str, object]"
"""What placeholders may name: texts, and the lists ``services`` and ``kinds`` to walk through."""

_HEAD = re.compile(
    r"\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*\n(?P<body>.*)", re.DOTALL | re.MULTILINE
)

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")


def _text(_renderer: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """Words as HTML; „E-Mail“ stays on one line, which no style sheet can do without a span."""
    return escapeHtml(tokens[at].content).replace("E-Mail", '<span class="whole">E-Mail</span>')


_MARKDOWN.add_render_rule("text", _text)


def _escape_markdown(value: object) -> str:
    """A value that stands for itself in Markdown, on one line (CommonMark 0.31, section 2.4)."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(value).split()))


# Nothing is escaped for HTML here: Markdown follows, with raw HTML switched off.
_ENVIRONMENT = SandboxedEnvironment(
    undefined=StrictUndefined, finalize=_escape_markdown, keep_trailing_newline=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Markdown and where it stands: from a line of a file on, or under a key of a TOML file."""

    path: Path
    text: str
    first_line: int = 1
    key: str = ""

    def refuse(self, reason: str, *, line: int = 0, cause: Exception | None = None) -> NoReturn:
        """Raise MistakesFound for one mistake; ``line`` counts within the passage from 1."""
        refuse(self.path, [(self.place(line), reason)], cause)

    def place(self, line: int = 0) -> str:
        """Where a line of the passage is; 0 for the whole."""
        if not line:
            return self.key
        said = f"Zeile {line + self.first_line - 1}"
        return f"{self.key}, {said}" if self.key else said


def split_file(path: Path, *, needs: str) -> tuple[dict[str, Any], Passage]:
    """A Markdown file's TOML head, and its body; ``needs`` names what the head must have.

    Raises MistakesFound: it cannot be read, has no head, or one that is no TOML.
    """
    parts = _HEAD.fullmatch(read_text(path))
    if parts is None:
        refuse(path, [("Zeile 1", f"hier fehlt der Block zwischen +++ mit {needs}")])
    head = parse_toml(path, parts["head"], first_line=2)
    first_line = parts["head"].count("\n") + 3
    return head, Passage(path=path, text=parts["body"], first_line=first_line)


def to_html(passage: Passage, facts: Facts, *, headings: bool = True) -> str:
    """The passage as HTML, with ``{{ name }}`` replaced by facts, each standing for itself.

    Headings start at ``##``, since the title is the page's; ``headings=False`` allows none.
    Raises MistakesFound: an unknown or broken placeholder, or a heading that must not be.
    """
    tokens = _MARKDOWN.parse(_filled_in(passage, facts))
    opened = {token.tag for token in tokens if token.type == "heading_open"}
    if opened and not headings:
        passage.refuse("Überschriften gehören nicht in diesen Text")
    if "h1" in opened:
        passage.refuse("Überschriften beginnen mit ##, denn # ist der Titel der Seite")
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _filled_in(passage: Passage, facts: Facts) -> str:
    try:
        tree = _ENVIRONMENT.parse(passage.text)
        unknown = meta.find_undeclared_variables(tree) - facts.keys()
        mistakes = [
            (passage.place(one.lineno), f"„{one.name}“ gibt es nicht")
            for one in tree.find_all(nodes.Name)
            if one.name in unknown
        ]
        if mistakes:
            refuse(passage.path, mistakes)
        return _ENVIRONMENT.from_string(passage.text).render(facts)
    except TemplateSyntaxError as error:
        reason = f"der Platzhalter ist falsch geschrieben ({error.message})"
        passage.refuse(reason, line=error.lineno, cause=error)
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        passage.refuse(f"ein Platzhalter lässt sich nicht füllen ({error})", cause=error)
