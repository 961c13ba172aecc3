"""One picture from outside: its format found from its first bytes, held to a size, and made plain numbers.

Only formats whose decoders are small and much tried are opened: no TIFF (its library is large, and was often a way
in), no HEIC, no SVG. Warnings of Pillow (a tag that makes no sense) are no damage; too many pixels are refused.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from PIL import Image

from dlcore.data.uploads.limits import MAX_PIXELS, MAX_SIDE
from dlcore.i18n import N_

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM")  # Pillow's names
SHOWN_FORMATS = "PNG, JPEG, GIF, BMP, WebP, PPM"  # as a sentence lists them
NAMES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp", ".ppm", ".pgm", ".pbm", ".pnm")
OTHER_NAMES = (".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".psd", ".svg", ".cr2",
               ".nef", ".arw", ".dng", ".apng")  # fmt: skip
HEAD = 64  # bytes that say which format a file has
GREY = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I;16N", "I")  # Pillow's modes without colour
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")
ORIENTATION = 0x0112  # the tag that says how the camera was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # bytes that the second header of a BMP may have

DAMAGED = N_("it is damaged, or no picture; save it anew")
OTHER_FORMAT = N_("it is TIFF, HEIC, AVIF, SVG or alike, which is not read; save it as PNG or JPEG")
TOO_LARGE = N_("it has more than 20 million pixels")


class PictureError(Exception):
    """A file is no picture that can be read. `reason` is a msgid, said after the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: at most 128 pixels wide and high, grey (L) or in colour (RGB)."""

    image: Image.Image
    size: tuple[int, int]  # width and height as it came
    colour: bool  # whether it came with colours
    moves: bool = False  # whether more pictures follow this one in its file


def format_of(head: bytes) -> str | None:
    """Pillow's name of the format that a file begins with; None for one that is not read.

    >>> format_of(b"GIF89a..."), format_of(b"II*")
    ('GIF', None)
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "BMP"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return "PPM" if re.match(rb"P[1-6]\s", head) else None


def is_named_as_picture(name: str) -> bool:
    """Whether the end of a name says that a file is a picture, of a format that is read or of another."""
    return name.lower().endswith((*NAMES, *OTHER_NAMES))


def looks_like_picture(head: bytes) -> bool:
    """Whether a file whose name does not say so is a picture. A text may begin with P5, so PPM needs its name."""
    return format_of(head) not in (None, "PPM")


def read(content: bytes, colour: bool | None = None) -> Picture:
    """A picture: turned upright, its first frame, what is see-through on white.

    colour: three channels or one, whatever came; None leaves it to the picture. Raises PictureError.
    """
    with _opened(content) as opened:
        size, coloured = opened.size, opened.mode not in GREY
        opened.draft("RGB" if opened.mode != "L" else "L", (2 * MAX_SIDE, 2 * MAX_SIDE))  # a JPEG is unpacked smaller
        image = plain(upright(opened), coloured if colour is None else colour)
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        return Picture(image, size, coloured, _moves(opened))


def check(content: bytes) -> None:
    """Raise PictureError for what is no picture by its first bytes, or says that it is too large; unpack nothing."""
    with _opened(content):
        pass


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """A picture of an allowed format and size, whose pixels are not unpacked yet. Raises PictureError."""
    format = format_of(content[:HEAD])
    if format is None:
        raise PictureError(OTHER_FORMAT if _is_other(content[:HEAD]) else DAMAGED)
    if format == "WEBP" and _pixels_of_webp(content[:HEAD]) > MAX_PIXELS:  # its decoder takes memory when it is opened
        raise PictureError(TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(format,)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise PictureError(TOO_LARGE)
                yield opened
    except (PictureError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(TOO_LARGE) from None
    except Exception:  # decoders raise kinds of their own; all of them mean a file that is no picture
        raise PictureError(DAMAGED) from None


def _moves(opened: Image.Image) -> bool:
    """Whether it is an animation. A JPEG may hold further pictures (a preview, a depth map): these are none."""
    if opened.format not in ("GIF", "PNG", "WEBP"):
        return False
    with suppress(Exception):  # what comes after the first frame may be damaged: it is not read
        return bool(getattr(opened, "is_animated", False))
    return False


def upright(image: Image.Image) -> Image.Image:
    """Turned as its camera held it, where its tags can be read."""
    image.load()  # some tags stand behind the pixels
    turn = None
    with suppress(Exception):  # tags that make no sense are no damage of the picture
        turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    return image if turn is None else image.transpose(turn)


def plain(picture: Image.Image, colour: bool) -> Image.Image:
    """Grey or red, green and blue, 8 bits each; what is see-through lies on white."""
    if picture.mode in SIXTEEN_BITS:
        eight = np.clip(np.asarray(picture, np.int64) >> 8, 0, 255).astype(np.uint8)
        return Image.fromarray(eight).convert("RGB" if colour else "L")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB" if colour else "L")


def _is_other(head: bytes) -> bool:
    """Whether a file begins as a picture of a format that is not read."""
    begins = head.startswith((b"II*\0", b"MM\0*", b"8BPS", b"<svg", b"\0\0\1\0", b"\xff\x0a", b"\0\0\0\x0cj"))
    return begins or head[4:8] == b"ftyp"


def _pixels_of_webp(head: bytes) -> int:
    """How many pixels a WebP says that it has, in any of its three ways."""
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return width * height
