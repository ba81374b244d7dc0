"""Which colours a letter's words are written in, and on which: by day, at night, turned over."""

import colorsys
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

import html5lib

Sheet = dict[str, dict[str, str]]
"""The declarations of each class."""

_COLOURS = ("color", "background-color")
_NIGHT = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
_RULE = re.compile(r"\.([a-z]+) \{([^}]*)\}")
_DARK_BELOW = 0.5


class Pair(NamedTuple):
    """Words, their colour and what they lie on, both as #rrggbb."""

    words: str
    colour: str
    ground: str

    def seen(self, turned: Callable[[str], str]) -> "Pair":
        """The same pair in a program that turns colours over."""
        return Pair(self.words, turned(self.colour), turned(self.ground))

    @property
    def contrast(self) -> float:
        """WCAG 2.2's contrast ratio, 1 to 21."""
        light, dark = sorted(map(_luminance, (self.colour, self.ground)), reverse=True)
        return (light + 0.05) / (dark + 0.05)


def pairs(html: str, *, night: bool = False) -> Iterator[Pair]:
    """Each piece of text of a letter that is read out, without what is hidden or decoration."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    body = page.find("body")
    assert body is not None
    yield from _pairs(body, ("#000000", "#ffffff"), _night_sheet(html) if night else {})


def turned_over(colour: str) -> str:
    """The colour with its lightness the other way round, as Outlook and Gmail on iOS do it."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    parts = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def partly_turned_over(pair: Pair) -> Pair:
    """Only light grounds and dark words change, as Gmail on Android and Outlook.com do it."""
    ground = turned_over(pair.ground) if not _is_dark(pair.ground) else pair.ground
    colour = turned_over(pair.colour) if _is_dark(pair.colour) else pair.colour
    return Pair(pair.words, colour, ground)


def _pairs(element: Element, around: tuple[str, str], sheet: Sheet) -> Iterator[Pair]:
    style = _declarations(element.get("style", ""))
    if style.get("display") == "none" or element.get("aria-hidden") or not _is_element(element):
        return
    for name in element.get("class", "").split():
        style |= sheet.get(name, {})
    colour, ground = (style.get(which, was) for which, was in zip(_COLOURS, around, strict=True))
    texts = [element.text, *(child.tail for child in element)]
    for text in texts:
        if text and text.strip():
            yield Pair(text.strip(), colour, ground)
    for child in element:
        yield from _pairs(child, (colour, ground), sheet)


def _is_element(element: Element) -> bool:
    """Whether it is no comment; their tags are functions."""
    return isinstance(element.tag, str)


def _night_sheet(html: str) -> Sheet:
    (rules,) = _NIGHT.findall(html.replace("\r\n", "\n"))
    return {name: _declarations(text) for name, text in _RULE.findall(rules)}


def _declarations(text: str) -> dict[str, str]:
    parts = (one.replace("!important", "").split(":", 1) for one in text.split(";") if ":" in one)
    return {name.strip(): value.strip() for name, value in parts}


def _parts(colour: str) -> tuple[float, float, float]:
    assert re.fullmatch("#[0-9a-f]{6}", colour), colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _is_dark(colour: str) -> bool:
    return colorsys.rgb_to_hls(*_parts(colour))[1] < _DARK_BELOW


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
