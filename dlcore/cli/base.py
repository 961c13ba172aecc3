"""What the commands share: the group they belong to, and how an experiment is found."""

from __future__ import annotations

import click

from dlcore.experiment import Experiment
from dlcore.i18n import N_


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Layer by Layer: build, train and take away networks from the command line."),
)
def commands() -> None: ...


def say(sentence: str) -> None:
    """A sentence for the person at the terminal, on standard error."""
    click.echo(sentence, err=True)


def experiment_of(file: str) -> Experiment:
    """The experiment in a file, or the preset of `preset:NAME`. Raises ExperimentError."""
    kind, colon, name = file.partition(":")
    if colon and kind == "preset":
        from dlcore.presets import PRESETS

        return PRESETS.find(name).experiment
    return Experiment.from_yaml(file)
