"""A table that a teacher brought, and a task of their class that begins with it."""

from __future__ import annotations

from pathlib import Path

from dlcore.access import Viewer
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs, Upload
from dlcore.runs.store.classes import SchoolClass
from tests.access.walk import TIA


def brought(store: Runs, folder: Path, teacher: Viewer = TIA) -> Upload:
    """Rows of which one column tells what is asked."""
    rows = "\n".join(f"{n % 40},{(n * 7) % 11},{'yes' if n % 40 > 19 else 'no'}" for n in range(200))
    (folder / "cats.csv").write_text(f"length,weight,cat\n{rows}\n")
    return store.upload(folder / "cats.csv", teacher, target="cat")


def experiment(upload: Upload) -> Experiment:
    """A small network on them, with a part that judges and one that stays sealed."""
    split = {"method": "holdout", "test": 0.2, "validation": 0.2}
    network = [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}]
    training = {"optimizer": {"name": "Adam", "lr": 0.05}, "batch_size": 16, "epochs": 3}
    plain = {"dataset": {"name": upload.dataset, "split": split}, "network": network, "training": training}
    return Experiment.from_dict(plain)


def give(store: Runs, seventh: SchoolClass, upload: Upload) -> str:
    """As the task of the class; its id."""
    with upload_access.using(store.upload_access(TIA)):
        return store.give_assignment(seventh.id, "Cats", experiment(upload), Assignment(locks=("data",)), TIA)
