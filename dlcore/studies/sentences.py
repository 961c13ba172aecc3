"""A study in words: the lines of its table, and the sentence that closes it."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.i18n import N_, _
from dlcore.studies.results import ArmResult
from dlcore.studies.study import Study
from dlcore.studies.verdicts import LEAST_SEEDS, Word
from dlcore.training.scores import METRICS

WORDS: dict[Word, str] = {
    "helped": N_("helped"),
    "hurt": N_("hurt"),
    "leaning": N_("leaning"),
    "cannot be told": N_("cannot be told"),
    "no verdict": N_("no verdict yet"),
}
STATES = {
    "failed": N_("{count} failed"),
    "stopped": N_("{count} stopped"),
    "missing": N_("{count} deleted"),
    "paused": N_("{count} resting"),
    "running": N_("{count} training"),
    "queued": N_("{count} waiting"),
}
EPOCHS = {"best": N_("at the best epoch"), "last": N_("at the end")}


def judged_by(study: Study) -> str:
    """What is compared, as it was declared before."""
    noun = _(METRICS[study.metric].noun)
    return _("Compared: validation {metric} {epoch}, with {seeds} seeds an arm.", metric=noun,
             epoch=_(EPOCHS[study.epoch]), seeds=len(study.seeds))  # fmt: skip


def headings(study: Study) -> list[str]:
    """The heads of the columns that `row` fills."""
    del study
    return [_("Arm"), _("Score"), _("Mean ± standard deviation"), _("Difference"), _("95 % interval"),
            _("Lowest … highest"), _("Better"), _("Verdict")]  # fmt: skip


def row(line: ArmResult) -> list[str]:
    """One arm in the words of the table."""
    metric = METRICS[line.metric]
    mean = "–" if line.mean is None else metric.number(line.mean)
    spread = "" if line.deviation is None else f" ± {metric.number(line.deviation)}"
    return [str(line.arm.name), _(metric.noun), mean + spread, *_judged(line)]


def _judged(line: ArmResult) -> list[str]:
    found, metric = line.verdict, METRICS[line.metric]
    if found is None:
        return ["", "", "", "", *([rest] if (rest := states(line)) else [""])]
    told = ", ".join(each for each in (_(WORDS[found.word]), states(line)) if each)
    shown = (found.difference, found.low, found.high, found.lowest, found.highest)
    mean, low, high, lowest, highest = (_signed(each, metric.digits) for each in shown)
    counted = _("{better} of {n}", better=found.better, n=found.n + found.failed)
    return [mean, f"{low} … {high}", f"{lowest} … {highest}", counted, told]


def _signed(value: float | None, digits: int) -> str:
    """A difference with its sign."""
    return "–" if value is None else f"{value:+.{digits}f}"


def states(line: ArmResult) -> str:
    """What is not finished of an arm, counted: nothing that failed is dropped in silence."""
    counted = [(name, line.states[name]) for name in STATES if line.states.get(name)]
    return ", ".join(_(STATES[name], count=count) for name, count in counted)


def closing(study: Study, lines: Sequence[ArmResult]) -> str:
    """The sentence that closes a study."""
    if not study.kind.paired:
        return judged_by(study)
    if len(study.seeds) < LEAST_SEEDS:
        return _("With one seed there is no verdict: nobody knows how much of a difference is chance.")
    if not all(line.ended for line in lines):
        done = sum(line.states.get("finished", 0) for line in lines)
        return _("{done} of {runs} runs are done.", done=done, runs=len(study))
    return " ".join([*_told(lines), judged_by(study)])


def _told(lines: Sequence[ArmResult]) -> list[str]:
    judged = [line for line in lines if line.verdict is not None]
    said = []
    for word, sentence in (("helped", N_("Helped: {arms}.")), ("hurt", N_("Hurt: {arms}."))):
        arms = [str(line.arm.name) for line in judged if line.verdict and line.verdict.word == word]
        if arms:
            said.append(_(sentence, arms=_(", ").join(arms)))
    rest = sum(line.verdict is not None and not line.verdict.told for line in judged)
    if not said:
        return [_("None of the {count} twins differs by more than chance does.", count=len(judged))]
    return [*said, _("Of the other {count} it cannot be told.", count=rest)] if rest else said
