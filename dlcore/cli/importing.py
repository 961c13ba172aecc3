"""`import`: a bundle comes back as an experiment that begins with the weights that were learned."""

from __future__ import annotations

from pathlib import Path

import click

from dlcore.access import ME
from dlcore.cli.base import commands, say
from dlcore.i18n import N_, _


@commands.command(
    "import",
    help=N_("Keep the weights of BUNDLE.zip on this machine; print its experiment, and the address that opens it."),
)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--app",
    default="http://127.0.0.1:8501/",
    show_default=True,
    help=N_("Where the app is served, for the printed address."),
)
def import_(bundle: Path, app: str) -> None:
    from dlcore import network
    from dlcore import runs as _runs
    from dlcore.errors import UploadError
    from dlcore.export.bundle.reading import bytes_of
    from dlcore.runs.import_link import PARAMETER

    raw = bytes_of(bundle)
    with _runs.open(dispatcher=False) as runs:
        experiment = runs.import_bundle(raw, bundle.name, ME)
        code = runs.import_link(experiment, ME)
        click.echo(experiment.to_yaml(), nl=False)
        try:
            network.about_of(experiment)
        except UploadError as error:
            say(str(error))
            say(
                _(
                    "A bundle holds numbers made of the data, not the data as they were brought: bring them here "
                    "(upload FILE), and write their id into the experiment."
                )
            )
    say(_("The weights are kept. Save the experiment to a file: train FILE goes on from what the bundle has learned."))
    say(_("Or open it in the app (serve): {address}", address=f"{app.rstrip('/')}/?{PARAMETER}={code}"))
