"""`trace`, `layers`, `datasets`, `presets`: what there is, and what shapes a network makes."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from dlcore.cli.base import commands, experiment_of
from dlcore.declaration import Declaration
from dlcore.i18n import N_, _, translate
from dlcore.registry import DATASETS, LAYERS, Registry

AS_JSON = click.option("--json", "as_json", is_flag=True, help=N_("Print JSON instead of a table."))


def _print(headings: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@commands.command(help=N_("Print what each layer of the experiment in FILE receives, makes and costs."))
@click.argument("file")
@AS_JSON
def trace(file: str, as_json: bool) -> None:
    from dlcore import network

    steps = network.trace(experiment_of(file))
    if as_json:
        click.echo(json.dumps([step.to_json() for step in steps]))
        return
    rows = [
        [step.layer, str(step.received), str(step.made), f"{step.parameters:,}", f"{step.bytes:,}"] for step in steps
    ]
    rows.append(["", "", "", f"{sum(step.parameters for step in steps):,}", f"{sum(step.bytes for step in steps):,}"])
    headings = [N_("layer"), N_("receives"), N_("makes"), N_("parameters"), N_("bytes")]
    _print([_(heading) for heading in headings], rows, right=(3, 4))


@commands.command(help=N_("List the layers and their settings."))
@AS_JSON
def layers(as_json: bool) -> None:
    _list(LAYERS, as_json)


@commands.command(help=N_("List the data sets and their settings."))
@AS_JSON
def datasets(as_json: bool) -> None:
    _list(DATASETS, as_json)


@commands.command(help=N_("List the starting points: train one with `train preset:NAME`."))
@AS_JSON
def presets(as_json: bool) -> None:
    from dlcore.presets import PRESETS

    if as_json:
        click.echo(
            json.dumps(
                [{"name": name, "title": preset.title, "summary": preset.summary} for name, preset in PRESETS.items()],
                ensure_ascii=False,
            )
        )
        return
    _print([_(N_("preset")), ""], [[name, translate(preset.summary)] for name, preset in PRESETS.items()])


def _list(registry: Registry[Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_described(each) for each in registry.values()], ensure_ascii=False))
        return
    rows = [[each.name, _settings(each), translate(each.summary())] for each in registry.values()]
    _print([translate(registry.kind), _(N_("settings")), ""], rows)


def _described(declared: type[Declaration]) -> dict[str, Any]:
    settings = {
        name: {"default": each.default, "allowed": str(each.allowed()), "help": each.help}
        for name, each in declared.settings().items()
    }
    return {"name": declared.name, "summary": declared.summary(), "settings": settings}


def _settings(declared: type[Declaration]) -> str:
    return ", ".join(f"{name}={each.default}" for name, each in declared.settings().items())
