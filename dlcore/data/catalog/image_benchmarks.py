"""The field's own images, fetched from where they were published: MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100.

The sums are published in several public catalogues of other libraries, which agree. No file is unpickled: CIFAR comes
in its binary version. The images of the published test part stand behind those of the training part.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from dlcore.data import download
from dlcore.data.base import About, Dataset, Rows
from dlcore.data.download import Progress, Published
from dlcore.declaration import Shape
from dlcore.errors import DataError
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]


class Downloaded(Dataset):
    """Images that are fetched once and kept. Shapes: x (N, *shape), 0 to 255; y (N,)."""

    abstract: ClassVar[bool] = True
    address: ClassVar[str] = ""  # ends with /
    files: ClassVar[tuple[Published, ...]] = ()
    shape: ClassVar[tuple[int, ...]] = ()
    rows: ClassVar[int] = 0
    classes: ClassVar[tuple[str, ...]] = ()
    stand_in: ClassVar[Mapping[str, Any]] = {}  # a data set of the same shape that is always there

    def about(self) -> About:
        return About("multiclass", Shape(self.shape), self.rows, self.classes)

    @property
    def place(self) -> Path:
        """Where the files lie, or shall be put."""
        return download.folder(self.name)

    def missing(self) -> int:
        """How many bytes are still to be fetched."""
        return download.lacking(self.files, self.place)

    def fetch(self, progress: Progress) -> None:
        """Bring the files here and check them. Raises DataError with what to do where that cannot be."""
        download.fetch(self.address, self.files, self.place, progress)
        download.check(self.files, self.place)

    def read(self, seed: int) -> Rows:
        x, y = self.pixels()
        return Rows(x.astype(np.float32), y.astype(np.int64))

    def pixels(self) -> tuple[Array, Array]:
        """(x, y) as they were published, a byte each; fetches the files first where they are not there.

        Shapes: (rows, *shape), (rows,). Raises DataError where the files are not to be had, or hold something else.
        """
        if self.missing():
            self.fetch(lambda _done, _total: None)
        download.check(self.files, self.place)
        x, y = self._unpacked()
        if len(x) != len(y) or len(x) != self.rows:
            raise DataError(Text(N_("{folder} holds other images than it should."), folder=str(self.place)))
        return x.reshape(-1, *self.shape), y

    def answers(self) -> Array:
        """y of all rows, (rows,)."""
        return self.pixels()[1].astype(np.int64)

    def some(self, numbers: Array) -> Array:
        """x of a few rows, to be looked at. Shapes: (N,) -> (N, *shape)."""
        return self.pixels()[0][numbers].astype(np.float32)

    def _unpacked(self) -> tuple[Array, Array]:
        raise NotImplementedError


class Idx(Downloaded):
    """Images and labels in four files in the format of MNIST."""

    abstract: ClassVar[bool] = True
    shape = (1, 28, 28)
    rows = 70_000

    def _unpacked(self) -> tuple[Array, Array]:
        from dlcore.data.uploads import idx  # waits for pyarrow
        from dlcore.data.uploads.source_file import UploadedFile

        parts = [idx.array(UploadedFile(self.place / file.name, file.name)) for file in self.files]
        return np.concatenate(parts[::2]), np.concatenate(parts[1::2])


class Mnist(Idx):
    """70,000 handwritten digits of 28 × 28 pixels, the field's oldest yardstick: which of the ten is it?"""

    name = "mnist"
    title = N_("MNIST (download, 12 MB)")
    card = N_(
        "LeCun, Cortes and Burges, 1998, from forms of the US National Institute of Standards and Technology. "
        "CC BY-SA 3.0. Ink from 0 to 255."
    )
    address = "https://storage.googleapis.com/cvdf-datasets/mnist/"
    classes = tuple("0123456789")
    stand_in: ClassVar[Mapping[str, Any]] = {"name": "digits_enlarged", "side": 28}
    files = (
        Published(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        Published(
            "train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        Published(
            "t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        Published(
            "t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
    )


class FashionMnist(Idx):
    """70,000 pictures of clothes of 28 × 28 pixels, harder than MNIST: what is it?"""

    name = "fashion_mnist"
    title = N_("Fashion-MNIST (download, 31 MB)")
    card = N_("Xiao, Rasul and Vollgraf, Zalando Research, 2017, MIT licence. Brightness from 0 to 255.")
    address = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
    classes = (
        "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    )  # fmt: skip
    files = (
        Published(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        Published(
            "train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        Published(
            "t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        Published(
            "t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    )


class Cifar(Downloaded):
    """Colour photographs in an archive of records: labels, then 3 × 32 × 32 bytes."""

    abstract: ClassVar[bool] = True
    address = "https://www.cs.toronto.edu/~kriz/"
    shape = (3, 32, 32)
    rows = 60_000
    members: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[int] = 1  # bytes before the pixels; the last of them is the class

    def _unpacked(self) -> tuple[Array, Array]:
        (file,) = self.files
        try:
            with tarfile.open(self.place / file.name, "r:gz") as archive:
                raw = b"".join(self._member(archive, name) for name in self.members)
        except (tarfile.TarError, EOFError, KeyError, zlib.error):
            raise DataError(Text(N_("{folder} holds other images than it should."), folder=str(self.place))) from None
        records = np.frombuffer(raw, np.uint8).reshape(-1, self.labels + 3072)
        return records[:, self.labels :], records[:, self.labels - 1]

    def _member(self, archive: tarfile.TarFile, name: str) -> bytes:
        found = archive.extractfile(name)
        if found is None:
            raise KeyError(name)
        return found.read()


class Cifar10(Cifar):
    """60,000 colour photographs of 32 × 32 pixels: plane, car, bird, cat, deer, dog, frog, horse, ship or truck?"""

    name = "cifar10"
    title = N_("CIFAR-10 (download, 170 MB)")
    card = N_("Krizhevsky, 2009, University of Toronto; no licence is stated. Colours from 0 to 255.")
    classes = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    members = tuple(
        f"cifar-10-batches-bin/{each}.bin" for each in (*(f"data_batch_{n}" for n in range(1, 6)), "test_batch")
    )
    files = (
        Published(
            "cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
        ),
    )


class Cifar100(Cifar):
    """60,000 colour photographs of 32 × 32 pixels in a hundred classes, 600 of each: what is on it?"""

    name = "cifar100"
    title = N_("CIFAR-100 (download, 169 MB)")
    card = Cifar10.card
    labels = 2  # the coarse class, then the fine one
    members = ("cifar-100-binary/train.bin", "cifar-100-binary/test.bin")
    files = (
        Published(
            "cifar-100-binary.tar.gz", 168_513_733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"
        ),
    )
    classes = (
        "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle", "bowl",
        "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle", "chair",
        "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin",
        "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard", "lamp",
        "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse",
        "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
        "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose",
        "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar",
        "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor", "train",
        "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
    )  # fmt: skip
