"""How written code is laid out, as a formatter would: lines of at most 120 columns, never more than two empty ones."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable

LONGEST_LINE = 120
COMFORTABLE = 110  # columns at which a call is broken, so that a note may still follow


def joined(lines: Iterable[str]) -> str:
    """Lines as the text of a file: at most two empty lines one after another, and a line's end at the end."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).rstrip("\n") + "\n"


def noted(code: str, note: str, column: int = 0) -> list[str]:
    """A line with a comment at a column, or a little after it; what would be too long has the comment above it."""
    if not note:
        return [code]
    line = f"{code.ljust(column - 2)}  {note}"
    indent = code[: len(code) - len(code.lstrip())]
    return [line] if len(line) <= LONGEST_LINE else [f"{indent}{note}", code]


def wrapped(line: str, longest: int = COMFORTABLE, end: str = "") -> list[str]:
    """A call, or `name = call(…)`, with its arguments on lines of their own where it would not fit into one."""
    if len(line) + len(end) <= longest:
        return [line + end]
    indent = line[: len(line) - len(line.lstrip())]
    text = line.strip()
    statement = ast.parse(text).body[0]
    call = statement.value  # type: ignore[attr-defined]  # an assignment or a call by itself
    if len(call.args) == 1 and isinstance(call.args[0], ast.List) and not call.keywords:
        parts, brackets = call.args[0].elts, ("([", "])")
    else:
        parts, brackets = [*call.args, *call.keywords], ("(", ")")
    head, tail = _around(text, call)
    inside = [f"{indent}    {_source(text, each)}," for each in parts]
    return [f"{indent}{head}{brackets[0]}", *_packed(inside), f"{indent}{brackets[1]}{tail}{end}"]


def _around(text: str, call: ast.Call) -> tuple[str, str]:
    """What stands before a call's brackets, and after them; names and strings in code may hold any letter."""
    raw = text.encode()
    return raw[: call.func.end_col_offset].decode(), raw[call.end_col_offset :].decode()


def _source(text: str, part: ast.expr | ast.keyword) -> str:
    return ast.get_source_segment(text, part) or ""


def _packed(lines: list[str]) -> list[str]:
    """The arguments on one line, where they fit there together."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    together = indent + " ".join(line.strip() for line in lines)
    return [together] if len(together) <= LONGEST_LINE else lines


def docstring(sentence: str, *more: str) -> list[str]:
    """A module's docstring: a sentence, broken where it is long, and further lines."""
    first = textwrap.wrap(f'"""{sentence}', COMFORTABLE, break_on_hyphens=False)
    if not more and len(first) == 1:
        return [f'{first[0]}"""']
    return [*first, *more, '"""']
