"""A PNG written here is read back pixel by pixel."""

import struct
import zlib

from tools.cards.palette import MOST_COLOURS, indexed_png


def read_back(png: bytes) -> tuple[int, int, list[bytes]]:
    """The size and the colour of every pixel, of a PNG with a palette and no row filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (check,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert check == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 3, 0, 0, 0]
    lines = zlib.decompress(chunks[b"IDAT"])
    colours: list[bytes] = []
    for row in range(height):
        start = row * (width + 1)
        assert lines[start] == 0
        colours += [
            chunks[b"PLTE"][3 * index : 3 * index + 3]
            for index in lines[start + 1 : start + 1 + width]
        ]
    return width, height, colours


def test_few_colours_stay_as_they_are() -> None:
    pixels = [b"\x0b\x4a\x9e", b"\xff\xcc\x1f", b"\xff\xcc\x1f", b"\x00\x00\x00"] * 3
    png = indexed_png(b"".join(one + b"\xff" for one in pixels), 4, 3)
    assert read_back(png) == (4, 3, pixels)


def test_rare_colours_become_the_nearest_frequent_ones() -> None:
    frequent = [bytes([3 * at, 0, 0]) for at in range(MOST_COLOURS)]
    pixels = [*frequent, *frequent, bytes([31, 0, 0]), bytes([0, 200, 0])]
    png = indexed_png(b"".join(one + b"\xff" for one in pixels), len(pixels), 1)
    _, _, colours = read_back(png)
    assert colours[: 2 * MOST_COLOURS] == pixels[: 2 * MOST_COLOURS]
    assert colours[-2:] == [bytes([30, 0, 0]), bytes([0, 0, 0])]
