"""The commands. Each file adds its own; this one turns every mistake into a sentence and an exit status."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence

import click

from dlcore.cli.base import commands, say
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _, preferred_language, set_language

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, 1 for a run that failed, 2 for a wrong call or input."""
    set_language(preferred_language())
    try:
        status = commands.main(arguments, prog_name="python -m dlcore", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return 2
    except click.ClickException as error:
        say(error.format_message())
        return 2
    except DlcoreError as error:
        say(str(error))
        return 2
    except click.Abort:
        say(_(N_("Stopped.")))
        return 130
    except BrokenPipeError:  # the reader has gone: nothing is left to say
        sys.stderr.close()
        return 0


__all__ = ["Text", "main"]
