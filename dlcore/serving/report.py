"""A run, or several beside each other, as one HTML file: settings, scores and charts, to be read offline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dlcore
from dlcore import network
from dlcore.access import Viewer
from dlcore.errors import RunError
from dlcore.experiment import Experiment
from dlcore.figures import curves
from dlcore.figures.bindings import fill
from dlcore.figures.document import Charts, Paragraph, Section, Source, Table, document
from dlcore.figures.style import digits
from dlcore.i18n import N_, Text, _
from dlcore.number_format import count, duration
from dlcore.probes.base import Probe
from dlcore.runs import Runs, Status
from dlcore.serving.before_films import with_points
from dlcore.serving.empty_charts import scores_of_guessing, shown_probes
from dlcore.serving.feed import history_of
from dlcore.serving.setting_differences import what_differs
from dlcore.training.arrays import arrays_of, found
from dlcore.training.history import History, judged
from dlcore.training.scores import METRICS, metrics_of, value

MOST_RUNS = 6
INSIDE = 50  # the place from which on probes look into the layers


def report(runs: Runs, run_ids: Sequence[str], viewer: Viewer) -> tuple[str, str]:
    """(title, HTML) of one run, or of a comparison of up to six. Raises RunNotFound, or RunError for none or more."""
    if not 1 <= len(run_ids) <= MOST_RUNS:
        raise RunError(Text(N_("A report holds 1 to {most} runs, not {count}."), most=MOST_RUNS, count=len(run_ids)))
    told = [RunReport(runs, run_id, viewer) for run_id in run_ids]
    return _of_one(told[0]) if len(told) == 1 else _of_many(told)


class RunReport:
    """All that is known of a run."""

    def __init__(self, runs: Runs, run_id: str, viewer: Viewer) -> None:
        self.status: Status = runs.status(run_id, viewer)
        self.experiment: Experiment = runs.experiment(run_id, viewer)
        self.history: History = history_of(with_points(runs, runs.overview(run_id, viewer)))
        best = self.history.best
        seen = runs.seen(run_id, viewer, best.epoch if best else None)
        self.arrays = arrays_of(self.history, "best", seen)
        self.about = network.about_of(self.experiment)

    @property
    def name(self) -> str:
        return str(self.status.title)

    @property
    def metrics(self) -> tuple[str, ...]:
        return metrics_of(self.about.task)

    def filled(self, chart: Any) -> Any:
        """A chart of this run with its numbers."""
        return fill(chart, {self.status.id: self.arrays})


# One run


def _of_one(told: RunReport) -> tuple[str, str]:
    sections = [Section(_("Scores"), [_scores(told), Paragraph(_(curves.MEASURED), quiet=True)])]
    sections.append(Section(_("Curves"), [Charts(_curves(told))]))
    closer = _closer(told)
    if closer:
        sections.append(Section(_("What the network answers"), [Charts(closer)]))
    labelled = found(told.arrays, "labels.counts")
    if labelled is not None:
        sections.append(Section(_("Label by label"), [_labels(told, labelled)]))
    sections.append(Section(_("Inside"), [Charts(_inside(told))]))
    sections.append(Section(_("Network"), [_layers(told)]))
    sections.append(_written(told))
    return told.name, document(told.name, [*_facts(told), _versions(told)], sections)


def _facts(told: RunReport) -> list[str]:
    """When and where it was trained, how far it came, and what went wrong."""
    status = told.status
    trained = _("Epoch {epoch} of {epochs}, {time} of training on {device}.", epoch=status.epoch, epochs=status.epochs,
                time=duration(status.seconds), device=status.device_name or status.device or "–")  # fmt: skip
    return [each for each in (f"{_moment(status.created_at)} · {trained}", status.error, status.note) if each]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _versions(told: RunReport) -> str:
    started = told.history.started
    known = started.versions if started else {"dlcore": dlcore.__version__}
    return f"{_('Layer by Layer')} · " + ", ".join(f"{name} {version}" for name, version in known.items())


def _scores(told: RunReport) -> Table:
    """Training and validation, at the best and at the last epoch."""
    history = told.history
    if history.best is None or history.newest is None:
        return Table([_("score")], [[_("No epoch has been measured yet.")]])
    wanted = [(history.best, N_("epoch {number} (best)")), (history.newest, N_("epoch {number} (last)"))]
    heads, columns = [_("score")], []
    for event, said in wanted:
        for part, named in ((event.train, _("Training")), (event.validation, _("Validation"))):
            if part is not None:
                heads.append(f"{named}, {_(said, number=event.epoch)}")
                columns.append(part)
    names = [name for name in ("loss", *told.metrics) if value(judged(history.newest), name) is not None]
    return Table(heads, [[_(METRICS[name].name), *(digits(value(each, name)) for each in columns)] for name in names])


def _curves(told: RunReport) -> list[object]:
    guessing = scores_of_guessing(told.experiment)
    task, shown = told.about.task, ("loss", told.metrics[0])
    wanted = [curves.curves(name, told.status.id, guessing.get(name), task) for name in shown]
    return [told.filled(chart) for chart in wanted]


def _closer(told: RunReport) -> list[object]:
    """What the network answers, as the probes that look at its answers show it: of the best epoch, or one near it."""
    return _drawn(told, [probe for probe in shown_probes(told.experiment) if probe.place < INSIDE])


def _drawn(told: RunReport, probes: Sequence[type[Probe]]) -> list[object]:
    steps = network.trace(told.experiment)
    return [
        told.filled(chart)
        for probe in probes
        if probe.name in told.arrays
        for chart in probe.charts(told.experiment, told.about, steps, told.status.id)
        if "choice" not in chart.layout.meta  # on paper nobody can choose, and all would be too many
    ]


def _labels(told: RunReport, counts: Sequence[Sequence[int]]) -> Table:
    """A row a label: how many examples have it, and how well it was found."""
    rows = [
        [name, count(examples), *(f"{right / whole:.1%}" if whole else "–" for whole in (examples, answers))]
        for name, (examples, answers, right) in zip(told.about.classes, counts, strict=True)
    ]
    return Table([_("label"), _("examples"), _("recall"), _("precision")], rows)


def _inside(told: RunReport) -> list[object]:
    """Gradient and learning rate over the epochs, and a look into the layers."""
    drawn = [told.filled(curves.quantity(name, told.status.id)) for name in ("gradient_norm", "learning_rate")]
    return drawn + _drawn(told, [probe for probe in shown_probes(told.experiment) if probe.place >= INSIDE])


def _layers(told: RunReport) -> Table:
    """The stack, a row a layer, with what it receives and makes."""
    steps = network.trace(told.experiment)
    rows = [
        [str(number), step.layer, step.source, _shape(step.received), _shape(step.made), count(step.parameters)]
        for number, step in enumerate(steps, 1)
    ]
    total = ["", _("all"), "", "", "", count(sum(step.parameters for step in steps))]
    heads = ["", _("layer"), _("in PyTorch"), _("receives"), _("makes"), _("parameters")]
    return Table(heads, [*rows, total], names=5)


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) or "1"


def _written(told: RunReport) -> Section:
    said = _("Saved as a .yaml file, this opens in the Studio and trains with python -m dlcore train FILE.yaml.")
    return Section(
        f"{_('The experiment')} · {told.name}", [Paragraph(said, quiet=True), Source(told.experiment.to_yaml())]
    )


# Several


def _of_many(told: Sequence[RunReport]) -> tuple[str, str]:
    tasks = {each.about.task for each in told}
    shared = told[0].metrics if len(tasks) == 1 else ()
    main = shared[0] if shared else "loss"
    title = _("{count} runs compared", count=len(told))
    heads, rows = what_differs([each.name for each in told], [each.experiment for each in told])
    same = _("Nothing: these runs have the same settings. What is not equal in them is chance of the machine.")
    sections = [
        Section(_("Scores"), [_side_by_side(told, main), Paragraph(_(curves.MEASURED), quiet=True)]),
        Section(_("Curves"), [Charts(_compared(told, ["loss", *([main] if main != "loss" else [])]))]),
        Section(_("What differs"), [Table(heads, rows, names=len(heads)) if rows else Paragraph(same)]),
        *(_written(each) for each in told),
    ]
    under = [f"{each.name}: {line}" for each in told for line in _facts(each)]
    return title, document(title, [*under, _versions(told[0])], sections)


def _side_by_side(told: Sequence[RunReport], main: str) -> Table:
    noun = _(METRICS[main].noun)
    heads = [_("Run"), _("Training {metric}", metric=noun), _("Validation {metric}", metric=noun),
             _("Validation {metric}, best epoch", metric=noun), _("Validation loss, best epoch")]  # fmt: skip
    rows = []
    for each in told:
        newest, best = each.history.newest, each.history.best
        rows.append([
            each.name,
            digits(value(newest.train, main) if newest else None),
            digits(value(newest.validation, main) if newest else None),
            digits(value(judged(best), main) if best else None),
            digits(judged(best).loss if best else None),
        ])  # fmt: skip
    return Table(heads, rows)


def _compared(told: Sequence[RunReport], names: Sequence[str]) -> list[object]:
    lanes = [(each.status.id, each.name) for each in told]
    arrays = {each.status.id: each.arrays for each in told}
    return [fill(curves.comparison(name, lanes), arrays) for name in names]
