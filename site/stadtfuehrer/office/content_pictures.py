"""The consultant's face and sign: small ones of what was sent, of which nothing else is kept."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING

from PIL import Image, ImageCms, ImageOps

from stadtfuehrer.audit_log import Action, note
from stadtfuehrer.content.writing import put_file
from stadtfuehrer.web.static import LOGO, OWN_FOLDER, PORTRAIT

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_PIXELS = 50_000_000
"""A telephone's largest; more would take too much memory while it is being made small."""

HEAVIEST = 30_000
"""Bytes of what is kept."""

_SIDES = {PORTRAIT: 320, LOGO: 160}
"""Pixels: twice what the largest type makes of the 88 and 40 that pages show."""

_QUALITIES = (85, 70, 55, 40, 25)

# Pillow itself refuses, before it reads any, what has twice as many.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class TooManyPixelsError(ValueError):
    """It would take too much memory."""


def make_small(source: IO[bytes], name: str) -> bytes:
    """A WebP of the size for this name, upright, in sRGB: a square cut out, a logo whole.

    Raises TooManyPixelsError, and ValueError: it is no picture that can be read.
    """
    try:
        with Image.open(source, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixelsError
            return _encoded(_shrunk(image, _SIDES[name], is_square=name == PORTRAIT))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixelsError from error
    except (OSError, SyntaxError, EOFError) as error:  # Pillow's words for what is broken
        raise ValueError("no picture") from error


def _shrunk(image: Image.Image, side: int, *, is_square: bool) -> Image.Image:
    profile = image.info.get("icc_profile")
    image.draft("RGB", (2 * side, 2 * side))  # a JPEG is never unpacked in full
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    if profile and upright.mode in {"RGB", "RGBA", "CMYK"}:
        # Telephones write colours wider than those of the web, which would look pale.
        with suppress(ImageCms.PyCMSError, OSError):
            its, the_webs = (
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
            )
            upright = ImageCms.profileToProfile(upright, its, the_webs, outputMode=mode) or upright
    make = ImageOps.fit if is_square else ImageOps.contain
    small = make(upright.convert(mode), (side, side))
    small.info = {}
    return small


def _encoded(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        written = BytesIO()
        image.save(written, "WEBP", quality=quality, alpha_quality=quality, method=6)
        if len(written.getvalue()) <= HEAVIEST:
            return written.getvalue()
    return _encoded(image.reduce(2))


def save_pictures(
    context: "AppContext", pictures: Mapping[str, bytes], *, who: str, now: datetime
) -> None:
    """Put small pictures, by their names, in the place of those that are there."""
    with context.database.begin() as session:
        note(session, who, Action.PICTURE_CHANGED, *pictures, now=now)
        for name, octets in pictures.items():
            put_file(context.instance / OWN_FOLDER / name, octets)


def remove_picture(context: "AppContext", name: str, *, who: str, now: datetime) -> None:
    """Take a picture away."""
    with context.database.begin() as session:
        note(session, who, Action.PICTURE_CHANGED, name, now=now)
        (context.instance / OWN_FOLDER / name).unlink(missing_ok=True)
