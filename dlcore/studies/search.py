"""Search: settings within ranges, chosen trial by trial from what the trials before have shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import SerializeAsAny, model_validator

from dlcore.declaration import Declaration, setting
from dlcore.errors import DlcoreError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.registry import OPTIMIZERS
from dlcore.studies.assignment import OPTIMIZER, Value, assign, current, owner_of
from dlcore.studies.kind import Arm, StudyKind, unchanged
from dlcore.studies.structure import STRUCTURE
from dlcore.studies.variables import Variable, variables

USUAL = ("training.optimizer.lr", "training.batch_size", "network.width", "network.dropout")  # what is searched


class Range(Declaration):
    """Where a search looks for one setting: between two numbers, or among choices."""

    field: str = setting(help=N_("The setting, as in training.optimizer.lr or network.width."))
    low: float | None = setting(None, help=N_("The least value."))
    high: float | None = setting(None, help=N_("The largest value."))
    log: bool = setting(False, help=N_("Whether steps multiply instead of adding, as for a learning rate."))
    choices: tuple[Value, ...] = setting((), help=N_("The values to choose from, in place of two numbers."))

    @classmethod
    def of(cls, variable: Variable) -> Self:
        """Where it is worth looking."""
        if variable.span is None:
            return cls(field=variable.field, choices=variable.grid)
        low, high = variable.span
        return cls(field=variable.field, low=low, high=high, log=variable.log)

    @property
    def ends(self) -> tuple[Value, ...]:
        """The values by which it is checked: both ends, or every choice."""
        return self.choices or (self.low, self.high)

    def is_whole(self, base: Experiment) -> bool:
        """Whether its values are whole numbers."""
        structural = {each.field: each for each in STRUCTURE.values()}
        if self.field in structural:
            return structural[self.field].settings()["value"].type is int
        try:
            owner, name = owner_of(base, self.field)
        except ExperimentError:  # of another optimizer than the base has
            return False
        return type(owner).settings()[name].type is int

    def check(self) -> None:
        """Raises ExperimentError where it is no range."""
        if self.choices:
            if len({*map(repr, self.choices)}) < max(2, len(self.choices)):
                text = N_("{setting} must have two or more different choices")
                raise ExperimentError(Text(text, setting=self.field), "ranges")
        elif self.low is None or self.high is None or not self.low < self.high:
            text = N_("{setting} needs low below high, or choices, but {low} and {high} came")
            raise ExperimentError(Text(text, setting=self.field, low=self.low, high=self.high), "ranges")
        elif self.log and self.low <= 0:
            text = N_("{setting} must be above 0 where steps multiply, but {received} came")
            raise ExperimentError(Text(text, setting=self.field, received=self.low), "ranges")


class Search(StudyKind):
    """Trials with settings within ranges; each is chosen from what the ones before have shown (Optuna's TPE).

    The first trial is the experiment as it is. A trial whose curve lies behind the median of the others at the same
    epoch is stopped early. Every trial has the same seed: trials differ in their settings alone.
    """

    name = "search"
    title = N_("Search")
    paired: ClassVar[bool] = False
    only_seeds: ClassVar[int | None] = 1

    ranges: tuple[SerializeAsAny[Range], ...] = setting(
        (), help=N_("The settings that are searched, each with its range.")
    )
    trials: int = setting(30, ge=2, le=200, help=N_("How many trials at most, the experiment as it is among them."))
    prune: bool = setting(True, help=N_("Whether trials that lie behind the others are stopped early."))

    @model_validator(mode="before")
    @classmethod
    def _read_ranges(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("ranges"), list | tuple):
            return given
        return {**given, "ranges": tuple(map(_range, given["ranges"]))}

    def to_dict(self) -> dict[str, Any]:
        ranges = [each.model_dump(mode="json") for each in self.ranges]
        return {self.KEY: self.name, "ranges": ranges, "trials": self.trials, "prune": self.prune}

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """The usual settings, as far as this experiment has them."""
        known = {each.field: each for each in variables(base)}
        return cls(ranges=tuple(Range.of(known[name]) for name in USUAL if name in known))

    @property
    def planned_arms(self) -> int:
        return self.trials

    def arms(self, base: Experiment) -> Sequence[Arm]:
        self._check(base)
        arm = unchanged(base)
        return [Arm(arm.name, arm.experiment, values=dict(self._now(base)))]

    def costliest(self, base: Experiment) -> Experiment:
        """All numbers at their upper end, but for the size of batches."""
        ends = {each.field: each.ends[0 if each.field == "training.batch_size" else -1] for each in self.ranges}
        try:
            return assign(base, {field: self.rounded(base, field, value) for field, value in ends.items()})
        except DlcoreError:
            return base

    def rounded(self, base: Experiment, field: str, value: Value) -> Value:
        """A whole number where the setting wants one; else one of three digits, which is as well read as found."""
        found = next(each for each in self.ranges if each.field == field)
        if found.choices or not isinstance(value, int | float):
            return value
        if found.is_whole(base):
            return round(value)
        low, high = found.low or 0.0, found.high or 0.0
        return min(max(float(f"{value:.3g}"), low), high)

    def _now(self, base: Experiment) -> Iterator[tuple[str, Value]]:
        for each in self.ranges:
            try:
                yield each.field, current(base, each.field)
            except ExperimentError:  # of another optimizer
                continue

    def _check(self, base: Experiment) -> None:
        if not self.ranges:
            raise ExperimentError(Text(N_("choose at least one setting to search")), "ranges")
        fields = [each.field for each in self.ranges]
        if len({*fields}) < len(fields):
            raise ExperimentError(Text(N_("must name every setting once")), "ranges")
        for each in self.ranges:
            each.check()
            for value in each.ends:
                self._try(base, each, value)

    def _try(self, base: Experiment, tried: Range, value: Value) -> None:
        """Raises ExperimentError where the setting cannot have this value; whether all fit together a trial shows."""
        optimizers = next((each.choices for each in self.ranges if each.field == OPTIMIZER), ())
        known = [{OPTIMIZER: each} for each in optimizers if OPTIMIZERS.find(each, OPTIMIZER)]
        beside = known if tried.field.startswith(f"{OPTIMIZER}.") and known else [{}]
        for each in beside:
            assign(base, {**each, tried.field: self.rounded(base, tried.field, value)})


def _range(given: Any) -> Range:
    if isinstance(given, Range):
        return given
    if not isinstance(given, Mapping):
        raise ExperimentError(Text(N_("must be names with values, as in {example}"),
                                   example="{field: training.optimizer.lr, low: 0.0001, high: 0.1, log: true}"),
                              "ranges")  # fmt: skip
    plain = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if name != "name"
    }
    return Range.parse(plain, "ranges")
