"""`coach`: trains an experiment as it stands, or takes a run of this machine, and says what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from dlcore.access import ME, OPERATOR
from dlcore.cli.base import THREADS, commands, experiment_of, open_runs, say
from dlcore.cli.fetching import with_data
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, _

if TYPE_CHECKING:
    from dlcore.coach import Course, Finding
    from dlcore.experiment import Experiment

SEVERITIES = {"error": N_("Error"), "warning": N_("Warning"), "remark": N_("Remark")}


@commands.command(
    help=N_("Say what is wrong with FILE (YAML) or preset:NAME, after training it as it stands; or with the run RUN.")
)
@click.argument("file")
@click.option(
    "--json", "as_json", is_flag=True, help=N_("Print one JSON object a line, one a finding, and nothing else.")
)
@THREADS
def coach(file: str, as_json: bool, threads: int) -> None:
    from pathlib import Path

    import torch

    torch.set_num_threads(threads)
    if ":" not in file and not Path(file).suffix and not Path(file).exists():
        findings = _of_run(file)
    else:
        findings = _of_experiment(with_data(experiment_of(file), preset=file.startswith("preset:")), silent=as_json)
    for each in findings:
        click.echo(json.dumps(each.to_json(), ensure_ascii=False, allow_nan=False) if as_json else _line(each))
    if not findings and not as_json:
        say(_("Nothing to say: no rule found anything."))


def _line(finding: Finding) -> str:
    return _("{severity} ({rule}): {sentence}", severity=_(SEVERITIES[finding.severity]), rule=finding.rule,
             sentence=finding.sentence)  # fmt: skip


def _of_experiment(experiment: Experiment, silent: bool) -> list[Finding]:
    """What is said of it; where it cannot be trained and a rule knows why, that rule says so instead of an error."""
    from dlcore import coach, network
    from dlcore.training.check import check

    try:
        check(experiment)
    except DlcoreError:
        findings = coach.examine(experiment, network.about_of(experiment))
        if not any(each.severity == "error" for each in findings):
            raise
        return findings
    return coach.advise(_trained(experiment, silent))


def _trained(experiment: Experiment, silent: bool) -> Course:
    from dlcore.cli.training import beginning
    from dlcore.coach import Course
    from dlcore.training.events import RunStarted
    from dlcore.training.loop import Trainer

    first = None
    if experiment.start is not None:
        with open_runs() as runs:
            first = runs.first_weights(experiment, ME)
    trainer = Trainer(experiment, start=first)
    course = Course(experiment, trainer.data)
    for event in course.follow(trainer):
        if isinstance(event, RunStarted) and not silent:
            say(beginning(event))
    return course


def _of_run(run_id: str) -> list[Finding]:
    """What is said of a run that was kept: by its events, and by its best and last weights."""
    from dlcore import coach

    with open_runs() as runs:
        experiment, events = runs.experiment(run_id, OPERATOR), runs.events(run_id, OPERATOR)
        weights = []
        for which in ("best", "last"):
            try:
                trained = runs.trained(run_id, OPERATOR, which)
            except DlcoreError:  # none was kept yet
                continue
            weights.append((trained.epoch, dict(trained.state)))
    return coach.advise(coach.Course.of_run(experiment, events, weights))
