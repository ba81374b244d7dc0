"""What must hold on every page of the site, whatever a test wanted from it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.pages import Page, words

ORIGIN = "https://stadtfuehrer.example"
INDEXED = {
    *("/", "/angebot", "/ueber", "/termin", "/impressum", "/datenschutz", "/barrierefreiheit"),
    *("/angebot/marketingberatung", "/angebot/marketingkonzeption", "/angebot/marketingumsetzung"),
    *("/ablauf", "/fragen", "/gehoert", "/stadtgespraech"),
    *("/stadtgespraech/marketing-als-gespraech", "/stadtgespraech/marketing-und-kommunikation"),
}
"""What search engines may keep, besides what was asked here.

Everything else says something about one visitor, or is wrong.
"""

WEB_CALENDARS = {"calendar.google.com", "outlook.live.com"}
VIDEO_ROOM = "https://video.stadtfuehrer.example/"
"""The only other hosts that a page may lead to: a guest's own calendar, from their own booking."""

_SVG = "{http://www.w3.org/2000/svg}"
_MAP = 100
"""From this width on a drawing may fill the window: maps, and bars that are low."""
_ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "data")
_ID_LISTS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-owns")
_TYPOGRAPHY = {
    "a straight quotation mark": re.compile(r'"'),
    "a typewriter's apostrophe": re.compile(r"'"),
    "a hyphen for a dash": re.compile(r"(^|\s)-(\s|$)"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "a quotation in a quotation with its marks": re.compile(r"„[^“]*„"),
    "cheer": re.compile(r"!"),
    "a time without Uhr": re.compile(
        r"(?<![\d:+−])\d{1,2}:\d{2}(?![\d:])(?!–\d{1,2}:\d{2} Uhr)(?! Uhr\b)"
    ),
    "English": re.compile(r"\b(Not Found|Bad Request|Internal Server|Redirecting|is required)\b"),
}


def complaints(page: Page, app: Flask, typed: Iterable[str] = ()) -> list[str]:
    """Everything that is wrong with a page; ``typed`` is what guests wrote, in their own style."""
    found = [f"{rule.__name__[1:]}: {complaint}" for rule in _RULES for complaint in rule(page)]
    found += [f"ways: {complaint}" for complaint in _ways(page, app)]
    found += [f"typography: {complaint}" for complaint in _typography(page, typed)]
    return found


def _language(page: Page) -> Iterator[str]:
    if page.root.get("lang") != "de":
        yield f"lang is {page.root.get('lang')}"


def _title(page: Page) -> Iterator[str]:
    titles = [" ".join("".join(one.itertext()).split()) for one in page.all("title")]
    failed = any(one.get("id") == "fehler" for one in page.root.iter())
    pattern = r"Fehler: \S.* – Stadtführer" if failed else r"(?!Fehler: )\S.* – Stadtführer"
    if len(titles) != 1 or not re.fullmatch(pattern, titles[0]):
        yield f"{titles} on a page {'with' if failed else 'without'} a mistake"


def _headings(page: Page) -> Iterator[str]:
    headings = [(int(str(one.tag)[1]), one) for one in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if [level for level, _ in headings].count(1) != 1:
        yield f"not one h1: {[words(one) for level, one in headings if level == 1]}"
    for (above, _), (level, one) in pairwise(headings):
        if level > above + 1:
            yield f"h{level} „{words(one)}“ stands under h{above}"
    yield from (f"an empty h{level}" for level, one in headings if not words(one))


def _ids(page: Page) -> Iterator[str]:
    ids = Counter(one.get("id") for one in page.root.iter() if one.get("id") is not None)
    yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
    for one in page.root.iter():
        wanted = [name for key in _ID_LISTS for name in one.get(key, "").split()]
        if one.get("href", "").startswith("#"):
            wanted.append(unquote(one.get("href", "")[1:]))
        yield from (f"{one.tag} points to {name}" for name in wanted if name not in ids)


def _labels(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label") if words(label)}
    for one in page.all("input", "select", "textarea"):
        silent = one.get("type") in {"hidden", "submit"}
        if not silent and not {one.get("id")} & (labelled - {None}):
            yield f"no label for {one.tag} {one.get('name')}"
    for one in page.all("a", "button"):
        if not words(one) and one.get("hidden") is None:
            yield f"{one.tag} without words: {one.attrib}"
        if one.tag == "button" and one.get("type") not in {"submit", "button"}:
            yield f"a button without type: {words(one)}"
    for one in page.root.iter():
        if str(one.tag).endswith("}svg") and one.get("aria-hidden") != "true":
            yield "a drawing that is read out"
        if one.tag == "img" and one.get("alt") is None:
            yield f"no alt for {one.get('src')}"


def _inline(page: Page) -> Iterator[str]:
    for one in page.root.iter():
        for name in one.attrib:
            if name == "style" or name.lower().startswith("on"):
                yield f"attribute {name} on {one.tag}"
        if str(one.tag).endswith("style"):
            yield "a style element"
        runs = str(one.tag).endswith("script") and one.get("type") != "application/ld+json"
        if runs and (not one.get("src", "").startswith("/static/") or one.text):
            yield f"a script that is not a file of ours: {one.attrib}"
        framed = one.tag in {"iframe", "object", "embed", "base", "frame"}
        if framed and not _is_letter_in_its_frame(page, one):
            yield f"a {one.tag}"


def _is_letter_in_its_frame(page: Page, one: Element) -> bool:
    return (
        one.tag == "iframe"
        and one.get("sandbox") == "allow-top-navigation-by-user-activation"
        and one.get("src") == f"{page.route}/brief.html"
        and bool(one.get("title", "").strip())
        and page.route.startswith("/postfach/")
    )


def _indexing(page: Page) -> Iterator[str]:
    robots = [one.get("content") for one in page.all("meta") if one.get("name") == "robots"]
    canonical = [one.get("href") for one in page.all("link") if one.get("rel") == "canonical"]
    og_url = [one.get("content") for one in page.all("meta") if one.get("property") == "og:url"]
    own = [ORIGIN + page.route]
    is_worth_it = page.route in INDEXED or re.fullmatch(r"/fragen/\d+", page.route)
    is_indexed = page.status == 200 and is_worth_it
    if (robots, canonical, og_url) != (([], own, own) if is_indexed else (["noindex"], [], [])):
        yield f"robots {robots}, canonical {canonical}, og:url {og_url} at {page.path}"
    metas = {one.get("name"): one.get("content", "") for one in page.all("meta")}
    if not metas.get("description", "").strip():
        yield "no description"


def _drawings(page: Page) -> Iterator[str]:
    """What they are to whoever has no style sheet, or reads their labels as text."""
    for one in page.root.iter(f"{_SVG}svg"):
        width = float(one.get("viewBox", "0 0 0 0").split()[2])
        if width < _MAP and one.get("width") is None:
            yield f"{one.attrib} fills the window"
        yield from (
            f"„{label.text}“ runs into what is next"
            for label in one.iter(f"{_SVG}text")
            if not (label.tail or "").startswith(" ")
        )


_RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    *(_language, _title, _headings, _ids, _labels, _inline, _drawings, _indexing),
)


def _ways(page: Page, app: Flask) -> Iterator[str]:
    """Dead links, forms that go nowhere, and addresses of other hosts."""
    for one in page.root.iter():
        for name in _ADDRESSES:
            address = one.get(name)
            if address is not None:
                if any(allows(page, one) for allows in _ELSEWHERE):
                    continue
                yield from _address(address, "GET", app, tag=f"{one.tag} {name}")
    for form in page.forms():
        for action in {form.action, *(action for action, _, _ in form.buttons.values() if action)}:
            yield from _address(action, form.method, app, tag=f"form {form.method}")


def _is_web_calendar(page: Page, one: Element) -> bool:
    parts = urlsplit(one.get("href", ""))
    of_a_booking = page.route.startswith("/buchung/") and one.tag == "a"
    silent = "noreferrer" in one.get("rel", "")
    return of_a_booking and silent and parts.scheme == "https" and parts.netloc in WEB_CALENDARS


def _is_video_room(page: Page, one: Element) -> bool:
    """The consultant's own room, one tap from the office."""
    of_the_office = page.route.startswith("/buero") and one.tag == "a"
    silent = one.get("rel") == "noreferrer"
    return of_the_office and silent and one.get("href", "").startswith(VIDEO_ROOM)


def _is_link_of_letter(page: Page, one: Element) -> bool:
    """A link in a letter's text starts with the site's address, wherever the letter is read."""
    of_the_site = one.get("href", "").startswith(ORIGIN) and one.get("rel") == "noopener noreferrer"
    return page.route.startswith("/postfach/") and one.tag == "a" and of_the_site


_ELSEWHERE = (_is_web_calendar, _is_video_room, _is_link_of_letter)


def _address(address: str, method: str, app: Flask, *, tag: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme in {"mailto", "tel"} and tag == "a href":
        if not re.fullmatch(r"mailto:[^\s@?]+@[^\s@?]+|tel:\+?\d+", address):
            yield f"{tag} {address} reaches nobody"
        return
    if parts.scheme or parts.netloc:
        if tag != "link href" or not address.startswith(f"{ORIGIN}/"):
            yield f"{tag} leads to another host: {address}"
        return
    if tag.endswith("action"):
        return  # Looked at with its form's method.
    yield from _route(unquote(parts.path), method, app, tag)


def _route(path: str, method: str, app: Flask, tag: str) -> Iterator[str]:
    if not path:
        return
    try:
        endpoint, values = app.url_map.bind("stadtfuehrer.example").match(path, method)
    except HTTPException as error:
        yield f"{tag} {method} {path}: {error.code}"
        return
    if endpoint == "static.file":
        file = Path(app.config["STATIC_FOLDER"], str(values["name"]))
        if values["digest"] != app.config["STATIC_DIGEST"] or not file.is_file():
            yield f"{tag} {path}: no such file"
    if endpoint in {"pages.offer", "pages.article"} and path not in INDEXED:
        yield f"{tag} {path}: no such service or article"


def _typography(page: Page, typed: Iterable[str]) -> Iterator[str]:
    said = [page.text, page.title]
    said += [one.get("aria-label", "") for one in page.root.iter()]
    said += [
        one.get("content", "")
        for one in page.all("meta")
        if one.get("name") == "description" or one.get("property", "").startswith("og:")
        if one.get("property") != "og:url"
    ]
    # A file as it is written, with its code.
    sources = [
        "".join(one.itertext()) for one in page.all("textarea") if one.get("class") == "source"
    ]
    own = sorted(
        {" ".join(line.split()) for one in [*typed, *sources] for line in one.splitlines()}, key=len
    )
    for text in said:
        for name, pattern in _TYPOGRAPHY.items():
            for theirs in reversed(own):
                if pattern.search(theirs):
                    text = text.replace(theirs, "…")  # noqa: PLW2901 - step by step
            if found := pattern.search(text):
                around = text[max(0, found.start() - 30) : found.end() + 30]
                yield f"{name} in „{around}“"
    if page.text.count("„") != page.text.count("“"):
        yield f"quotation marks do not pair: {page.text.count('„')}, {page.text.count('“')}"
