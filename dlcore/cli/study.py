"""`study`: an experiment beside variants of it, with several seeds each, and what that allows to say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from dlcore.cli.base import THREADS, commands, experiment_of, say
from dlcore.cli.fetching import with_data
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.studies import Study
    from dlcore.studies.results import ArmResult, Result


@commands.command(
    help=N_("Train variants of the experiment in FILE (YAML) or preset:NAME with several seeds, and say what helped.")
)
@click.argument("file")
@click.option("--kind", default="remedies", show_default=True, help=N_("What is compared: a kind of study."))
@click.option("--seeds", type=int, default=6, show_default=True, help=N_("How many seeds each variant has."))
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help=N_("A setting of the kind, its value as JSON.")
)
@click.option(
    "--json", "as_json", is_flag=True, help=N_("Print one JSON object a line, one a run, the last with the verdicts.")
)
@THREADS
def study(file: str, kind: str, seeds: int, settings: tuple[str, ...], as_json: bool, threads: int) -> None:
    import torch

    from dlcore.studies import Study
    from dlcore.studies.local import train_here
    from dlcore.studies.results import arm_results, verdict_lines

    torch.set_num_threads(threads)
    made = _study(Study, file, kind, seeds, settings)
    results: list[Result] = []
    for result in train_here(made):
        results.append(result)
        if as_json:
            click.echo(json.dumps({"run": _plain(made, result)}, ensure_ascii=False))
        else:
            _say_progress(made, len(results))
    lines = arm_results(made, results)
    if as_json:
        said: dict[str, Any] = {"verdicts": verdict_lines(lines), "arms": [each.to_json() for each in lines]}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print_table(made, lines)


def _study(made: type[Study], file: str, kind: str, seeds: int, settings: tuple[str, ...]) -> Study:
    """The study that is asked for, with nothing in it that cannot be trained."""
    from dlcore.studies import STUDIES
    from dlcore.training.check import check

    base = with_data(experiment_of(file), preset=file.startswith("preset:"))
    declared = STUDIES.find(kind, "--kind")
    chosen = declared.from_plain(dict(map(_setting, settings))) if settings else declared.suited(base)
    found = made.of(chosen, base, seeds, file.rpartition(":")[2])
    for arm in found.arms:
        check(arm.experiment)
    return found


def _setting(given: str) -> tuple[str, Any]:
    """`p=[0.2,0.5]` as a name and a value; what is no JSON is a text."""
    name, equals, value = given.partition("=")
    if not equals:
        raise DlcoreError(Text(N_("--set: must be NAME=VALUE, but {received} came"), received=repr(given)))
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _plain(study: Study, result: Result) -> dict[str, Any]:
    from dlcore.studies.results import scores_of

    arm = study.arms[result.arm]
    metric = study.metric_of(arm)
    return {
        "arm": str(arm.name),
        "seed": result.seed,
        "state": result.state,
        "metric": metric,
        "score": scores_of(study, [result], metric).get(result.seed),
        "best_epoch": result.best_epoch,
        "epochs": result.epoch,
        "seconds": result.seconds,
    }


def _say_progress(study: Study, done: int) -> None:
    """A sentence whenever an arm is through."""
    if done % len(study.seeds) == 0:
        arm = study.arms[done // len(study.seeds) - 1]
        say(_("{done} of {runs} runs: {arm}", done=done, runs=len(study), arm=arm.name))


def _print_table(study: Study, lines: list[ArmResult]) -> None:
    from dlcore.studies.sentences import closing, headings, row

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings(study):
        table.add_column(heading)
    for line in lines:
        table.add_row(*row(line))
    Console().print(table)
    click.echo(closing(study, lines))
