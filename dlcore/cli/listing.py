"""`trace`, and what is registered: layers, data sets, losses, optimizers, schedules, presets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from dlcore.cli.base import check_loss, commands, experiment_of, say
from dlcore.cli.warning import as_plain, warn, warnings_of
from dlcore.declaration import Declaration
from dlcore.i18n import N_, _, translate
from dlcore.lookup import Registry
from dlcore.registry import DATASETS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES

if TYPE_CHECKING:
    from dlcore.layers.advice import Warning
    from dlcore.layers.base import Step

AS_JSON = click.option("--json", "as_json", is_flag=True, help=N_("Print JSON instead of a table."))


def print_table(headings: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    """Rows under headings; the columns of these numbers are numbers themselves."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(markup=False).print(table)  # names are shown as they are


@commands.command(help=N_("Print what each layer of the experiment in FILE receives, makes and costs."))
@click.argument("file")
@AS_JSON
def trace(file: str, as_json: bool) -> None:
    from dlcore import network

    experiment = experiment_of(file)
    check_loss(experiment)
    steps = network.trace(experiment)
    if as_json:
        warned = warnings_of(experiment)
        click.echo(json.dumps([_with_warnings(step, warned) for step in steps], ensure_ascii=False))
        return
    warn(experiment, as_json=False)
    rows = [_traced(step, depth) for step, depth in _with_depth(steps)]
    rows.append(["", "", "", f"{sum(step.parameters for step in steps):,}", f"{sum(step.bytes for step in steps):,}"])
    headings = [N_("layer"), N_("receives"), N_("makes"), N_("parameters"), N_("bytes")]
    print_table([_(heading) for heading in headings], rows, right=(3, 4))


def _with_warnings(step: Step, warned: Sequence[Warning]) -> dict[str, Any]:
    """A step as plain data; `warnings` only where there are some, those inside a block at the layer they are about."""
    plain = step.to_json()
    about = [as_plain(each) for each in warned if each.path == step.path]
    if step.children:
        plain["children"] = [_with_warnings(child, warned) for child in step.children]
    return plain | {"warnings": about} if about else plain


def _with_depth(steps: Iterable[Step], depth: int = 0) -> Iterator[tuple[Step, int]]:
    """Each step, followed by those inside it, and how deep it lies."""
    for step in steps:
        yield step, depth
        yield from _with_depth(step.children, depth + 1)


def _traced(step: Step, depth: int) -> list[str]:
    name = "  " * depth + step.layer
    return [name, str(step.received), str(step.made), f"{step.parameters:,}", f"{step.bytes:,}"]


@commands.command(help=N_("List the layers and their settings."))
@AS_JSON
def layers(as_json: bool) -> None:
    _list(LAYERS, as_json)


@commands.command(help=N_("List the data sets and their settings."))
@AS_JSON
def datasets(as_json: bool) -> None:
    from dlcore.data.dataset_cards import problems

    _list(DATASETS, as_json)
    for each in problems():
        say(str(each))


@commands.command(help=N_("List the losses and their settings."))
@AS_JSON
def losses(as_json: bool) -> None:
    _list(LOSSES, as_json)


@commands.command(help=N_("List the optimizers and their settings."))
@AS_JSON
def optimizers(as_json: bool) -> None:
    _list(OPTIMIZERS, as_json)


@commands.command(help=N_("List the schedules of the learning rate and their settings."))
@AS_JSON
def schedules(as_json: bool) -> None:
    _list(SCHEDULES, as_json)


@commands.command(help=N_("List the starting points: train one with `train preset:NAME`."))
@AS_JSON
def presets(as_json: bool) -> None:
    from dlcore.presets import PRESETS

    if as_json:
        fields = ("name", "title", "summary", "teaches", "group", "duration")
        plain = [{field: getattr(preset, field) for field in fields} for preset in PRESETS.values()]
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    print_table([_(N_("preset")), ""], [[name, translate(preset.summary)] for name, preset in PRESETS.items()])


def _list(registry: Registry[Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_described(each) for each in registry.values()], ensure_ascii=False))
        return
    rows = [[each.name, _settings(each), translate(each.summary())] for each in registry.values()]
    print_table([translate(registry.kind), _(N_("settings")), ""], rows)


def _described(declared: type[Declaration]) -> dict[str, Any]:
    settings = {
        name: {"default": each.default, "allowed": str(each.allowed()), "help": each.help}
        for name, each in declared.settings().items()
    }
    return {"name": declared.name, "summary": declared.summary(), "settings": settings}


def _settings(declared: type[Declaration]) -> str:
    return ", ".join(f"{name}={each.default}" for name, each in declared.settings().items())
