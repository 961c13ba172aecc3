"""`study`: an experiment beside variants of it, with several seeds each, and what that allows to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from dlcore.cli import study_files
from dlcore.cli.base import THREADS, commands, experiment_of, say
from dlcore.cli.fetching import with_data
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.studies import Study
    from dlcore.studies.chance import Varied
    from dlcore.studies.results import ArmResult, Result

PLACE = click.Path(path_type=Path)


@commands.command(
    help=N_("Train variants of the experiment in FILE (YAML) or preset:NAME with several seeds, and say what helped.")
)
@click.argument("file")
@click.option("--kind", default="remedies", show_default=True, help=N_("What is compared: a kind of study."))
@click.option("--seeds", type=int, help=N_("How many seeds each variant has: 6, or as many as the kind prescribes."))
@click.option(
    "--varies", type=click.Choice(["everything", "split", "weights", "order"]), default="everything",
    show_default=True, help=N_("What is another with each seed; all else of chance stays as it is."),
)  # fmt: skip
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help=N_("A setting of the kind, its value as JSON.")
)
@click.option(
    "--json", "as_json", is_flag=True, help=N_("Print one JSON object a line, one a run, the last with the verdicts.")
)
@click.option("--csv", type=PLACE, metavar="OUT.csv", help=N_("Also write a table of every run and epoch."))
@click.option(
    "--script", type=PLACE, metavar="OUT.py", help=N_("Also write a script that repeats it with torch alone.")
)
@click.option("--report", type=PLACE, metavar="OUT.html", help=N_("Also write a report that opens offline."))
@THREADS
def study(
    file: str,
    kind: str,
    seeds: int | None,
    varies: Varied,
    settings: tuple[str, ...],
    as_json: bool,
    csv: Path | None,
    script: Path | None,
    report: Path | None,
    threads: int,
) -> None:
    import torch

    from dlcore.studies import Study
    from dlcore.studies.conclusions import conclusion
    from dlcore.studies.local import train_and_grow
    from dlcore.studies.results import arm_results, verdict_lines

    study_files.check_places(csv, script, report)
    torch.set_num_threads(threads)
    made = asked = _study(Study, file, kind, seeds, settings, varies)
    if script is not None:
        study_files.write_script(script, asked, threads)
    results: list[Result] = []
    for made, result in train_and_grow(asked, heard := study_files.Heard()):
        results.append(result)
        if as_json:
            click.echo(json.dumps({"run": _plain(made, result)}, ensure_ascii=False))
        else:
            _say_progress(made, len(results))
    lines, told = arm_results(made, results), conclusion(made, results)
    if csv is not None:
        study_files.write_csv(csv, heard.record(made, results))
    if report is not None:
        study_files.write_report(report, heard.record(made, results))
    if as_json:
        said: dict[str, Any] = {"verdicts": verdict_lines(lines), "arms": [each.to_json() for each in lines]}
        said |= told.numbers | ({"says": told.says} if told.says else {})
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _print_table(made, lines)
        click.echo("".join(f"{line}\n" for line in told.says), nl=False)


def _study(
    made: type[Study], file: str, kind: str, seeds: int | None, settings: tuple[str, ...], varies: Varied
) -> Study:
    """The study that is asked for, with nothing in it that cannot be trained."""
    from dlcore.studies import SEEDS, STUDIES
    from dlcore.training.check import check

    base = with_data(experiment_of(file), preset=file.startswith("preset:"))
    declared = STUDIES.find(kind, "--kind")
    chosen = declared.from_plain(dict(map(_setting, settings))) if settings else declared.suited(base)
    seeds = declared.only_seeds or SEEDS if seeds is None else seeds
    found = made.of(chosen, base, seeds, file.rpartition(":")[2], varies)
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
        **({"values": dict(arm.values)} if arm.values else {}),
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
        say(_("{done} of {runs} runs: {arm}", done=done, runs=study.planned, arm=arm.name))


def _print_table(study: Study, lines: list[ArmResult]) -> None:
    from dlcore.studies.sentences import closing, headings, row

    table = Table(box=None, padding=(0, 2, 0, 0))
    filled = [cells for cells in zip(headings(study), *map(row, lines), strict=True) if any(cells[1:])]
    for heading, *_cells in filled:
        table.add_column(heading)
    for cells in zip(*(column[1:] for column in filled), strict=True):
        table.add_row(*cells)
    Console().print(table)
    click.echo(closing(study, lines))
