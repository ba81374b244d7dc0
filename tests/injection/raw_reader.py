"""A second reader of messages, beside the standard library's: octet by octet, and without mercy.

It knows only what our letters may be made of (RFC 5322, 2045 to 2047). Where a mail program would
make the best of something odd, this one stops: whatever it accepts leaves no room for doubt.
"""

import base64
import quopri
import re
from dataclasses import dataclass

LONGEST_LINE = 998
"""In octets, without CRLF (RFC 5322, 2.1.1)."""
LONGEST_FOLDED_LINE = 76
"""What a line should have at most (the same), wherever it can be broken."""

_FIELD = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*): (\S.*|)")
_WORD = re.compile(r"=\?utf-8\?([bq])\?([!->@-~]+)\?=")
_QUOTED = r'"((?:[^"\\]|\\["\\])*)"'
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+"
_MAILBOX = re.compile(rf"(?:(?:{_QUOTED}|(=\?\S+(?: =\?\S+)*)) <)?({_ADDRESS})(>?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A message or a part of one; headers unfolded, in their order."""

    headers: tuple[tuple[str, str], ...]
    content_type: str
    content: bytes
    """Decoded; empty for a multipart."""
    parts: tuple["Part", ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.headers]

    @property
    def shape(self) -> object:
        """Content types, a pair for each multipart."""
        return (
            (self.content_type, [one.shape for one in self.parts])
            if self.parts
            else (self.content_type)
        )

    def header(self, name: str) -> str:
        """The value of the only header of this name, in whatever case it is written."""
        (found,) = (value for key, value in self.headers if key.lower() == name.lower())
        return found

    def walk(self) -> list["Part"]:
        return [self, *(one for part in self.parts for one in part.walk())]


def parse_message(message: bytes) -> Part:
    """Raises AssertionError for whatever our letters must not have."""
    odd = {*message} - {*range(0x20, 0x7F), *b"\t\r\n"}
    assert not odd, f"octets {odd}"
    assert message.endswith(b"\r\n")
    for line in message.split(b"\r\n"):
        assert not {*line} & {*b"\r\n"}, f"a bare CR or LF in {line!r}"
        assert len(line) <= LONGEST_LINE
    return _part(message)


def _part(octets: bytes) -> Part:
    head, blank, body = octets.partition(b"\r\n\r\n")
    assert blank
    headers = tuple(_headers(head.decode("ascii")))
    types = [value for name, value in headers if name == "Content-Type"]
    assert len(types) == 1
    content_type, _, parameters = types[0].partition(";")
    found = re.fullmatch(r' boundary="(=_[a-z]+_[0-9a-f]{32})"', parameters)
    is_multipart = content_type.startswith("multipart/")
    assert is_multipart == bool(found)
    parts = _pieces(body, f"--{found[1]}".encode()) if found else []
    return Part(
        headers=headers,
        content_type=content_type,
        content=b"" if is_multipart else _decoded(dict(headers), body),
        parts=tuple(map(_part, parts)),
    )


def _headers(head: str) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in head.split("\r\n"):
        if line.startswith(" "):
            assert line.strip()
            name, value = fields.pop()
            fields.append((name, f"{value} {line[1:]}".strip()))
        else:
            found = _FIELD.fullmatch(line)
            assert found, f"no header: {line!r}"
            fields.append((found[1], found[2]))
        # Longer only where nothing could have been folded.
        words = line.partition(": ")[2] or line.strip()
        assert len(line) <= LONGEST_FOLDED_LINE or " " not in words, line
    return fields


def _pieces(body: bytes, delimiter: bytes) -> list[bytes]:
    before, *pieces, end = (b"\r\n" + body).split(b"\r\n" + delimiter)
    assert (before, end) == (b"", b"--\r\n"), "something before the first part or after the last"
    assert all(piece.startswith(b"\r\n") for piece in pieces)
    return [piece.removeprefix(b"\r\n") for piece in pieces]


def _decoded(headers: dict[str, str], body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_FOLDED_LINE
    encoding = headers["Content-Transfer-Encoding"]
    if encoding == "base64":
        return base64.b64decode(b"".join(lines), validate=True)
    assert encoding == "quoted-printable"
    assert not re.search(rb"=(?![0-9A-F]{2}|\r\n)|[ \t]\r\n", body), "not quoted-printable"
    return quopri.decodestring(body)


def read_text(value: str) -> str:
    """An unstructured header: plain, or encoded words and nothing else."""
    if "=?" not in value:
        return value
    return "".join(map(_word, value.split(" ")))


def read_mailbox(value: str) -> tuple[str, str]:
    """Name and address of exactly one mailbox, as ``name-addr`` or ``addr-spec``."""
    found = _MAILBOX.fullmatch(value)
    assert found, f"not one mailbox: {value!r}"
    quoted, encoded, address, closed = found.groups()
    assert bool(closed) == (quoted is not None or encoded is not None)
    if encoded is not None:
        return read_text(encoded), address
    return re.sub(r"\\(.)", r"\1", quoted or ""), address


def _word(word: str) -> str:
    found = _WORD.fullmatch(word)
    assert found, f"no encoded word: {word!r}"
    assert len(word) <= 75
    if found[1] == "b":
        return base64.b64decode(found[2], validate=True).decode()
    # In a name only these may stand for themselves (RFC 2047, 5 (3)).
    assert re.fullmatch(r"(?:[A-Za-z0-9!*+/_-]|=[0-9A-F]{2})+", found[2])
    return quopri.decodestring(found[2].replace("_", "=20")).decode()
