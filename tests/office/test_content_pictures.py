"""What becomes of pictures: small, upright, in the web's colours, and no trace of the rest."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from stadtfuehrer.office.content_pictures import (
    FORMATS,
    HEAVIEST,
    MOST_PIXELS,
    TooManyPixelsError,
    make_small,
)
from stadtfuehrer.web.static import LOGO, PORTRAIT

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width, height // 2))
    return image.convert(mode)


def written(image: Image.Image, kind: str = "PNG", **more: object) -> BytesIO:
    octets = BytesIO()
    image.save(octets, kind, **more)
    octets.seek(0)
    return octets


def opened(octets: bytes) -> Image.Image:
    image = Image.open(BytesIO(octets))
    image.load()
    return image


def is_near(found: object, meant: tuple[int, ...], by: int = 25) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= by for one, other in zip(found, meant, strict=False))


def camera_exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = orientation, "Kamera 12"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 14.0)
    return exif


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("orientation", "above"), [(1, RED), (3, BLUE)])
def test_a_picture_is_upright_and_tells_of_no_place_and_camera(
    kind: str, orientation: int, above: tuple[int, ...]
) -> None:
    sent = written(halves(900, 1200), kind, exif=camera_exif(orientation))
    small = make_small(sent, PORTRAIT)
    image = opened(small)
    assert (image.format, image.size) == ("WEBP", (320, 320))
    assert is_near(image.getpixel((160, 20)), above)
    assert image.info.keys() & {"exif", "icc_profile", "xmp"} == set()
    assert b"Kamera" not in small


@pytest.mark.parametrize(("orientation", "size"), [(1, (160, 80)), (6, (80, 160)), (8, (80, 160))])
def test_a_logo_is_whole(orientation: int, size: tuple[int, int]) -> None:
    sent = written(halves(800, 400), "JPEG", exif=camera_exif(orientation))
    assert opened(make_small(sent, LOGO)).size == size


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_kind_of_pixels(mode: str) -> None:
    image = Image.new(mode, (40, 60)) if mode == "I;16" else halves(40, 60, mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(make_small(written(image, kind), PORTRAIT)).size == (320, 320)


def test_what_can_be_seen_through_stays_so() -> None:
    logo = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    logo.paste((*RED, 255), (100, 100, 300, 300))
    small = opened(make_small(written(logo), LOGO))
    assert small.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert is_near(small.getpixel((80, 80)), (*RED, 255))


def test_wide_colours_become_those_of_the_web() -> None:
    """A profile whose colours are turned: what is red by it must not be shown as its numbers."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Red and blue primaries change places.
    swapped = lab.replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ").replace(b"xXYZ", b"bXYZ")
    sent = written(Image.new("RGB", (400, 400), RED), icc_profile=swapped)
    assert is_near(opened(make_small(sent, PORTRAIT)).getpixel((100, 100)), BLUE)
    broken = written(Image.new("RGB", (400, 400), RED), icc_profile=b"no profile")
    assert is_near(opened(make_small(broken, PORTRAIT)).getpixel((100, 100)), RED)


@pytest.mark.parametrize("name", [PORTRAIT, LOGO])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_even_noise_is_light(name: str, mode: str) -> None:
    noise = Image.merge(mode, [Image.effect_noise((700, 700), 200) for _ in mode])
    assert len(make_small(written(noise), name)) <= HEAVIEST


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    "height", [MOST_PIXELS // 1000 + 1, 2 * MOST_PIXELS // 1000 + 1, 2**31 - 1]
)
def test_what_would_burst_the_memory_is_not_unpacked(height: int) -> None:
    with pytest.raises(TooManyPixelsError):
        make_small(BytesIO(bomb(1000, height)), PORTRAIT)


def cut(octets: BytesIO) -> bytes:
    return octets.getvalue()[: len(octets.getvalue()) // 2]


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        lambda: b"GIF89a" + bytes(30),
        lambda: b"%PDF-1.7",
        lambda: bomb(0, 0),
        lambda: bomb(100, 100),
        *(lambda kind=kind: cut(written(halves(300, 300), kind)) for kind in FORMATS),
    ],
)
def test_what_is_no_picture_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture"):
        make_small(BytesIO(make()), PORTRAIT)
