"""A study in words: the lines of its table, and the sentence that closes it."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.i18n import N_, _
from dlcore.studies.chance import SENTENCES, what_varies
from dlcore.studies.results import ArmResult, ranked
from dlcore.studies.study import Study
from dlcore.studies.verdicts import LEAST_SEEDS, Word
from dlcore.training.scores import METRICS

WORDS: dict[Word, str] = {
    "helped": N_("helped"),
    "hurt": N_("hurt"),
    "leaning": N_("leaning"),
    "cannot be told": N_("cannot be told"),
    "no verdict": N_("no verdict"),
}
STATES = {
    "failed": N_("{count} failed"),
    "stopped": N_("{count} stopped"),
    "missing": N_("{count} deleted"),
    "paused": N_("{count} resting"),
    "running": N_("{count} training"),
    "queued": N_("{count} waiting"),
}
ONCE = N_(
    "Each arm is judged once, when all of its seeds are in and all of the first arm's; until then its numbers are a "
    "look at a part of them, and no verdict."
)
EPOCHS = {"best": N_("at the best epoch"), "last": N_("at the end")}


def judged_by(study: Study) -> str:
    """What is compared, as it was declared before."""
    noun = _(METRICS[study.metric].noun)
    said = _("Compared: validation {metric} {epoch}, with {seeds} seeds an arm.", metric=noun,
             epoch=_(EPOCHS[study.epoch]), seeds=len(study.seeds))  # fmt: skip
    varied = SENTENCES.get(what_varies(study.base))
    return f"{said} {_(varied)}" if varied else said


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
        return ["", "", "", "", states(line)]
    told = ", ".join(each for each in (word(line), states(line)) if each)
    shown = (found.difference, found.low, found.high, found.lowest, found.highest)
    mean, low, high, lowest, highest = (_signed(each, metric.digits) for each in shown)
    counted = _("{better} of {n}", better=found.better, n=found.n + found.failed)
    if not found.n:
        return ["", "", "", "", told]
    return [mean, "–" if found.low is None else f"{low} … {high}", f"{lowest} … {highest}", counted, told]


def word(line: ArmResult) -> str:
    """The word of a verdict; of an arm that is not judged yet, of how many seeds its numbers are. Empty without one."""
    found = line.verdict
    if found is None:
        return ""
    if found.word != "no verdict" or line.runs < LEAST_SEEDS:
        return _(WORDS[found.word])
    if line.ended and found.n + found.failed >= line.runs:
        return _(WORDS["no verdict"]) if found.low is None else _("waits for the other arms")
    return _("so far {n} of {seeds} seeds", n=found.n, seeds=line.runs)


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
        looked = _("So far {done} of {runs} runs are done.", done=done, runs=len(study))
        return f"{looked} {_(ONCE)}"
    return " ".join([*_told(ranked(lines)), judged_by(study), *_otherwise(study, lines)])


def _told(lines: Sequence[ArmResult]) -> list[str]:
    """What was found of each arm, in the order of the table."""
    judged = [(line.verdict, str(line.arm.name)) for line in lines if line.verdict is not None]
    said = []
    for word, sentence in (("helped", N_("Helped: {arms}.")), ("hurt", N_("Hurt: {arms}."))):
        if arms := [name for verdict, name in judged if verdict.word == word]:
            said.append(_(sentence, arms=_(", ").join(arms)))
    if not said and len(judged) == 1:
        return [_("The twin differs by no more than chance does.")]
    if not said:
        return [_("None of the {count} twins differs by more than chance does.", count=len(judged))]
    rest = [name for verdict, name in judged if not verdict.told]
    return [*said, _("It cannot be told of: {arms}.", arms=_(", ").join(rest))] if rest else said


def _otherwise(study: Study, lines: Sequence[ArmResult]) -> list[str]:
    """Why an arm is judged by another score than the rest."""
    by: dict[str, list[str]] = {}
    for line in lines:
        if line.metric != study.metric:
            by.setdefault(line.metric, []).append(str(line.arm.name))
    sentence = N_("Judged by its validation {metric}, because its loss measures something else: {arms}.")
    return [_(sentence, metric=_(METRICS[metric].noun), arms=_(", ").join(arms)) for metric, arms in by.items()]
