"""What RFC 4287 demands of an Atom feed, as a table of rules without mercy."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import html5lib

ATOM = "{http://www.w3.org/2005/Atom}"

# How often each child may stand, as in a DTD. An author may be the entry's own; ours is the feed's.
_FEED = (  # 4.1.1
    "id title updated author+ link+ entry* subtitle? icon? logo? rights? generator? category*"
    " contributor*"
)
_ENTRY = (  # 4.1.2
    "id title updated published? summary? content? rights? source? link* author* category*"
    " contributor*"
)
_PERSON = "name uri? email?"  # 3.2
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # 3.3


def faults(xml: bytes) -> Iterator[str]:
    """Everything in a feed that the RFC forbids, with its place."""
    feed = ET.fromstring(xml)  # noqa: S314 - our own
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
        return
    yield from _counts(feed, _FEED, "feed")
    yield from _parts(feed, "feed")
    yield from _links(feed, "feed")
    if not any(one.get("rel") == "self" for one in feed.iter(f"{ATOM}link")):
        yield "feed: no link to itself"  # 4.1.1
    entries = feed.findall(f"{ATOM}entry")
    ids = Counter(one.findtext(f"{ATOM}id") for one in (feed, *entries))
    yield from (f"the id {one} stands {times} times" for one, times in ids.items() if times > 1)
    for number, entry in enumerate(entries):
        place = f"entry {number}"
        yield from _counts(entry, _ENTRY, place)
        yield from _parts(entry, place)
        yield from _links(entry, place)
        linked = {one.get("rel", "alternate") for one in entry.findall(f"{ATOM}link")}
        if entry.find(f"{ATOM}content") is None and "alternate" not in linked:
            yield f"{place}: neither content nor a link to it"  # 4.1.2
        yield from _order(feed, entry, place)


def _counts(element: Element, model: str, place: str) -> Iterator[str]:
    found = Counter(one.tag.removeprefix(ATOM) for one in element)
    rules = dict(re.findall(r"(\w+)(\S?)", model))
    yield from (f"{place}: {name} does not belong here" for name in found.keys() - rules.keys())
    for name, often in rules.items():
        if (found[name] < 1 and often in {"", "+"}) or (found[name] > 1 and often in {"", "?"}):
            yield f"{place}: {name} stands {found[name]} times"


def _parts(element: Element, place: str) -> Iterator[str]:
    for one in element:
        name = one.tag.removeprefix(ATOM)
        text = (one.text or "").strip()
        match name:
            case "id" | "icon" | "logo":
                if not _is_absolute(text):
                    yield f"{place}: {name} is no address: {text}"  # 4.2.6
            case "updated" | "published":
                if not _is_date(text):
                    yield f"{place}: {name} is no date: {text}"
            case "title" | "subtitle" | "summary" | "content":
                yield from (f"{place}: {fault}" for fault in _text(one, name))
            case "author" | "contributor":
                yield from _counts(one, _PERSON, f"{place}: {name}")
                email = one.findtext(f"{ATOM}email")
                if email is not None and not re.fullmatch(r".+@.+", email):
                    yield f"{place}: {name}: no address: {email}"


def _links(element: Element, place: str) -> Iterator[str]:
    for one in element.findall(f"{ATOM}link"):
        if not _is_absolute(one.get("href", "")):
            yield f"{place}: a link to {one.get('href')}"  # 4.2.7
    kinds = Counter(
        (one.get("type"), one.get("hreflang"))
        for one in element.findall(f"{ATOM}link")
        if one.get("rel", "alternate") == "alternate"
    )
    yield from (f"{place}: {kind} twice" for kind, times in kinds.items() if times > 1)  # 4.1.1


def _text(element: Element, name: str) -> Iterator[str]:
    """A text construct (3.1): plain or escaped HTML, in which every address is whole."""
    text = (element.text or "").strip()
    if len(element) or not text:
        yield f"{name} is empty or has markup of its own"
    match element.get("type", "text"):
        case "text":
            pass  # Signs of markup stand for themselves.
        case "html":
            root = html5lib.parseFragment(text, namespaceHTMLElements=False)
            addresses = [one.get("href") or one.get("src") for one in root.iter()]
            yield from (
                f"{name} leads to {one}" for one in addresses if one and not _is_absolute(one)
            )
        case other:
            yield f"{name} is of type {other}"


def _order(feed: Element, entry: Element, place: str) -> Iterator[str]:
    """Dates that contradict each other; what says when the feed was last changed is the newest."""
    changed = entry.findtext(f"{ATOM}updated", "")
    if entry.findtext(f"{ATOM}published", changed) > changed:
        yield f"{place}: changed before it was published"
    if changed > feed.findtext(f"{ATOM}updated", ""):
        yield f"{place}: changed after the feed"


def _is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "mailto" or (parts.scheme == "https" and bool(parts.netloc))


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
