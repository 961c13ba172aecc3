"""`python -m tools.preset_durations [NAME …]`: trains starting points and writes how long each takes into its file.

Measured are the seconds of arithmetic from the first event to the last, on one thread, as a run gets by default; of a
machine that does nothing else, these are the seconds that a learner waits. What is kept is a class of `DURATIONS`.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

LIMITS = (("seconds", 20.0), ("minute", 90.0))  # a class, and the seconds below which it holds
LONGEST = "minutes"
FIELD = re.compile(r"^duration: .*\n", re.MULTILINE)


def class_of(seconds: float) -> str:
    """The class of a measured time: a name of `dlcore.presets.DURATIONS`.

    >>> class_of(3.2), class_of(40), class_of(200)
    ('seconds', 'minute', 'minutes')
    """
    return next((name for name, limit in LIMITS if seconds < limit), LONGEST)


def measured(path: Path) -> float:
    """Seconds of arithmetic that the starting point of a file takes, all its epochs, without loading its data."""
    import dlcore
    from dlcore.experiment import plain_yaml
    from dlcore.presets import with_stand_in

    experiment = dlcore.Experiment.from_dict(
        plain_yaml.read(path.read_bytes())["experiment"]
    )  # a new file: no more yet
    events = dlcore.train(with_stand_in(experiment))
    next(events)
    begun = time.process_time()
    for _ in events:
        pass
    return time.process_time() - begun


def with_duration(text: str, duration: str) -> str:
    """The file's text with this class in it: in the place of the one before, else above the experiment."""
    line = f"duration: {duration}\n"
    return FIELD.sub(line, text) if FIELD.search(text) else text.replace("\nexperiment:", f"\n{line}experiment:", 1)


def write(path: Path, duration: str) -> None:
    """Keep it in the file of the starting point; whatever else stands there stays."""
    path.write_text(with_duration(path.read_text("utf-8"), duration), "utf-8")


def main(names: Iterable[str]) -> None:
    """Measure these starting points, or all, and say what was found."""
    import torch

    from dlcore.presets import PRESETS

    torch.set_num_threads(1)
    for name in names or PRESETS:
        path = PRESETS.path(name)
        seconds = measured(path)
        write(path, class_of(seconds))
        print(f"{name:24} {seconds:7.1f} s  {class_of(seconds)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
