"""What is allowed and unwise in a network: said before it is trained, and beside what it is traced to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from dlcore.cli.base import say
from dlcore.i18n import _

if TYPE_CHECKING:
    from dlcore.experiment import Experiment
    from dlcore.layers.advice import Warning


def warnings_of(experiment: Experiment) -> tuple[Warning, ...]:
    """What the Studio would say on the layers of this experiment."""
    from dlcore import network

    return network.diagnose(experiment.network, network.about_of(experiment), experiment.loss).warnings


def warn(experiment: Experiment, as_json: bool) -> None:
    """Say it on standard error; as JSON, one object a line before the events."""
    for each in warnings_of(experiment):
        if as_json:
            click.echo(json.dumps({"event": "Warning", "path": list(each.path), **as_plain(each)}, ensure_ascii=False))
        else:
            say(_("Warning: {text}", text=each.text))


def as_plain(warning: Warning) -> dict[str, Any]:
    """A warning as plain JSON: the sentence, and the repair that one click would make of it, or null."""
    return {"text": str(warning.text), "repair": warning.repair}
