"""Whether a letter is, but for the words that were typed, the one that harmless words give."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote
from xml.etree.ElementTree import Element

from stadtfuehrer.text import plain_text
from stadtfuehrer.text.phone import dial
from tests.injection.arrived import Arrived
from tests.injection.typed import ADDRESSES, HARMLESS, Typed, as_the_dns_knows_it, in_one_piece
from tests.support.readers.ical_js import Seen

_TOKEN = re.compile(r"(/buchung/|/buero/stimmen/)[A-Za-z0-9_-]+")
_LIKENESS = str.maketrans({'"': "'", "^": "ˆ", "\\": "/"})
"""What a name's signs become in an invitation, where they cannot stand."""

_SUBSTITUTED = ("name", "email", "firma", "telefon", "anliegen", "grund", "worte", "result_name")


class Node(NamedTuple):
    """An element as the parser sees it, without what may differ: addresses, and line breaks."""

    tag: str
    attributes: tuple[tuple[str, str], ...]


def check_twins(letter: Arrived, twin: Arrived, typed: Typed) -> None:
    """Raises AssertionError where the letter differs from its twin in more than typed words.

    ``twin`` is the same letter for ``HARMLESS``, where the same fields are filled in.
    """
    said = _substitution(typed)
    assert letter.kind == twin.kind
    assert letter.sender == twin.sender
    for mine, theirs in ((letter.to, twin.to), (letter.reply_to, twin.reply_to)):
        assert in_one_piece(mine[0]) == said(theirs[0])
        assert mine[1] == _address(theirs[1], typed)
    assert in_one_piece(letter.subject) == said(twin.subject)
    assert _without_token(letter.text) == said(_without_token(twin.text))
    _check_pages(letter.page, twin.page, typed, said)
    assert (letter.invitation is None) == (twin.invitation is None)
    if letter.invitation is not None and twin.invitation is not None:
        _check_invitations(letter.invitation, twin.invitation, typed)


def _check_invitations(mine: Seen, theirs: Seen, typed: Typed) -> None:
    said, called = _substitution(typed), _substitution(typed, calendar=True)
    for name in ("summary", "description", "location", "url"):
        value = _without_token(getattr(mine, name))
        assert value == said(_without_token(getattr(theirs, name))), name
    assert mine.organizer == theirs.organizer
    for one, other in zip(mine.attendees, theirs.attendees, strict=True):
        assert in_one_piece(one.name) == called(other.name)
        assert one.address == f"mailto:{_address(other.address.removeprefix('mailto:'), typed)}"


def _address(theirs: str, typed: Typed) -> str:
    """What an address of the twin is here: the visitor's as the DNS knows it, others the same."""
    for name in ADDRESSES:
        if theirs == getattr(HARMLESS, name):
            return as_the_dns_knows_it(getattr(typed, name))
    return theirs


def _substitution(typed: Typed, *, calendar: bool = False) -> Callable[[str], str]:
    """Puts what was typed where the twin has the harmless words; white space does not count."""
    values, harmless = typed.as_dict(), HARMLESS.as_dict()
    words = {}
    for name in _SUBSTITUTED:
        value = in_one_piece(plain_text(values[name]))
        words[in_one_piece(harmless[name])] = value.translate(_LIKENESS) if calendar else value
    any_word = re.compile("|".join(map(re.escape, words)))
    return lambda text: any_word.sub(lambda found: words[found[0]], in_one_piece(text))


def _without_token(text: str) -> str:
    # First, or a word that comes next would be taken for a part of the token.
    return in_one_piece(_TOKEN.sub(r"\1…", text))


def _check_pages(page: Element, twin: Element, typed: Typed, said: Callable[[str], str]) -> None:
    assert _skeleton(page) == _skeleton(twin)
    assert _comments(page) == _comments(twin)
    for mine, theirs in zip(_labels(page), _labels(twin), strict=True):
        assert in_one_piece(mine) == said(theirs)
    for mine, theirs in zip(_links(page), _links(twin), strict=True):
        assert mine == _expected_link(theirs, typed)
    preview, expected = _preview(page), said(_preview(twin))
    # A long preview is cut.
    assert expected.startswith(preview.removesuffix("…"))
    assert preview == expected or preview.endswith("…")
    assert _words(page) == said(_words(twin))


def _skeleton(page: Element) -> list[Node]:
    return [
        Node(
            str(one.tag),
            tuple(pair for pair in sorted(one.items()) if pair[0] not in {"href", "aria-label"}),
        )
        for one in page.iter()
        if one.tag != "br"
    ]


def _comments(page: Element) -> list[str | None]:
    return [one.text for one in page.iter() if callable(one.tag)]


def _labels(page: Element) -> list[str]:
    return [label for one in page.iter() if (label := one.get("aria-label")) is not None]


def _links(page: Element) -> list[str]:
    return [
        _TOKEN.sub(r"\1…", href) for one in page.iter() if (href := one.get("href")) is not None
    ]


def _expected_link(theirs: str, typed: Typed) -> str:
    if theirs == f"mailto:{HARMLESS.email}":
        local, _, domain = typed.email.rpartition("@")
        return f"mailto:{quote(local, safe='/')}@{domain}"
    if theirs == dial(HARMLESS.telefon, "DE"):
        return dial(typed.telefon, "DE")
    return theirs


def _hidden(page: Element) -> Element:
    (found,) = (one for one in page.iter("div") if "display:none" in one.get("style", ""))
    return found


def _preview(page: Element) -> str:
    return in_one_piece("".join(_hidden(page).itertext()))


def _words(page: Element) -> str:
    """Everything that is written on the page, its title included, without the preview."""
    (body,), hidden = page.findall("body"), _hidden(page)
    (title,) = page.iter("title")
    body.remove(hidden)
    written = f"{''.join(title.itertext())}{''.join(body.itertext())}"
    body.insert(0, hidden)
    return _without_token(written)
