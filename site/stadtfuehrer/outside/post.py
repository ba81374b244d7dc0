"""What every way of sending letters has in common, and the three ways in which it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_NAME = re.compile(r"[a-z0-9-]{1,100}")
_ADDRESS = re.compile(r"[\x21-\x7e]+@[a-z0-9.-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A rendered message with its envelope: one sender, one recipient, ASCII addresses.

    ``name`` is the stem of a file name (small letters, digits, hyphens), such as the letter's
    kind; ``message`` has CRLF line ends.

    Raises:
        ValueError: a name or an address that cannot be used as such.

    """

    name: str
    sender: str
    recipient: str
    message: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("the parcel's name cannot be part of a file name")
        for address in (self.sender, self.recipient):
            if not _ADDRESS.fullmatch(address) or any(one in address for one in '<>,;:"\\'):
                raise ValueError("the envelope needs plain ASCII addresses")


class NotDelivered(Exception):  # noqa: N818 - it names what happened
    """A parcel was not taken; ``reason`` is a German sentence without the recipient's address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(NotDelivered):
    """This parcel will never be taken; the next one may be."""


class Later(NotDelivered):
    """Nothing is wrong for good: trying the same again later may well succeed."""


class Misconfigured(NotDelivered):
    """No parcel will be taken until somebody changes the settings or the server."""


class Post(Protocol):
    """A way of sending letters."""

    def round(self) -> AbstractContextManager[Callable[[Parcel], None]]:
        """Give a function that hands over one parcel after the other, over one connection.

        The connection is opened with the first parcel and again after it broke, so a round
        without parcels costs nothing, and entering and leaving it never fails. The function
        returns once the parcel was accepted; what goes wrong after that is no failure.

        The function raises:
            Refused, Later, Misconfigured.
        """
        ...

    def probe(self, sender: str) -> tuple[str, ...]:
        """Try everything short of sending; German sentences about what is wrong, or none."""
        ...
