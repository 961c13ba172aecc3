"""A study as one HTML file: its verdicts, every seed, its curves and settings, to be read offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dlcore
from dlcore.figures.differences import differences, row_of
from dlcore.figures.document import Charts, Paragraph, Section, Source, Table, document
from dlcore.figures.seed_bands import Band, Curve, seed_bands
from dlcore.i18n import N_, _
from dlcore.network import about_of
from dlcore.serving.setting_differences import distinct, shown, spoken
from dlcore.studies.record import StudyRecord
from dlcore.studies.results import ArmResult, Result, ranked, scores_of
from dlcore.studies.sentences import closing, headings, row
from dlcore.training.events import EpochEnded
from dlcore.training.scores import METRICS, metrics_of, value
from dlcore.training.twins import differences as differences_of

STATES = {
    "queued": N_("queued"),
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "missing": N_("deleted"),
}
DRAWN = 5  # arms whose curves are drawn: the first and the surest; more would hide one another


def study_report(record: StudyRecord) -> tuple[str, str]:
    """(title, HTML) in the current language."""
    study, lines = record.study, record.lines
    title = study.name or _(study.kind.title)
    verdicts = Table(headings(study), [row(line) for line in ranked(lines)], names=2)
    sections = [
        Section(_("Verdicts") if study.kind.paired else _("Scores"),
                [Paragraph(closing(study, lines)), verdicts, Charts(list(_dots(record, lines)))]),
        Section(_("Curves"), [Charts(list(_curves(record, lines)))]),
        Section(_("What differs"), [_settings(record)]),
        Section(_("Runs"), [_runs(record)]),
        Section(_("The first arm as an experiment"), [Source(study.base.to_yaml())]),
    ]  # fmt: skip
    return title, document(title, [*_facts(record), _versions(record)], sections)


def _facts(record: StudyRecord) -> Iterator[str]:
    study = record.study
    when = f"{record.created_at.astimezone():%Y-%m-%d %H:%M} · " if record.created_at else ""
    said = _("{kind}: {arms} arms × {seeds} seeds = {runs} runs.", kind=_(study.kind.title), arms=len(study.arms),
             seeds=len(study.seeds), runs=len(study))  # fmt: skip
    yield when + said
    if study.kind.paired:
        yield _(
            "Two runs with the same seed share split, first weights and order of batches. Interval: Student's t of the "
            "paired differences, 95 %; of several arms Holm keeps the chance of a wrong word at 5 %."
        )


def _versions(record: StudyRecord) -> str:
    known = record.versions or {"dlcore": dlcore.__version__}
    return f"{_('Layer by Layer')} · " + ", ".join(f"{name} {version}" for name, version in known.items())


def _dots(record: StudyRecord, lines: Sequence[ArmResult]) -> Iterator[Any]:
    """A chart for each score by which arms are judged."""
    judged = [line for line in ranked(lines) if line.verdict is not None]
    for metric in dict.fromkeys(line.metric for line in judged):
        rows = [row_of(record.study, record.results, line) for line in judged if line.metric == metric]
        chart = differences(metric, str(lines[0].arm.name), rows)
        yield chart.update_yaxes(title_standoff=16)  # else it would lie on long names


def _curves(record: StudyRecord, lines: Sequence[ArmResult]) -> Iterator[Any]:
    """Loss, and the most telling score, of the first arm and of the surest others."""
    drawn = [id(line) for line in ranked(lines)[:DRAWN]]
    for metric in ("loss", metrics_of(about_of(record.study.base).task)[0]):
        bands = [_band(record, line, number, metric) for number, line in enumerate(lines) if id(line) in drawn]
        measured = [band for band in bands if any(band.validation)]
        if measured:
            yield seed_bands(metric, measured)


def _band(record: StudyRecord, line: ArmResult, number: int, metric: str) -> Band:
    """The runs that trained to their end; before there is one, all that have measured something."""
    finished = [each for each in record.results if each.arm == number and each.state == "finished"]
    seeds = [each.seed for each in finished] or list(record.study.seeds)
    epochs = [found for seed in seeds if (found := record.epochs.get((number, seed)))]
    best = [(each.best_epoch, value(each.best, metric)) for each in finished]
    stars = [(epoch, score) for epoch, score in best if epoch is not None and score is not None]
    train, validation = ([_curve(each, part, metric) for each in epochs] for part in ("train", "validation"))
    return Band(str(line.arm.name), number, train, validation, stars)


def _curve(epochs: Sequence[EpochEnded], part: str, metric: str) -> Curve:
    found = {each.epoch: value(getattr(each, part), metric) for each in epochs}
    return {epoch: score for epoch, score in found.items() if score is not None}


def _settings(record: StudyRecord) -> Table | Paragraph:
    """Only the settings that are not the same in all arms: a row a setting, a column an arm."""
    arms = record.study.arms
    found = differences_of([arm.experiment for arm in arms])
    if not found:
        return Paragraph(_("Nothing but the seed differs between these runs."))
    heads = [_("Setting"), *distinct([str(arm.name) for arm in arms])]
    return Table(heads, [[spoken(each), *map(shown, each.values)] for each in found], names=len(heads))


def _runs(record: StudyRecord) -> Table:
    """Every run, with its state: what failed is there, too."""
    heads = [_("Arm"), _("Seed"), _("State"), _("Epoch"), _("best epoch"), _("Score")]
    return Table(heads, [_of_run(record, each) for each in record.results], names=3)


def _of_run(record: StudyRecord, result: Result) -> list[str]:
    arm = record.study.arms[result.arm]
    metric = record.study.metric_of(arm)
    score = scores_of(record.study, [result], metric)
    number = METRICS[metric].number(score[result.seed]) if score else "–"
    best = "–" if result.best_epoch is None else str(result.best_epoch)
    return [str(arm.name), str(result.seed), _(STATES[result.state]), str(result.epoch), best, number]
