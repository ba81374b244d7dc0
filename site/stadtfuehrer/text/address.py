"""A mailbox: one plain mail address (RFC 5321) and the name of whoever reads there."""

import re
import unicodedata
from dataclasses import dataclass

from stadtfuehrer.text import check_line

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
    labels = [_a_label(label) for label in domain.split(".")]
    whole = f"{local}@{'.'.join(labels)}"
    if (
        not at
        or not _LOCAL_PART.fullmatch(local)
        or len(local) > _LONGEST_LOCAL_PART
        # Some parsers decode an encoded word even there (against RFC 2047, 5): another address.
        or "=?" in local
        or len(whole) > _LONGEST_ADDRESS
        or not all(map(_LABEL.fullmatch, labels))
    ):
        raise ValueError("not a plain mail address")
    return whole


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
