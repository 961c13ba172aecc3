"""The commands. Each file adds its own; this one turns every mistake into a sentence and an exit status."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

import click

from dlcore.cli.base import commands, say
from dlcore.cli.wrong import sentence
from dlcore.errors import DlcoreError
from dlcore.i18n import _, preferred_language, set_language, translate

FINE, BROKE, WRONG, INTERRUPTED = 0, 1, 2, 130

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for a wrong call or input, 130 after Ctrl-C."""
    set_language(preferred_language())
    _translate_help(commands)
    try:
        status = commands.main(arguments, prog_name="python -m dlcore", standalone_mode=False)
    except click.ClickException as error:
        say(sentence(error))
        return WRONG
    except DlcoreError as error:
        say(str(error))
        return WRONG
    except click.Abort:
        say(_("Stopped."))
        return INTERRUPTED
    return status if isinstance(status, int) else FINE


def _translate_help(command: click.Command) -> None:
    command.help = translate(command.help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = translate(parameter.help or "")
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _translate_help(each)


__all__ = ["BROKE", "FINE", "INTERRUPTED", "WRONG", "main"]
