"""A zip of pictures in folders, a folder a class. PNG and JPEG; each is kept small, as a PNG of our own making."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from PIL import Image, ImageOps
from pyarrow import parquet

from dlcore.data.base import Rows
from dlcore.data.own.archive import Archive, readable_name
from dlcore.data.own.description import Images
from dlcore.data.own.formats import Given
from dlcore.data.own.limits import MAX_NAME_CHARACTERS, MAX_PIXELS, MAX_SIDE, MAX_VALUES
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

if TYPE_CHECKING:
    from dlcore.data.own.dataset import Brought

MAX_PICTURE_BYTES = 32 << 20  # of one file
PICTURES_A_GROUP = 500
NOT_PICTURES = ("thumbs.db", "desktop.ini")
NO_FOLDER = N_("it lies in no folder; every picture must lie in a folder that is named as its class, as in cats/1.png")
GREY = ("1", "L", "LA", "I;16", "I")  # Pillow's modes without colour
SCHEMA = pa.schema([("picture", pa.binary()), ("folder", pa.string())])


def read(files: Sequence[Given], made: Path) -> Images:
    """Check and shrink every picture. Raises UploadError that names the member."""
    counts: Counter[str] = Counter()
    sizes: list[tuple[int, int]] = []
    colour = False
    with Archive(files[0].path, files[0].name) as archive, parquet.ParquetWriter(made, SCHEMA) as writer:
        waiting: list[dict[str, Any]] = []
        for entry in archive.entries:
            name = folder_of(archive, entry)
            if name is None:
                continue
            picture, size, has_colour = _shrunk(archive, entry)
            waiting.append({"picture": picture, "folder": name})
            counts[name] += 1
            sizes.append(size)
            colour = colour or has_colour
            if len(waiting) == PICTURES_A_GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
    _check_classes(files[0], counts)
    classes = tuple(sorted(counts))
    by_area = sorted(sizes, key=lambda size: size[0] * size[1])
    found = tuple(counts[each] for each in classes)
    return Images("zip", sum(found), classes, found, colour, by_area[0], by_area[-1])


def folder_of(archive: Archive, entry: zipfile.ZipInfo) -> str | None:
    """The name of the class: that of the innermost folder; None for what systems leave in archives unasked."""
    parts = readable_name(entry).replace("\\", "/").split("/")
    if parts[-1].startswith(".") or parts[-1].lower() in NOT_PICTURES or "__MACOSX" in parts:
        return None
    name = parts[-2].strip() if len(parts) > 1 else ""
    if name in ("", ".", "..") or len(name) > MAX_NAME_CHARACTERS:
        raise archive.refused(entry, NO_FOLDER)
    if not parts[-1].lower().endswith((".png", ".jpg", ".jpeg")):
        raise archive.refused(entry, N_("it is no PNG and no JPEG; only these are read"))
    return name


def _shrunk(archive: Archive, entry: zipfile.ZipInfo) -> tuple[bytes, tuple[int, int], bool]:
    """(a PNG at most 128 pixels wide and high, width and height as it came, whether it has colour)."""
    content = archive.read(entry, MAX_PICTURE_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
                size = opened.size
                if size[0] * size[1] > MAX_PIXELS:
                    raise archive.refused(entry, N_("it has more than 20 million pixels"))
                opened.draft("RGB" if opened.mode != "L" else "L", (2 * MAX_SIDE, 2 * MAX_SIDE))
                colour = opened.mode not in GREY
                picture = plain(ImageOps.exif_transpose(opened), colour)
    except UploadError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise archive.refused(entry, N_("it has more than 20 million pixels")) from None
    except Exception:  # decoders raise kinds of their own; all of them mean a file that is no picture
        raise archive.refused(entry, N_("it is damaged, or no picture; take it out, or save it anew")) from None
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue(), size, colour


def plain(picture: Image.Image, colour: bool) -> Image.Image:
    """Grey or red, green and blue; what is see-through lies on white."""
    if picture.mode in ("I;16", "I"):  # 16 bits a pixel
        return Image.fromarray((np.asarray(picture, np.int64) >> 8).astype(np.uint8))
    if picture.mode in ("LA", "PA", "RGBA", "P"):
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB" if colour else "L")


def _check_classes(file: Given, counts: Counter[str]) -> None:
    if not 2 <= len(counts) <= MAX_VALUES:
        raise UploadError(
            Text(
                N_("{file} must hold 2 to {limit} folders of pictures, each named as a class; it holds {received}."),
                file=file.name,
                limit=f"{MAX_VALUES:,}",
                received=len(counts),
            )
        )


def rows(brought: Brought, images: Images, kept: parquet.ParquetFile) -> Rows:
    """Every picture at the chosen side. Shapes: x (N, channels, side, side) uint8; y (N,)."""
    number = {name: index for index, name in enumerate(images.classes)}
    x = np.empty((images.rows, 3 if images.colour else 1, brought.side, brought.side), np.uint8)
    y = np.empty(images.rows, np.int64)
    before = 0
    for batch in kept.iter_batches(PICTURES_A_GROUP):
        inside = slice(before, before + len(batch))
        x[inside] = pictures(brought, images, batch)
        y[inside] = [number[name] for name in batch["folder"].to_pylist()]
        before += len(batch)
    return Rows(x, y)


def pictures(brought: Brought, images: Images, kept: pa.Table | pa.RecordBatch) -> np.ndarray[Any, Any]:
    """Kept pictures at the chosen side. Shapes: (N, channels, side, side) uint8."""
    side, channels = brought.side, 3 if images.colour else 1
    made = np.empty((len(kept), side, side, channels), np.uint8)
    for place, content in zip(made, kept["picture"], strict=True):
        with Image.open(io.BytesIO(content.as_py()), formats=("PNG",)) as picture:
            shown = picture.convert("RGB" if images.colour else "L").resize((side, side))
            place[...] = np.asarray(shown).reshape(side, side, channels)
    return made.transpose(0, 3, 1, 2)
