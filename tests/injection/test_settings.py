"""What the consultant sets cannot break a letter either: refused at the start, or harmless."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.service import book, cancel
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.settings.errors import MistakesFound
from stadtfuehrer.text import plain_line
from tests.injection.arrived import SENDER, Arrived, arrived
from tests.injection.typed import EXAMPLES, INVISIBLE, VISIBLE, in_one_piece
from tests.support.contexts import NO_LIMITS, NOW, Clock, a_wish, in_berlin, opened_context
from tests.support.envelopes import plain
from tests.support.mail_server import Handler, serving
from tests.support.page_rules import ORIGIN

KINDS = {"kennenlernen": "2026-03-05 09:00", "stadtrundgang": "2026-03-05 14:00"}
LONG = f"{'x' * 60}.{'x' * 60}.{'x' * 50}.example"
"""A domain as long as a sender's can be."""


def as_toml(value: str) -> str:
    escaped = (one if one.isalnum() and one.isascii() else f"\\U{ord(one):08X}" for one in value)
    return f'"{"".join(escaped)}"'


def letters_of(folder: Path, changes: Mapping[str, str], sender: str = SENDER) -> list[Arrived]:
    """Book one consultation by phone and one by video, call both off, and open all letters."""
    settings = {"url": f'"{ORIGIN}"', **NO_LIMITS}
    settings |= {key: as_toml(value) for key, value in changes.items()}
    handler, clock = Handler(), Clock()
    with (
        opened_context(folder, f"sqlite:///{folder / 'test.db'}", changes=settings) as context,
        serving(handler) as port,
    ):
        for kind, start in KINDS.items():
            token = book(context, a_wish(context, in_berlin(start), kind=kind), now=NOW)
            deliver_due(context, plain(port), compose=compose, clock=clock)
            cancel(context, token, "", now=NOW)
            deliver_due(context, plain(port), compose=compose, clock=clock)
    assert len(handler.accepted) == 8
    return [arrived(envelope, sender=sender) for envelope in handler.accepted]


VALUES = [*VISIBLE.values()]


@pytest.mark.parametrize("first", range(0, len(VALUES), 3 if EXAMPLES else 9))
def test_what_can_be_seen_is_harmless_or_refused(tmp_path: Path, first: int) -> None:
    name, title, street = VALUES[first : first + 3]
    changes = {"name": name, "title": title, "street": street, "phone": street}
    try:
        letters = letters_of(tmp_path, changes)
    except MistakesFound as found:
        # The reading of settings is stricter than a form's.
        refused = {mistake.place.rpartition(".")[2] for mistake in found.mistakes}
        odd = {key for key, value in changes.items() if not plain_line(value).isprintable()}
        # Without any kind that will do there is none at all.
        assert refused - {"kinds"} == odd != set()
        return
    for letter in letters:
        assert letter.subject.count(title.split()[0]) >= 1
        page = in_one_piece("".join(letter.page.itertext()))
        assert in_one_piece(title) in page
        if letter.to[1] != "vera@stadtfuehrer.example":
            assert letter.sender[0] == f"{name.strip()} – Stadtführer"
            assert letter.reply_to[0] == name.strip()
            assert in_one_piece(name) in page


def places_of_mistakes(folder: Path, key: str, value: str) -> set[str]:
    """Where a context finds fault with this setting; it must not open."""
    url, changes = f"sqlite:///{folder / 'test.db'}", {key: as_toml(value)}
    with pytest.raises(MistakesFound) as found, opened_context(folder, url, changes=changes):
        pass
    return {mistake.place for mistake in found.value.mistakes}


@pytest.mark.parametrize("key", ["name", "title", "phone", "street", "city", "video_url", "sender"])
def test_what_cannot_be_seen_is_refused_at_the_start(tmp_path: Path, key: str) -> None:
    before, behind = {
        "video_url": ("https://video.stadtfuehrer.example/v", "era"),
        "sender": ("ter", "mine@stadtfuehrer.example"),
    }.get(key, ("Ve", "ra"))
    for case, characters in INVISIBLE.items():
        places = places_of_mistakes(tmp_path, key, before + characters[-1] + behind)
        assert key in {place.rpartition(".")[2] for place in places}, case


@pytest.mark.parametrize(
    "sender",
    [
        *("a@b.example, c@d.example", "Vera <a@b.example>", "a@b.example\r\nBcc: c@d.example"),
        *("änne@b.example", "=?utf-8?q?a?=@b.example"),
        # Its letters' Message-ID would be too long for the outbox.
        *(f"a@x{LONG}", f"a@{'x' * 60}.{'x' * 60}.{'x' * 60}.{'x' * 60}.example"),
    ],
)
def test_a_sender_that_breaks_letters_is_refused_at_the_start(tmp_path: Path, sender: str) -> None:
    assert places_of_mistakes(tmp_path, "sender", sender) == {"mail.sender"}


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        (f"{'v' * 64}@{LONG}", f"{'v' * 64}@{LONG}"),
        ("Termine@MÜLLER.example", "Termine@xn--mller-kva.example"),
    ],
)
def test_any_other_sender_is_that_of_the_letters(tmp_path: Path, sender: str, address: str) -> None:
    letters = letters_of(tmp_path, {"sender": sender}, sender=address)
    assert {letter.sender[1] for letter in letters} == {address}


def test_over_long_settings_are_long_letters(tmp_path: Path) -> None:
    changes = {"name": "Ü" * 2000, "title": "Gespräch " * 300, "street": '"' * 1000}
    for letter in letters_of(tmp_path, changes):
        assert in_one_piece(changes["title"]) in in_one_piece(letter.subject)
