"""What a teacher asks: a score to reach, how small network, effort and time must stay, what may not be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from dlcore import network
from dlcore.declaration import Declaration, setting
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

Lock = Literal["data", "layers", "training"]
LOCKS: dict[str, str] = {"data": N_("data"), "layers": N_("layers"), "training": N_("training")}
Note = Annotated[str, Field(max_length=300)]
Locks = Annotated[tuple[Lock, ...], Field(strict=False, max_length=3)]


@dataclass(frozen=True)
class Tried:
    """A run that was trained for a task, in the numbers that a task asks about."""

    name: str
    score: float | None  # of the best epoch
    parameters: int
    effort: int  # epochs to train × parameters
    seconds: float  # spent training


class Assignment(Declaration):
    """A task that a link brings with it. What is left out is not asked."""

    locks: Locks = setting((), help=N_("Which parts of the experiment learners cannot change."))
    score: float | None = setting(
        None, ge=-1, le=1, help=N_("Validation accuracy to reach (R² where a number is predicted); empty: none.")
    )
    parameters: int | None = setting(
        None, ge=1, le=10**12, help=N_("How many parameters the network may have at most; empty: any number.")
    )
    compute: int | None = setting(
        None, ge=1, le=10**15, help=N_("How large epochs × parameters of a run may be at most; empty: any number.")
    )
    seconds: int | None = setting(
        None, ge=1, le=10**6, help=N_("How many seconds a run may train at most to count; empty: any number.")
    )
    note: Note = setting("", help=N_("What you want to tell your learners."))

    def requirements(self) -> dict[str, Any]:
        """Only what is asked, as plain data."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, "", [])}

    def task(self, experiment: Experiment) -> list[Text]:
        """What is asked, one after the other: «validation accuracy ≥ 0.95», «parameters ≤ 2,000»."""
        said = []
        if self.score is not None:
            is_number = network.about_of(experiment).task == "regression"
            sentence = N_("validation R² ≥ {score}") if is_number else N_("validation accuracy ≥ {score}")
            said.append(Text(sentence, score=f"{self.score:g}"))
        if self.parameters is not None:
            said.append(Text(N_("parameters ≤ {limit}"), limit=f"{self.parameters:,}"))
        if self.compute is not None:
            said.append(Text(N_("epochs × parameters ≤ {limit}"), limit=f"{self.compute:,}"))
        if self.seconds is not None:
            said.append(Text(N_("at most {limit} s of training"), limit=f"{self.seconds:,}"))
        return said

    def met(self, tried: Tried) -> list[bool]:
        """Which parts of `task` a run has met, in the same order."""
        asked = [
            (self.score, tried.score is not None and self.score is not None and tried.score >= self.score),
            (self.parameters, self.parameters is not None and tried.parameters <= self.parameters),
            (self.compute, self.compute is not None and tried.effort <= self.compute),
            (self.seconds, self.seconds is not None and tried.seconds <= self.seconds),
        ]
        return [done for limit, done in asked if limit is not None]

    def against(self, given: Experiment, now: Experiment) -> Iterator[Text]:
        """Why `now` may not be trained for this task, which came with the experiment `given`; nothing where it may."""
        parts = {
            "data": (given.dataset, now.dataset),
            "layers": (given.network, now.network),
            "training": ((given.training, given.seed, given.seeds), (now.training, now.seed, now.seeds)),
        }
        for lock in self.locks:
            before, after = parts[lock]
            if before != after or (lock == "layers" and _turns_layers(now)):
                yield Text(N_("Your teacher has locked this: {part}. Bring it back as it was."), part=Text(LOCKS[lock]))
        if _weights(now) != _weights(given) and (self.compute or self.seconds or "training" in self.locks):
            yield _other_start(given)
        effort = effort_of(now) if self.compute is not None else 0
        if self.compute is not None and effort > self.compute:
            yield Text(
                N_("Epochs × parameters are {effort}; the task allows {limit}: train shorter, or a smaller network."),
                effort=f"{effort:,}",
                limit=f"{self.compute:,}",
            )

    def refusals(self, given: Experiment, now: Experiment) -> Iterator[Text]:
        """The same for the task of a class, where all are measured on the same rows, and limits are held, not shown."""
        yield from self.against(given, now)
        if "data" in self.locks and now.seed_of("split") != given.seed_of("split"):
            text = N_("Your teacher has locked which rows are tested: set the seed back to {seed}.")
            yield Text(text, seed=given.seed_of("split"))
        count = network.parameters_of(now) if self.parameters is not None else 0
        if self.parameters is not None and count > self.parameters:
            text = N_("The network has {count} parameters; the task allows {limit}.")
            yield Text(text, count=f"{count:,}", limit=f"{self.parameters:,}")


def effort_of(experiment: Experiment) -> int:
    """Epochs × parameters, the epochs as changes in mid-run leave them. Raises NetworkError."""
    epochs = experiment.knobs_now["epochs"].value if experiment.training.changes else experiment.training.epochs
    return int(epochs) * network.parameters_of(experiment)


def _turns_layers(experiment: Experiment) -> bool:
    """Whether a setting of a layer is changed while it trains."""
    return any(name.startswith("network.") for change in experiment.training.changes for name in change.set)


def _weights(experiment: Experiment) -> str | None:
    """The fingerprint of the weights it begins with; None for drawn ones."""
    return None if experiment.start is None else experiment.start.weights


def _other_start(given: Experiment) -> Text:
    if given.start is None:
        return Text(N_("The task begins with drawn weights: what was learned before would not be counted."))
    return Text(N_("The task begins with the weights that your teacher gave: begin the task again to have them back."))
