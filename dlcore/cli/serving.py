"""`serve`: the app in a browser."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path

import click

from dlcore.cli.base import commands, open_runs, say
from dlcore.i18n import N_, _


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
@click.option(
    "--classes/--no-classes",
    default=None,
    help=N_("Whether teachers and students sign in; without it, where others can reach the app by --address."),
)
def serve(port: int, address: str, classes: bool | None) -> None:
    os.environ["DLCORE_CLASSES"] = str(_for_classes(classes, address)).lower()
    with open_runs():  # what is wrong with the home is told here, not to the first visitor
        pass
    app = Path(__file__).parents[2] / "app.py"
    port = port or _free_port(address)
    _say_how_to_be_me(port, address)
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
                              "--server.address", address, "--server.headless", "true"])  # fmt: skip


def _for_classes(asked: bool | None, address: str) -> bool:
    """As it was asked for, else as the setting says, else where the address is not this machine's alone."""
    from dlcore.runs.settings import read_settings

    settings = read_settings()
    if asked is not None:
        return asked
    if "classes" in settings.model_fields_set:
        return settings.classes
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address != "localhost"


def _free_port(address: str) -> int:
    """A port that nobody listens on, so that it can be told before the server has begun."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as found:
        try:
            found.bind((address, 0))
        except OSError as error:
            said = _("nothing can listen on {address} here ({reason}).", address=address, reason=error.strerror)
            raise click.BadParameter(said, param_hint="--address") from None
        port: int = found.getsockname()[1]
        return port


def _say_how_to_be_me(port: int, address: str) -> None:
    """Print the one address that makes a browser «me». It is never written anywhere else."""
    from dlcore.runs import browser_link
    from dlcore.runs.settings import Settings

    try:
        settings = Settings()
        code = browser_link.new_code(settings.home)
    except OSError:
        return  # the server will say what is wrong with the home
    where = f"http://{_reached_at(address)}:{port}{browser_link.PATH}?{browser_link.PARAMETER}={code}"
    if settings.classes:
        text = N_("To be the first teacher of this server, open this address in your browser; it works once, and for "
                  "whoever has it: {address}")  # fmt: skip
        say(_(text, address=where))
        return
    say(
        _(
            "To see in a browser what the command line and notebooks train, open this address in it; it works once, "
            "and for whoever has it: {address}",
            address=where,
        )
    )


def _reached_at(address: str) -> str:
    """How a browser on this machine names the address that the server listens on."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.is_unspecified:
        return "127.0.0.1" if found.version == 4 else "[::1]"
    return f"[{found}]" if found.version == 6 else str(found)
