"""Measuring a trained network again from its weights alone, as training measured it, and on the sealed test part."""

from __future__ import annotations

from dlcore.experiment import usual_loss
from dlcore.inference.trained import Trained
from dlcore.training.metrics import measure
from dlcore.training.scores import Scores


def replay(trained: Trained) -> dict[str, Scores]:
    """The scores of these weights by part: `judging`, the rows that judged training, and `test` where rows are sealed.

    On the CPU, in eval mode; nothing that a run has written about itself is read.
    """
    data, model = trained.load(), trained.build()
    loss = trained.experiment.training.loss or usual_loss(data.about.task)
    function = loss.call(data.about, data.train.y).build()  # type: ignore[attr-defined]
    parts = {"judging": data.judging, "test": data.test}
    return {name: measure(model, function, part, data.about) for name, part in parts.items() if len(part)}
