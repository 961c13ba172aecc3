"""Downloaded data: fetched whole or resumed, checked, put there by hand; read as they were published.

The mirror is a server of the test's own, the files are small and in the real formats.
"""

from __future__ import annotations

import io
import re
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dlcore.data.catalog.image_benchmarks import Cifar10, Cifar100, Downloaded, FashionMnist, Mnist
from dlcore.data.split import divide
from dlcore.errors import DataError
from dlcore.presets import PRESETS
from dlcore.registry import DATASETS

from .mirror import IMAGES, LABELS, MNIST, RANDOM, Mirror, idx, publish


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A mirror without files."""
    made = Mirror()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path))
    return tmp_path


def archive(members: dict[str, bytes]) -> bytes:
    """A packed archive with these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


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
    mirror.break_after, mirror.answers = 20_000, 1
    with pytest.raises(DataError, match="could not be reached"):
        mnist.fetch(lambda _done, _total: None)
    first = "train-images-idx3-ubyte.gz"
    part = (mnist.place / f"{first}.part").read_bytes()
    assert part == MNIST[first][: len(part)]
    assert 10_000 < len(part) <= 20_000
    assert mnist.missing() == sum(map(len, MNIST.values())) - len(part)
    mirror.break_after = mirror.answers = None
    mnist.fetch(lambda _done, _total: None)
    assert mirror.asked[:3] == [(first, 0), (first, len(part)), (first, len(part))]
    assert (mnist.place / first).read_bytes() == MNIST[first]


def test_a_connection_that_breaks_is_taken_up_again_by_itself(mirror: Mirror, mnist: Mnist) -> None:
    mirror.break_after = 20_000
    mnist.fetch(lambda _done, _total: None)
    assert not mnist.missing()
    first = [start for name, start in mirror.asked if name == "train-images-idx3-ubyte.gz"]
    assert len(first) == 2
    assert first == sorted(set(first)), "each begins where the one before broke off"


def test_who_waits_for_anothers_fetching_tells_how_far_it_has_come(mirror: Mirror, mnist: Mnist) -> None:
    mirror.hold_after = 16_384
    other = threading.Thread(target=mnist.fetch, args=(lambda _done, _total: None,))
    other.start()
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 16_384:
            mirror.gate.set()

    mnist.fetch(tell)
    other.join()
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]
    assert len(mirror.asked) == 4, "nothing was fetched twice"


# Every address that the app ever opens, and the sums that were published in catalogues of other libraries.
CATALOGUE = {
    "https://storage.googleapis.com/cvdf-datasets/mnist/": {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/": {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
    "https://www.cs.toronto.edu/~kriz/": {
        "cifar-10-binary.tar.gz": "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        "cifar-100-binary.tar.gz": "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    },
}


def test_the_app_downloads_what_is_on_this_catalogue_and_nothing_else() -> None:
    found: dict[str, dict[str, str]] = {}
    for declared in DATASETS.values():
        if issubclass(declared, Downloaded):
            found.setdefault(declared.address, {}).update({file.name: file.sha256 for file in declared.files})
    assert found == CATALOGUE
    root = Path(__file__).parents[2]
    asks = re.compile(r"^\s*(import|from) (requests|pooch|urllib\.request|http\.client|httpx|aiohttp|socket)\b", re.M)
    sources = [path for folder in ("dlcore", "pages") for path in (root / folder).rglob("*.py")]
    opens = {path.name for path in sources if asks.search(path.read_text(encoding="utf-8"))}
    names_this_machine = {"local_workers.py", "nanny_watch.py", "join_code.py"}
    as_set = {"oidc_provider.py"}  # the identity provider of the settings, where there is one
    assert opens <= {"download.py", "task.py", "worker.py", "hosts.py", "serving.py", *as_set, *names_this_machine}, (
        "the others ask this machine alone"
    )


def test_a_file_with_another_sum_is_refused_and_not_kept(mirror: Mirror, mnist: Mnist) -> None:
    first = "train-images-idx3-ubyte.gz"
    mirror.files[first] = bytes(len(MNIST[first]))
    with pytest.raises(DataError, match=r"train-images.* is not the file that was published"):
        mnist.read(0)
    assert not (mnist.place / first).exists()
    assert not (mnist.place / f"{first}.part").exists()


def test_offline_the_sentence_says_where_to_put_the_files(mirror: Mirror, mnist: Mnist) -> None:
    mirror.close()
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
