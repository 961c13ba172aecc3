"""What a `.pt` file of torch.save holds, from its zip and from the words of its pickle: no tensor is made.

Everything that can be told without torch is told here, so that a file that means no good costs no process that has
torch in it, and so that torch is never asked to read numbers that are not there.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dlcore.data.uploads.archive import Archive
from dlcore.errors import UploadError, WeightsError
from dlcore.export import pt_pickle
from dlcore.export.pt_pickle import KINDS, NotWeightsError, Outline
from dlcore.i18n import N_, Text

_ZIP = b"PK\3\4"
_BEFORE_ZIP = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # how files of torch.save began before they were zips
_PICKLE = "/data.pkl"


def outline(raw: bytes, filename: str, limit: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name -> (dtype, shape) of the tensors in a `.pt`, all of which are there in full.

    limit: bytes that its entries may have together. Raises WeightsError for what is no state_dict.
    """
    if raw.startswith(_BEFORE_ZIP):
        raise WeightsError(
            Text(N_("{file} is as torch before 1.6 wrote it. Load it with torch and save it anew."), file=filename)
        )
    if not raw.startswith(_ZIP):
        raise WeightsError(Text(N_("{file} is not a file of torch.save."), file=filename))
    with _opened(raw, filename) as archive:
        return _outline(archive, limit)


def write_anew(raw: bytes, filename: str, path: Path) -> None:
    """Write the same entries as a plain zip, so that another reader of zip files finds no others in it.

    Raises WeightsError where one of them is damaged.
    """
    with _opened(raw, filename) as archive, zipfile.ZipFile(path, "w") as written:
        for entry in archive.entries:
            written.writestr(entry.filename, archive.read(entry, len(raw)))


@contextmanager
def _opened(raw: bytes, filename: str) -> Iterator[Archive]:
    try:
        with Archive(io.BytesIO(raw), filename) as archive:
            yield archive
    except UploadError as error:
        raise WeightsError(error.text) from None
    except NotWeightsError:
        raise not_opened(filename) from None


def not_opened(filename: str) -> WeightsError:
    """Something in the file is not what a state_dict is written with."""
    return WeightsError(Text(N_("{file} holds more than weights, or is damaged, and was not opened."), file=filename))


def _outline(archive: Archive, limit: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    if any(each.compress_type != zipfile.ZIP_STORED for each in archive.entries) or _bytes_of(archive) > limit:
        raise WeightsError(
            Text(N_("{file} is packed in a way that torch.save never writes; it was not opened."), file=archive.name)
        )
    members = {each.filename: each for each in archive.entries}
    pickles = [name for name in members if name.endswith(_PICKLE) and name.count("/") == 1]
    if len(members) < len(archive.entries) or len(pickles) != 1:
        raise NotWeightsError("names that stand twice, or not at all")
    found = pt_pickle.read(archive.read(members[pickles[0]], limit))
    _check_numbers(found, pickles[0].removesuffix(_PICKLE), {name: each.file_size for name, each in members.items()})
    return {name: (tensor.dtype, tensor.shape) for name, tensor in found.items()}


def _bytes_of(archive: Archive) -> int:
    """Of all entries, as the larger of what they say."""
    return sum(max(each.file_size, each.compress_size) for each in archive.entries)


def _check_numbers(found: Mapping[str, Outline], folder: str, sizes: Mapping[str, int]) -> None:
    """Each storage lies in the file with as many bytes as its numbers have: torch reads those it was told of."""
    for storage in {tensor.storage for tensor in found.values()}:
        if sizes.get(f"{folder}/data/{storage.key}") != storage.length * KINDS[storage.kind][1]:
            raise NotWeightsError("numbers that are not there")
