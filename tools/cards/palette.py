"""Writes pictures of few colours as PNG with a palette (PNG 3rd edition, sections 5 and 11)."""

import struct
import zlib
from collections import Counter

MOST_COLOURS = 80


def indexed_png(rgba: bytes, width: int, height: int) -> bytes:
    """The picture with at most 80 colours; ``rgba`` has four bytes a pixel, opacity is ignored.

    Flat drawings lose nothing that is seen: nearly all their pixels have a handful of colours,
    and the rest are the soft edges between them, which go to the nearest.
    """
    pixels = [rgba[at : at + 3] for at in range(0, 4 * width * height, 4)]
    counted = Counter(pixels)
    palette = [colour for colour, _ in counted.most_common(MOST_COLOURS)]
    index = {colour: _nearest(colour, palette) for colour in counted}
    rows = (
        b"\0" + bytes(index[one] for one in pixels[row * width : (row + 1) * width])
        for row in range(height)
    )
    # 8 bits a pixel, colour type 3: an index into the palette.
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", b"".join(palette)),
            (b"IDAT", zlib.compress(b"".join(rows), 9)),
            (b"IEND", b""),
        )
    )


def _nearest(colour: bytes, palette: list[bytes]) -> int:
    def distance(at: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, palette[at], strict=True))

    return min(range(len(palette)), key=distance)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
