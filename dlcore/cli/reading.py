"""`read`: a network written in PyTorch as the layers of an experiment. The code is followed, never executed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from dlcore.cli.base import commands, say
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.codegen.importer import ImportResult, Note

MOST_BYTES = 8_000_000  # looked at; a network's code may have far fewer, and is told so


@commands.command(
    help=N_(
        "Read the network in FILE.py (- for standard input), which is written in PyTorch, as layers. It is not run."
    )
)
@click.argument("file")
@click.option("--class", "name", help=N_("The class or variable to read, where the file holds several networks."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print one JSON object: layers, unread, notes, class."))
def read(file: str, name: str | None, as_json: bool) -> int:
    from dlcore.codegen.importer import import_code

    result = import_code(_text(file), name=name)
    if as_json:
        click.echo(json.dumps(_plain(result), ensure_ascii=False))
    elif result.layers:
        click.echo(yaml.safe_dump({"network": _layers(result)}, sort_keys=False, allow_unicode=True), nl=False)
    if result.layers:
        if not as_json:
            for note in (*result.unread, *result.notes):
                say(_sentence(note))
        return 0
    say(_sentence(result.unread[0]) if result.unread else _("no network was found."))
    return 2


def _text(file: str) -> str:
    """The text of a file, or what comes in. Raises DlcoreError where it cannot be read."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(MOST_BYTES).decode("utf-8", errors="replace")
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES).decode("utf-8", errors="replace")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DlcoreError(Text(N_("{file} cannot be read: {reason}."), file=file, reason=reason)) from None


def _plain(result: ImportResult) -> dict[str, Any]:
    return {
        "layers": _layers(result),
        "unread": [{"line": note.line, "sentence": str(note.text)} for note in result.unread],
        "notes": [{"line": note.line, "sentence": str(note.text)} for note in result.notes],
        "class": result.name,
    }


def _layers(result: ImportResult) -> list[dict[str, Any]]:
    return [layer.to_dict() for layer in result.layers]


def _sentence(note: Note) -> str:
    """«Line 3: there is no layer nn.Transformer here.»"""
    return str(note.text) if note.line is None else _("Line {line}: {text}", line=note.line, text=str(note.text))
