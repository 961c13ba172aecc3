"""`serve`: the app in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dlcore.cli.base import commands, opened
from dlcore.i18n import N_


@commands.command(help=N_("Serve the app in the browser."))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help=N_("Port of the web server.")
)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help=N_("Address to listen on; 0.0.0.0 opens it to the network."),
)
def serve(port: int, address: str) -> None:
    with opened():  # what is wrong with the home is told here, not to the first visitor
        pass
    app = Path(__file__).parents[2] / "app.py"
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
                              "--server.address", address, "--server.headless", "true"])  # fmt: skip
