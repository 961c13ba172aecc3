"""Zips of pictures as people have them: which folder is the class, what is left out, and which numbers come in."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile, ImageOps

from dlcore.data.uploads import pictures
from dlcore.data.uploads.archive import Archive
from dlcore.data.uploads.description import Images, Repair
from dlcore.data.uploads.folder_layout import layout
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError

from .brought import experiment, given, kept, lay_out
from .test_own_archives import huge_png, picture, refusal, zipped

CASES = Path(__file__).parents[1] / "cases"


def case(folder: Path, name: str) -> Images:
    found = read([UploadedFile(CASES / name, name)], folder / "rows.parquet")
    assert isinstance(found, Images)
    return found


def images(folder: Path, members: dict[str, bytes]) -> Images:
    found = kept(folder, zipped(members), "pets.zip")[0]
    assert isinstance(found, Images)
    return found


def repair(found: Images, kind: str) -> Repair:
    (each,) = (each for each in found.repairs if each.kind == kind)
    return each


def kinds(found: Images) -> set[str]:
    return {each.kind for each in found.repairs}


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, format, **options)
    return made.getvalue()


# Which class, and which part


@pytest.mark.parametrize(
    ("paths", "expected"),
    [  # by hand: the class that ImageFolder would give each, and its part
        (["cats/1", "dogs/2"], [("cats", None), ("dogs", None)]),
        (["cats/day1/1", "dogs/day2/deep/2", "dogs/3"], [("cats", None), ("dogs", None), ("dogs", None)]),
        (["photos/cats/1", "photos/dogs/2"], [("cats", None), ("dogs", None)]),
        (["a/b/c/cats/1", "a/b/c/dogs/x/2"], [("cats", None), ("dogs", None)]),
        (["train/cats/1", "train/dogs/2", "test/cats/3"], [("cats", 0), ("dogs", 0), ("cats", 2)]),
        (["pets/Training/cats/1", "pets/Training/dogs/2", "pets/Testing/dogs/3"],
         [("cats", 0), ("dogs", 0), ("dogs", 2)]),
        (["train/cats/1", "train/dogs/2", "valid/cats/3", "TEST/cats/4"],
         [("cats", 0), ("dogs", 0), ("cats", 1), ("cats", 2)]),
        (["seg_train/seg_train/sea/1", "seg_train/seg_train/ice/2", "seg_test/seg_test/sea/3", "seg_pred/4"],
         [("sea", 0), ("ice", 0), ("sea", 2), (None, None)]),
        (["training_set/cats/1", "training_set/dogs/2", "test_set/cats/3"], [("cats", 0), ("dogs", 0), ("cats", 2)]),
        (["train/images/cats/1", "train/images/dogs/2", "val/images/dogs/3"], [("cats", 0), ("dogs", 0), ("dogs", 1)]),
        (["cats/train/1", "cats/test/2", "dogs/train/3", "dogs/test/x/4"],
         [("cats", 0), ("cats", 2), ("dogs", 0), ("dogs", 2)]),
        (["train/cats/1", "train/dogs/2"], [("cats", None), ("dogs", None)]),
        (["train/1", "car/2", "plane/3"], [("train", None), ("car", None), ("plane", None)]),
        (["valid/1", "invalid/2"], [("valid", None), ("invalid", None)]),
        (["valid/1", "not_valid/2"], [("valid", None), ("not_valid", None)]),
        (["test/1", "control/2"], [("test", None), ("control", None)]),
        (["cover", "cats/1", "dogs/2"], [(None, None), ("cats", None), ("dogs", None)]),
        (["train/cats/1", "train/dogs/2", "test/3"], [("cats", 0), ("dogs", 0), (None, 2)]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value[0], str) else "",
)  # fmt: skip
def test_the_outermost_folder_that_is_no_wrapping_and_no_part_is_the_class(paths: list[str], expected: Any) -> None:
    found = layout([tuple(each.split("/")[:-1]) for each in paths])
    assert [(each.name, each.part) for each in found.places] == expected


def test_subfolders_belong_to_their_class_and_that_is_told(tmp_path: Path) -> None:
    found = case(tmp_path, "subfolders_in_class.zip")
    assert (found.classes, found.counts, found.parts) == (("cats", "dogs"), (2, 2), ())
    assert repair(found, "folders-joined").count == 4
    assert "cats/day1/1.png to cats" in str(repair(found, "folders-joined").sentence)


def test_folders_that_are_parts_without_classes_are_no_classes(tmp_path: Path) -> None:
    with pytest.raises(UploadError) as caught:
        case(tmp_path, "only_splits.zip")
    assert "the folders test, train are parts of a data set, not classes" in str(caught.value)
    assert "train/cats/1.png" in str(caught.value)


def test_parts_follow_one_another_and_are_told(tmp_path: Path) -> None:
    members = {f"{part}/{name}/{n}.png": picture((40 * place + n, place, 9), mode="RGB")
               for place, (part, rows) in enumerate((("test", 2), ("Validation", 3), ("train", 4)))
               for name in ("cats", "dogs") for n in range(rows)}  # fmt: skip
    found = images(tmp_path, members)
    assert (found.rows, found.classes, found.counts, found.parts) == (18, ("cats", "dogs"), (9, 9), (8, 6, 4))
    lay_out(found, tmp_path / "rows.parquet")
    x = experiment(side=8).dataset.source.read(0).x  # type: ignore[attr-defined]
    assert x[:, 1, 0, 0].tolist() == [2] * 8 + [1] * 6 + [0] * 4
    assert "8 pictures teach, 6 judge, and 4 are the test part" in str(repair(found, "folders-are-parts").sentence)


def test_a_test_folder_without_classes_is_left_aside(tmp_path: Path) -> None:
    members = {f"train/{name}/{n}.png": picture() for name in ("cats", "dogs") for n in range(3)}
    found = images(tmp_path, members | {f"test/{n}.png": picture() for n in range(2)})
    assert (found.rows, found.classes, found.parts) == (6, ("cats", "dogs"), ())
    assert repair(found, "pictures-without-class").places == ("test/0.png", "test/1.png")
    assert "6 pictures" in str(repair(found, "folders-are-parts").sentence)


# What is left out


def test_what_is_no_picture_is_left_aside_and_counted(tmp_path: Path) -> None:
    found = case(tmp_path, "with_readme.zip")
    assert (found.classes, found.counts) == (("cats", "dogs"), (2, 2))
    aside = repair(found, "files-left-aside")
    assert (aside.count, aside.places) == (2, ("README.txt", "labels.csv"))
    strays = ["Thumbs.db", "desktop.ini", ".DS_Store", "._1.png", "notes.json", "LICENSE", ".ipynb_checkpoints/1.png",
              "@eaDir/1.png", "film.mp4", "inside.zip"]  # fmt: skip
    members = {f"{name}/1.png": picture() for name in ("cats", "dogs")} | {"__MACOSX/cats/._1.png": picture()}
    found = images(
        tmp_path, members | {f"cats/{name}": picture() if "png" in name else b"BM P5 text" for name in strays}
    )
    assert (found.classes, found.counts) == (("cats", "dogs"), (1, 1))
    assert repair(found, "files-left-aside").count == len(strays) + 1


def test_a_picture_outside_of_the_classes_is_left_aside_and_named(tmp_path: Path) -> None:
    found = images(tmp_path, {"cover.png": picture(), "cats/1.png": picture(), "dogs/1.png": picture()})
    assert found.rows == 2
    assert repair(found, "pictures-without-class").places == ("cover.png",)


def damaged(count: int, of: int) -> dict[str, bytes]:
    """Pictures in two classes, so many of them torn."""
    return {f"{('cats', 'dogs')[n % 2]}/{n}.jpg": picture(format="JPEG")[: 300 if n < count else None]
            for n in range(of)}  # fmt: skip


@pytest.mark.parametrize(("count", "of"), [(1, 4), (1, 20), (2, 40), (5, 100)])
def test_up_to_one_in_twenty_pictures_or_one_may_be_unreadable(tmp_path: Path, count: int, of: int) -> None:
    found = images(tmp_path, damaged(count, of))
    assert found.rows == of - count
    told = repair(found, "pictures-unreadable")
    assert told.count == count
    assert told.places[0] == "cats/0.jpg"
    assert f"{count} of {of} pictures cannot be read and were left out: cats/0.jpg" in str(told.sentence)


@pytest.mark.parametrize(("count", "of", "most"), [(2, 20, 1), (2, 39, 1), (3, 40, 2), (6, 100, 5)])
def test_more_are_refused_and_the_first_named(tmp_path: Path, count: int, of: int, most: int) -> None:
    sentence = refusal(tmp_path, zipped(damaged(count, of)), "pets.zip")
    assert (
        f"{count} of {of} pictures cannot be read; at most {most} may be left out. cats/0.jpg, dogs/1.jpg" in sentence
    )
    assert "it is damaged" in sentence


def test_no_class_is_lost_with_its_only_picture(tmp_path: Path) -> None:
    members = {f"dogs/{n}.png": picture() for n in range(30)} | {"cats/1.png": b"junk"}
    assert "cats/1.png: it is damaged" in refusal(tmp_path, zipped(members), "pets.zip")


def test_a_picture_that_is_torn_inside_the_archive_is_left_out_as_one_that_is_torn(tmp_path: Path) -> None:
    raw = bytearray(zipped({f"{name}/{n}.png": picture((n, 9, 9)) for name in ("cats", "dogs") for n in range(4)}, 0))
    raw[raw.index(b"IDAT") + 6] ^= 255
    found = kept(tmp_path, bytes(raw), "pets.zip")[0]
    assert (found.rows, repair(found, "pictures-unreadable").places) == (7, ("cats/0.png",))  # type: ignore[arg-type]


def test_what_is_too_large_is_refused_among_any_number_of_good_ones(tmp_path: Path) -> None:
    good = {f"{name}/{n}.png": picture() for name in ("cats", "dogs") for n in range(30)}
    assert "cats/huge.png: it has more than 20 million pixels" in refusal(
        tmp_path, zipped(good | {"cats/huge.png": huge_png()}), "pets.zip"
    )


# Formats


def test_each_format_is_read_whatever_its_name_says(tmp_path: Path) -> None:
    assert case(tmp_path, "gif_bmp_webp.zip").counts == (2, 5)
    assert case(tmp_path, "webp_named_jpg.zip").counts == (2, 3)
    rough = Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8))
    expected = np.asarray(rough)
    exact = {"1.png": saved(rough, "PNG"), "2.bmp": saved(rough, "BMP"), "3.png": saved(rough, "WEBP", lossless=True),
             "4.ppm": saved(rough, "PPM"), "5": saved(rough, "PNG"), "6.JPG": saved(rough, "BMP")}  # fmt: skip
    for name, content in exact.items():
        assert np.array_equal(np.asarray(pictures.read(content).image), expected), name
    found = images(tmp_path, {f"{cls}/{name}": content for cls in ("a", "b") for name, content in exact.items()})
    assert found.counts == (6, 6)
    assert not found.repairs


def frames(format: str) -> bytes:
    many = [Image.new("RGB", (8, 8), colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    return saved(
        many[0], format, save_all=True, append_images=many[1:], **({"lossless": True} if format == "WEBP" else {})
    )


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken_and_told(tmp_path: Path, format: str) -> None:
    found = pictures.read(frames(format))
    assert found.moves
    assert np.asarray(found.image).reshape(-1, 3).tolist() == [[255, 0, 0]] * 64
    members = {"a/1.png": frames(format), "b/1.png": picture()}
    assert repair(images(tmp_path, members), "first-frame").places == ("a/1.png",)


def test_a_photograph_with_a_preview_inside_is_one_picture() -> None:
    many = [Image.new("RGB", (8, 8), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    found = pictures.read(saved(many[0], "MPO", save_all=True, append_images=many[1:]))
    assert not found.moves
    assert np.asarray(found.image)[0, 0, 0] > 240


@pytest.mark.parametrize(
    ("content", "reason"),
    [(saved(Image.new("RGB", (4, 4)), "TIFF"), "which is not read"), (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
     (b"<svg></svg>", "SVG"), (b"", "no picture"), (b"GIF89a", "no picture"), (b"P6 4 4 255\n" + bytes(3), "damaged"),
     (picture(format="WEBP")[:20], "damaged"), (b"BM" + bytes(60), "no picture")],
)  # fmt: skip
def test_other_formats_are_told_from_damage(content: bytes, reason: str) -> None:
    with pytest.raises(pictures.PictureError) as caught:
        pictures.read(content)
    assert reason in caught.value.reason


def webp_of(width: int, height: int) -> bytes:
    """A WebP that says it has this size, behind which hardly anything follows."""
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + bytes(4)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def gif_of(width: int, height: int) -> bytes:
    """A small GIF that says its canvas has this size."""
    small = picture(format="GIF")
    return small[:6] + struct.pack("<HH", width, height) + small[10:]


@pytest.mark.parametrize(
    "content",
    [webp_of(16_000, 16_000), gif_of(60_000, 60_000), huge_png(),
     b"P6 60000 60000 255\n" + bytes(60), b"P5 5000 4001 255\n" + bytes(60),
     b"BM" + struct.pack("<IIIIiiHH", 99, 0, 54, 40, 60_000, 60_000, 1, 24) + bytes(60)],
    ids=["webp", "gif", "png", "ppm", "pgm", "bmp"],
)  # fmt: skip
def test_a_bomb_of_any_format_is_refused_before_it_is_unpacked(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(pictures.PictureError) as caught:
        pictures.read(content)
    assert caught.value.reason == pictures.TOO_LARGE


# Numbers


def on_white(image: Image.Image) -> Image.Image:
    rgba = np.asarray(image.convert("RGBA"), np.float64)
    alpha = rgba[..., 3:] / 255
    return Image.fromarray(np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8))


def noise(*shape: int, high: int = 256, kind: Any = np.uint8) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).integers(0, high, shape).astype(kind)


def grey_with_a_clear_value() -> bytes:
    return saved(Image.fromarray(noise(6, 6)), "PNG", transparency=int(noise(6, 6)[0, 0]))


NUMBERS: dict[str, tuple[Callable[[], bytes], Callable[[], np.ndarray[Any, Any]]]] = {
    "16 bits": (
        lambda: saved(Image.fromarray(noise(6, 6, high=65_536, kind=np.uint16)), "PNG"),
        lambda: noise(6, 6, high=65_536, kind=np.uint16) // 256,
    ),
    "16 bits, PGM": (
        lambda: b"P5 6 6 65535\n" + noise(6, 6, high=65_536, kind=np.uint16).astype(">u2").tobytes(),
        lambda: noise(6, 6, high=65_536, kind=np.uint16) // 256,
    ),
    "1 bit": (
        lambda: saved(Image.fromarray(noise(6, 6, high=2) * 255).convert("1"), "PNG"),
        lambda: noise(6, 6, high=2) * 255,
    ),
    "palette": (
        lambda: saved(Image.fromarray(noise(6, 6, 3)).quantize(64), "PNG"),
        lambda: np.asarray(Image.fromarray(noise(6, 6, 3)).quantize(64).convert("RGB")),
    ),
    "see-through": (
        lambda: saved(Image.fromarray(noise(6, 6, 4), "RGBA"), "PNG"),
        lambda: np.asarray(on_white(Image.fromarray(noise(6, 6, 4), "RGBA"))),
    ),
    "one clear grey": (
        grey_with_a_clear_value,
        lambda: np.where(noise(6, 6) == noise(6, 6)[0, 0], 255, noise(6, 6)),
    ),
    "grey, see-through": (
        lambda: saved(Image.fromarray(noise(6, 6, 2), "LA"), "PNG"),
        lambda: np.asarray(on_white(Image.fromarray(noise(6, 6, 2), "LA")))[..., 0],
    ),
    "clear GIF": (
        lambda: saved(Image.new("P", (6, 6), 0), "GIF", transparency=0),
        lambda: np.full((6, 6, 3), 255),
    ),
    "CMYK": (
        lambda: saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=100),
        lambda: np.broadcast_to([255, 0, 0], (16, 16, 3)),
    ),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_kind_of_pixels_becomes_the_right_numbers(kind: str) -> None:
    content, expected = (each() for each in NUMBERS[kind])
    found = np.asarray(pictures.read(content).image).astype(int)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1  # of 255: rounding


@pytest.mark.parametrize("orientation", range(1, 10))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_as_its_camera_was_held(orientation: int, format: str) -> None:
    rough = Image.fromarray(np.kron(noise(3, 5, 3), np.ones((16, 16, 1), np.uint8)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(rough, format, exif=exif)
    with Image.open(io.BytesIO(content)) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    assert np.array_equal(np.asarray(pictures.read(content).image), expected)


def test_tags_that_make_no_sense_are_no_damage(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = case(tmp_path, "odd_exif.zip")
    assert (found.counts, found.repairs) == ((2, 3), ())
    plain = saved(Image.new("RGB", (8, 8), (9, 99, 199)), "JPEG", exif=b"Exif\0\0junk that is no TIFF header")
    assert np.abs(np.asarray(pictures.read(plain).image).astype(int) - [9, 99, 199]).max() < 5


def test_names_with_markup_are_kept_as_they_are(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    found = images(tmp_path, {f"{evil}/1.png": picture(), "dogs/1.png": picture(), f"{evil}.txt": b""})
    assert evil in found.classes
    assert evil in str(repair(found, "files-left-aside").sentence)
    with Archive(given(tmp_path, zipped({"a/1.png": b""}), "a.zip").path, "a.zip") as opened:
        assert [each.filename for each in opened.entries] == ["a/1.png"]
