"""What the coach says of a run, with its own numbers; and whether a twin with the remedy shows that it was that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore import coach
from dlcore.analyses.base import Analysis, Progress
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.probes.arrays import Arrays
from dlcore.training.events import RunFailed, RunFinished

MOST_EPOCHS = 10  # whose weights are looked at: each costs a pass over some examples


class Advice(Analysis):
    """Asked: nothing. `findings`: those of the coach, the gravest first, as `Finding.to_json`; texts are translated."""

    name = "advice"
    tab = N_("Coach")
    place = 90
    panel = "coach"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del asked, progress
        return {"findings": [each.to_json() for each in coach.advise(course(run))]}


class Verdict(Analysis):
    """Asked: `rule`, of the finding that a twin was made for, and `twin`, the id of that run.

    `state` of the twin, and once it has ended the `sentence` that says whether it was that.
    """

    name = "verdict"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del progress
        twin = run.other(str(asked.get("twin")))
        if not any(isinstance(each, RunFinished | RunFailed) for each in twin.events()):
            return {"state": "running", "sentence": ""}
        own = course(run)
        finding = next((each for each in coach.advise(own) if each.rule == asked.get("rule")), None)
        if finding is None:
            raise DlcoreError(Text(N_("The coach says nothing of {rule} here."), rule=repr(asked.get("rule"))[:80]))
        return {"state": "finished", "sentence": str(coach.verdict(finding, own, course(twin)))}


def course(run: FilmedRun) -> coach.Course:
    """The way a run went, by its events and by its weights at some of the recorded epochs."""
    last = len(run.epochs) - 1
    chosen = sorted({run.epochs[round(each * last / (MOST_EPOCHS - 1))] for each in range(MOST_EPOCHS)})
    weights = [(epoch, run.weights(epoch)) for epoch in chosen]
    return coach.Course.of_run(run.experiment, run.events(), weights)
