"""A page as a guest reads it: parsed without mercy, with its links, forms and words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

_UNSEEN = {"script", "style", "template", "head"}
_UNREAD = {0xA0: " ", 0x2060: ""}
"""What keeps words together: a space that does not break, and a joiner that nobody reads."""
_INLINE = {"a", "b", "em", "i", "label", "small", "span", "strong", "time", "legend", "summary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with what it would send untouched; each button adds its own pair and action."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    names: frozenset[str]
    buttons: Mapping[str, tuple[str, str, str]]
    """By its words: action, name and value."""

    def filled(self, button: str, typed: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
        """Where it goes and what it sends when pressed so. Raises KeyError for unknown names."""
        if unknown := typed.keys() - self.names:
            raise KeyError(unknown)
        if button not in self.buttons:
            raise KeyError(f"no button „{button}“ but {sorted(self.buttons)}")
        action, name, value = self.buttons[button]
        pairs = [pair for pair in self.fields if pair[0] not in typed] + [*typed.items()]
        return action or self.action, [*pairs, (name, value)] if name else pairs


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the site answered; redirects are not followed. Header names in lower case."""

    method: str
    path: str
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def route(self) -> str:
        """The path without its query."""
        return urlsplit(self.path).path

    @property
    def location(self) -> str:
        return self.headers["location"]

    @cached_property
    def root(self) -> Element:
        """The root element. Raises html5lib's ParseError on any error of the HTML standard."""
        builder = html5lib.getTreeBuilder("etree")
        parser = html5lib.HTMLParser(tree=builder, strict=True, namespaceHTMLElements=False)
        root: Element = parser.parse(self.body.decode("utf-8"))
        return root

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.root.iter() if one.tag in tags]

    @property
    def heading(self) -> str:
        (h1,) = self.all("h1")
        return words(h1)

    @property
    def title(self) -> str:
        (title,) = self.all("title")
        return words(title)

    @property
    def description(self) -> str:
        (found,) = (one for one in self.all("meta") if one.get("name") == "description")
        return found.get("content", "")

    @cached_property
    def text(self) -> str:
        """All that is read on the page, a line for each block."""
        (body,) = self.all("body")
        return words(body)

    def by_id(self, name: str) -> Element:
        (found,) = (one for one in self.root.iter() if one.get("id") == name)
        return found

    def links(self) -> list[tuple[str, str]]:
        """Words and address of each link."""
        return [(words(a), a.get("href", "")) for a in self.all("a")]

    def link(self, label: str) -> str:
        """The address of the one link in the main part with these words."""
        (found,) = {a.get("href", "") for a in self.main.iter("a") if words(a) == label}
        return found

    @property
    def main(self) -> Element:
        (found,) = self.all("main")
        return found

    def forms(self) -> list[Form]:
        return [_form(form, self.path) for form in self.all("form")]

    def form(self, name: str) -> Form:
        """The one form that has a field of this name."""
        (found,) = (form for form in self.forms() if name in form.names)
        return found

    def value(self, name: str) -> str:
        """What stands in the one field of this name."""
        (found,) = {value for form in self.forms() for key, value in form.fields if key == name}
        return found

    def mistake(self, name: str) -> str:
        """What is said about a field, where its input points to."""
        (control,) = (one for one in self.all("input", "textarea") if one.get("name") == name)
        assert control.get("aria-invalid") == "true"
        assert f"{name}-fehler" in control.get("aria-describedby", "").split()
        return words(self.by_id(f"{name}-fehler"))

    @property
    def alert(self) -> str:
        """What the summary of what went wrong says."""
        found = self.by_id("fehler")
        assert (found.get("role"), found.get("tabindex")) == ("alert", "-1")
        return words(found)

    @property
    def notices(self) -> list[str]:
        return [words(one) for one in self.all("p") if one.get("role") == "status"]


def words(element: Element) -> str:
    """The text in an element: white space as a browser shows it, a line for each block."""
    lines = "".join(_pieces(element)).translate(_UNREAD).split("\n")
    return "\n".join(line for line in (re.sub(r"\s+", " ", one).strip() for one in lines) if line)


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in _UNSEEN:
        return
    edge = "" if element.tag in _INLINE else "\n"
    yield edge + re.sub(r"\s+", " ", element.text or "")
    for child in element:
        yield from _pieces(child)
        yield re.sub(r"\s+", " ", child.tail or "")
    yield edge


def _form(form: Element, path: str) -> Form:
    action = form.get("action") or urlsplit(path).path
    fields, names, buttons = [], set(), {}
    for control in form.iter():
        name, kind = control.get("name", ""), control.get("type", "text")
        if control.tag == "button":
            if control.get("disabled") is None:
                pair = (name, control.get("value", ""))
                buttons[words(control)] = (control.get("formaction", ""), *pair)
        elif control.tag in {"input", "select", "textarea"}:
            names.add(name)
            value = _value(control)
            if kind not in {"radio", "checkbox"} or control.get("checked") is not None:
                fields.append((name, value))
    return Form(
        action=action,
        method=form.get("method", "get").upper(),
        fields=tuple(fields),
        names=frozenset(names),
        buttons=buttons,
    )


def _value(control: Element) -> str:
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = next((one for one in options if one.get("selected") is not None), options[0])
        return chosen.get("value", words(chosen))
    return control.get("value", "")
