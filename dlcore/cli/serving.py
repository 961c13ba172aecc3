"""`serve`: the app in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dlcore.cli.base import commands


@commands.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="Port of the web server.")
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 opens it to the network."
)
def serve(port: int, address: str) -> None:
    """Serve the app."""
    app = Path(__file__).parents[2] / "app.py"
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
                              "--server.address", address, "--server.headless", "true"])  # fmt: skip
