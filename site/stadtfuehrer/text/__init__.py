"""Lines that others wrote, and mailboxes: what may stand in a header (RFC 5321, 5322)."""

import re
import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from html import unescape


def missing_text(value: object, place: str = "") -> list[str]:
    """Where a text is blank or a list empty, within a dataclass: ``steps[0].title``."""
    if isinstance(value, str):
        return [] if value.strip() else [place]
    inside: list[tuple[str, object]] = []
    if isinstance(value, tuple):
        if not value:
            return [place]
        inside = [(f"{place}[{number}]", item) for number, item in enumerate(value)]
    elif is_dataclass(value):
        before = f"{place}." if place else ""
        inside = [(f"{before}{one.name}", getattr(value, one.name)) for one in fields(value)]
    return [found for where, item in inside for found in missing_text(item, where)]


# Zero width joiner and non-joiner and the tag characters: emoji such as 👩‍💻 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿 are made with
# them, and Persian names are written with the non-joiner.
_HARMLESS_FORMAT = {0x200C, 0x200D, *range(0xE0020, 0xE0080)}

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


def check_line(text: str) -> None:
    """Refuse what could end a header line, hide in it or turn its reading direction.

    Raises ValueError for a control (C0, C1), a line or paragraph separator, a lone surrogate, or a
    format character other than those in emoji and in Persian writing.
    """
    for character in text:
        if not _is_plain(character):
            raise ValueError(f"U+{ord(character):04X} has no place in a line")


def plain_text(text: str) -> str:
    """The text with plain line feeds for line breaks of any kind, without invisible characters.

    For texts of several lines that others wrote: neither mail nor iCalendar (RFC 5545, 3.1) has a
    place for controls, and bidirectional overrides only serve to deceive. Tabs stay.
    """
    lines = _LINE_BREAKS.sub("\n", text)
    # Each different character is judged once: a letter of 20 KB has some eighty of them.
    unseen = {ord(one): None for one in set(lines) - {"\n", "\t"} if not _is_plain(one)}
    return lines.translate(unseen) if unseen else lines


_HYPHENS = "\u2010\u2011"


def plain_line(text: str) -> str:
    """A line as it was meant: plain blanks and hyphens, and nothing that cannot be seen.

    Phones and programs that fill in forms paste no-break spaces, soft hyphens and marks of
    direction along. Line breaks and controls stay, for ``check_line`` to refuse.
    """
    return text.translate({ord(one): _as_meant(one) for one in set(text)}).strip()


@lru_cache(maxsize=4096)
def _as_meant(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" and not _is_plain(character):
        return ""
    return " " if category == "Zs" else "-" if character in _HYPHENS else character


@lru_cache(maxsize=4096)
def _is_plain(character: str) -> bool:
    category, number = unicodedata.category(character), ord(character)
    if category == "Cf":
        return number in _HARMLESS_FORMAT
    # Noncharacters (Unicode 23.7), which HTML forbids; other unassigned ones may be new emoji.
    if number & 0xFFFE == 0xFFFE or number in range(0xFDD0, 0xFDF0):  # noqa: PLR2004
        return False
    return category not in {"Cc", "Cs", "Zl", "Zp"}


def quoted(text: str) -> str:
    """The text in quotation marks; those that it has itself become inner ones: „‚Ja‘ sagt er“."""
    return f"„{text.translate({ord('„'): '‚', ord('“'): '‘'})}“"


TITLES = frozenset(
    {"dr", "prof", "dipl", "ing", "mag", "med", "phil", "jur", "rer", "nat", "h", "c", "st", "geb"}
)
"""What is abbreviated in front of, or within, a name."""


def first_name(name: str) -> str:
    """The first word of a name that is no title: „Änne“ of „Prof. Dr. Änne Müller“.

    Empty where that may be a surname: of „Frau Müller“, of „Dr. Müller“.
    """
    words = name.split()
    own = [word for word in words if not _is_title(word)]
    return own[0] if own and (len(own) > 1 or len(words) == 1) else ""


def _is_title(word: str) -> bool:
    # „C.“ is somebody's initial, „h.c.“ is not.
    parts = [part for part in re.split("[.-]", word.casefold()) if part]
    is_abbreviated = len(word.rstrip(".")) > 1 and all(part in TITLES for part in parts)
    return is_abbreviated or word.casefold() in {"herr", "frau"}


_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})


def slug(text: str) -> str:
    """A name as a part of an address: a-z, digits, hyphens, 40 at most; empty if none is left."""
    composed = unicodedata.normalize("NFC", text).lower().translate(_SPELT)
    bare = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", bare.replace("'", ""))[:40].strip("-")


_TAG = re.compile(r"<[^>]*>")


def words_of_html(html: str) -> str:
    """What ``to_html`` has made, as words on one line; it has a line end after each block."""
    return " ".join(unescape(_TAG.sub("", html)).split())


_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

# RFC 5321, 4.5.3.1, without the angle brackets
_LONGEST_ADDRESS, _LONGEST_LOCAL_PART = 254, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mail address and the name of whoever reads there; the name may be empty.

    The address is a plain one (RFC 5321 dot-string, no quotes, no list) and ASCII once made: a
    domain such as ``müller.example`` is turned into its A-label. A non-ASCII local part is
    refused, since Flask-Mail cannot send to one and few servers accept it; the form says so to
    the visitor before it comes here. With anything else, or with a character in the name that has
    no place in a header, it raises ValueError.
    """

    name: str
    address: str

    def __post_init__(self) -> None:
        check_line(self.name)
        object.__setattr__(self, "name", self.name.strip())
        object.__setattr__(self, "address", _ascii_address(self.address))


def _ascii_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        whole = f"{local}@{ascii_domain(domain)}"
    except ValueError:
        raise ValueError("not a plain mail address") from None
    if (
        not at
        or not _LOCAL_PART.fullmatch(local)
        or len(local) > _LONGEST_LOCAL_PART
        # Some parsers decode an encoded word even there (against RFC 2047, 5): another address.
        or "=?" in local
        or len(whole) > _LONGEST_ADDRESS
    ):
        raise ValueError("not a plain mail address")
    return whole


def ascii_domain(domain: str) -> str:
    """The domain as the DNS knows it, in A-labels. Raises ValueError: it cannot be one."""
    labels = [_a_label(label) for label in domain.split(".")]
    if not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("not a domain")
    return ".".join(labels)


def _a_label(label: str) -> str:
    """The label as the DNS knows it (RFC 5891); an impossible one comes back impossible.

    Not the codec ``idna`` of the standard library: that is IDNA 2003, which turns ``straße`` into
    ``strasse``, a domain that may belong to somebody else.
    """
    # Compatibility forms are what they stand for (UTS 46): a Japanese keyboard writes „ｆｉｒｍａ“.
    # One character after the other: str.lower() makes the last Σ of a word a ς, another domain.
    label = "".join(one.lower() for one in unicodedata.normalize("NFKC", label))
    label = unicodedata.normalize("NFC", label)
    if label.isascii():
        return label
    # Letters, digits and marks only (RFC 5892); anything else is left as it is, to be refused.
    if any(unicodedata.category(one)[0] not in "LMN" and one != "-" for one in label):
        return label
    return f"xn--{label.encode('punycode').decode('ascii')}"
