"""What the commands share: the group they belong to, and how an experiment is found."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dlcore.data.own import shelf
from dlcore.experiment import Experiment
from dlcore.i18n import N_

if TYPE_CHECKING:
    from dlcore.data.own.description import Description
    from dlcore.runs import Runs


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
    shelf.allow_files(Path(file).parent)
    shelf.use(_Uploads())
    return Experiment.from_yaml(file)


def opened() -> Runs:
    """The runs and data sets of this machine, to be used in a `with` block."""
    import dlcore.runs

    return dlcore.runs.open(dispatcher=False)


class _Uploads:
    """All data sets of this machine; the database is opened when one is asked for."""

    @functools.cached_property
    def _shelf(self) -> shelf.Shelf:
        return opened().shelf(None)

    def describe(self, upload_id: str) -> Description:
        return self._shelf.describe(upload_id)

    def called(self, upload_id: str) -> str:
        return self._shelf.called(upload_id)

    def target(self, upload_id: str) -> str | None:
        return self._shelf.target(upload_id)

    def check_rows(self, upload_id: str) -> None:
        self._shelf.check_rows(upload_id)

    def open(self, upload_id: str) -> BinaryIO:
        return self._shelf.open(upload_id)
