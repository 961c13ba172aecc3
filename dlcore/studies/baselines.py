"""Against machine learning: the network beside scikit-learn's models, on the same rows scaled the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from dlcore.baselines.comparison import NETWORK
from dlcore.baselines.report import report
from dlcore.baselines.table import refusal
from dlcore.baselines.tree import node_from_json, text
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, _
from dlcore.network import about_of
from dlcore.studies.kind import Arm, Epoch, StudyKind
from dlcore.training.loop import Trainer
from dlcore.training.scores import METRICS


class Baselines(StudyKind):
    """The network with several seeds; each seed divides the rows anew, and every model learns from the same ones.

    The network is measured where its training ends: its best epoch would have been chosen by the rows that judge.
    """

    name = "baselines"
    title = N_("Against machine learning")
    paired: ClassVar[bool] = False
    epoch: ClassVar[Epoch] = "last"

    def arms(self, base: Experiment) -> Sequence[Arm]:
        why = refusal(about_of(base))
        if why is not None:
            raise ExperimentError(why)
        return [Arm(Text(N_("Network")), base)]


def measured(base: Experiment, seeds: Sequence[int]) -> dict[str, Any]:
    """As `dlcore.baselines.report` tells it; the network of the first seed is trained anew to be asked."""
    trainer = Trainer(base)
    for _event in trainer.run():
        pass
    return report(base, trainer.model.cpu().eval(), seeds, trainer.data)


def sentences(found: Mapping[str, Any]) -> Iterator[str]:
    """A line for each model beside the network, and the tree."""
    for each in found["models"]:
        if each["model"] != NETWORK:
            yield _line(each, found["metric"])
    for each in found["models"]:
        if each["tree"] is not None:
            yield from text(node_from_json(each["tree"]))


def _line(model: Mapping[str, Any], metric: str) -> str:
    if model["refusal"] is not None:
        return f"{model['title']}: {model['refusal']}"
    score, noun = METRICS[metric].number(model["scores"][metric]), _(METRICS[metric].noun)
    return _("{model}: {metric} {score}, learned from {rows} rows in {seconds} s; {size}", model=model["title"],
             metric=noun, score=score, rows=f"{model['rows']:,}", seconds=f"{model['seconds']:.2f}",
             size=model["size_text"])  # fmt: skip
