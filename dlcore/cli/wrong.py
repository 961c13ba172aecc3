"""What a wrong call is told: one sentence, in the language of the terminal."""

from __future__ import annotations

import click

from dlcore.errors import unknown
from dlcore.i18n import N_, Text, _


def sentence(error: click.ClickException) -> str:
    """One sentence for what click refused."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    match error:
        case click.exceptions.NoArgsIsHelpError() if isinstance(context and context.command, click.Group):
            return _("Say what to do: {commands}. --help tells more.", commands=", ".join(_commands(context)))
        case click.NoSuchOption():
            options = _options(context)
            return str(unknown(Text(N_("option")), error.option_name, options))
        case click.exceptions.NoSuchCommand():
            return str(unknown(Text(N_("command")), error.command_name, _commands(context)))
        case click.MissingParameter():
            return _("{parameter} is missing. --help tells more.", parameter=_named(error))
        case click.BadParameter():
            return _("{parameter} is wrong: {reason}", parameter=_named(error), reason=error.message)
        case _:
            return " ".join(error.format_message().split())


def _commands(context: click.Context | None) -> list[str]:
    return list(context.command.commands) if context and isinstance(context.command, click.Group) else []


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [each.opts[-1] for each in context.command.get_params(context) if isinstance(each, click.Option)]


def _named(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx)  # type: ignore[arg-type]
