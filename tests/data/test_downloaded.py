"""Downloaded data: fetched whole or resumed, checked, put there by hand; read as they were published.

The mirror is a server of the test's own, the files are small and in the real formats.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcore.data.downloaded import Cifar10, Cifar100, Downloaded, FashionMnist, Mnist
from dlcore.data.fetched import Published
from dlcore.data.split import divide
from dlcore.errors import DataError
from dlcore.presets import PRESETS

Files = dict[str, bytes]


class Mirror:
    """A server of files; it notes from which byte each was asked for, and can break off."""

    def __init__(self) -> None:
        self.files: Files = {}
        self.asked: list[tuple[str, int]] = []
        self.break_after: int | None = None
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name, start = self.path.lstrip("/"), 0
                if wanted := self.headers.get("Range"):
                    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                mirror.asked.append((name, start))
                content = mirror.files[name][start:]
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: mirror.break_after])

            def log_message(self, *_given: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A mirror without files."""
    made = Mirror()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path))
    return tmp_path


def idx(values: np.ndarray[Any, Any]) -> bytes:
    """An array of bytes as an IDX file, packed; by its published layout."""
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(head + values.tobytes())


RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (50, 28, 28), dtype=np.uint8)
LABELS = RANDOM.integers(0, 10, 50, dtype=np.uint8)
MNIST = {
    "train-images-idx3-ubyte.gz": idx(IMAGES[:40]),
    "train-labels-idx1-ubyte.gz": idx(LABELS[:40]),
    "t10k-images-idx3-ubyte.gz": idx(IMAGES[40:]),
    "t10k-labels-idx1-ubyte.gz": idx(LABELS[40:]),
}


def archive(members: dict[str, bytes]) -> bytes:
    """A packed archive with these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def publish(monkeypatch: pytest.MonkeyPatch, kind: type[Downloaded], files: Files, rows: int, address: str) -> None:
    """Let these files be the published ones."""
    listed = tuple(Published(name, len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in files.items())
    monkeypatch.setattr(kind, "files", listed)
    monkeypatch.setattr(kind, "rows", rows)
    monkeypatch.setattr(kind, "address", address)


@pytest.fixture
def mnist(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    """Fifty images on the mirror."""
    mirror.files = dict(MNIST)
    publish(monkeypatch, Mnist, MNIST, 50, mirror.address)
    return Mnist()


@pytest.mark.parametrize("kind", [Mnist, FashionMnist, Cifar10, Cifar100])
def test_what_a_data_set_holds_is_known_without_its_files(kind: type[Downloaded]) -> None:
    about = kind().about()
    assert about.outputs == len(set(about.classes)) == (100 if kind is Cifar100 else 10)
    assert kind().missing() == sum(file.size for file in kind.files)
    assert all(len(file.sha256) == 64 and kind.address.startswith("https://") for file in kind.files)


def test_files_are_fetched_once_with_progress_and_read_as_they_were_published(mirror: Mirror, mnist: Mnist) -> None:
    told: list[tuple[int, int]] = []
    mnist.fetch(lambda done, total: told.append((done, total)))
    assert told[-1] == (sum(map(len, MNIST.values())),) * 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    rows = mnist.read(0)
    assert np.array_equal(rows.x, IMAGES[:, None].astype(np.float32))
    assert rows.y.tolist() == LABELS.tolist()
    assert len(mirror.asked) == 4
    assert not mnist.missing()
    assert np.array_equal(mnist.some(np.array([3])), IMAGES[3:4, None])


def test_what_broke_off_is_gone_on_with(mirror: Mirror, mnist: Mnist) -> None:
    mirror.break_after = 20_000
    with pytest.raises(DataError, match="could not be reached"):
        mnist.fetch(lambda _done, _total: None)
    first = "train-images-idx3-ubyte.gz"
    part = (mnist.place / f"{first}.part").read_bytes()
    assert part == MNIST[first][: len(part)]
    assert 10_000 < len(part) <= 20_000
    assert mnist.missing() == sum(map(len, MNIST.values())) - len(part)
    mirror.break_after = None
    mnist.fetch(lambda _done, _total: None)
    assert mirror.asked[:2] == [(first, 0), (first, len(part))]
    assert (mnist.place / first).read_bytes() == MNIST[first]


def test_a_file_with_another_sum_is_refused_and_not_kept(mirror: Mirror, mnist: Mnist) -> None:
    first = "train-images-idx3-ubyte.gz"
    mirror.files[first] = bytes(len(MNIST[first]))
    with pytest.raises(DataError, match=r"train-images.* is not the file that was published"):
        mnist.read(0)
    assert not (mnist.place / first).exists()
    assert not (mnist.place / f"{first}.part").exists()


def test_offline_the_sentence_says_where_to_put_the_files(mirror: Mirror, mnist: Mnist) -> None:
    mirror.server.shutdown()
    mirror.server.server_close()
    with pytest.raises(DataError) as refused:
        mnist.read(0)
    assert f"put the files {', '.join(MNIST)} from {mirror.address} into {mnist.place} and try again" in str(
        refused.value
    )


def test_files_put_there_by_hand_are_checked_and_read(mirror: Mirror, mnist: Mnist) -> None:
    mnist.place.mkdir(parents=True)
    for name, raw in MNIST.items():
        (mnist.place / name).write_bytes(raw)
    assert mnist.read(0).y.tolist() == LABELS.tolist()
    assert not mirror.asked
    (mnist.place / "t10k-labels-idx1-ubyte.gz").write_bytes(idx(LABELS[:2]))
    with pytest.raises(DataError, match="t10k-labels"):
        mnist.read(0)


def test_cifar_is_read_from_its_binary_archives(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = RANDOM.integers(0, 256, (6, 3072), dtype=np.uint8)
    records = [bytes([number]) + row.tobytes() for number, row in enumerate(pixels)]
    files = {"cifar-10-binary.tar.gz": archive(dict(zip(Cifar10.members, records, strict=True)))}
    mirror.files = files
    publish(monkeypatch, Cifar10, files, 6, mirror.address)
    rows = Cifar10().read(0)
    assert np.array_equal(rows.x, pixels.reshape(6, 3, 32, 32))
    assert rows.y.tolist() == [0, 1, 2, 3, 4, 5]

    coarse = [bytes([7]) + record for record in records]
    files = {
        "cifar-100-binary.tar.gz": archive(
            dict(zip(Cifar100.members, [b"".join(coarse[:4]), b"".join(coarse[4:])], strict=True))
        )
    }
    mirror.files = files
    publish(monkeypatch, Cifar100, files, 6, mirror.address)
    assert Cifar100().read(0).y.tolist() == [0, 1, 2, 3, 4, 5], "the fine class, not the coarse one"


def test_the_preset_judges_with_ten_thousand_rows() -> None:
    experiment = PRESETS["mnist-dropout"].experiment
    about = Mnist().about()
    labels = np.repeat(np.arange(10), 7000)
    parts = divide(labels, experiment.dataset.split, about, experiment.seed, None)
    assert [len(part) for part in parts] == [50_000, 10_000, 10_000]
