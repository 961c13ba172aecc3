"""Text as learners bring it, made Python again: cells of a notebook, prompts, fences, indented fragments.

Every line keeps its number, so that a sentence about line 7 is about the learner's line 7.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

from dlcore.codegen.importer.fragment import completed
from dlcore.codegen.importer.values import CannotRead
from dlcore.i18n import N_, Text

MAX_CODE_BYTES = 100_000
FENCE = re.compile(r"(```|~~~)")
PROMPT = re.compile(r"(?:>>> ?|\.\.\.:? ?|In \[ ?\d*\]: ?)")
FIRST_PROMPT = re.compile(r"(?:>>> |In \[ ?\d*\]: )")
COMMAND = re.compile(r"(?:[%!?].*|[\w.]+\?\??|\w+ ?= ?[%!]\w.*)")
UNUSUAL = str.maketrans({"\ufeff": "", "\u200b": "", "\u00a0": " ", "\u3000": " ", "“": '"', "”": '"', "‘": "'",
                         "’": "'", "（": "(", "）": ")", "，": ","})  # fmt: skip


def parsed(code: str) -> ast.Module:
    """The syntax tree of a file or a pasted fragment. Raises CannotRead for what is no Python, or too much of it."""
    if len(code.encode(errors="replace")) > MAX_CODE_BYTES:
        raise CannotRead(Text(N_("code may have at most {limit} bytes."), limit=f"{MAX_CODE_BYTES:,}"), 1)
    text = _without_prompts(_without_fences(code.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")))
    first: CannotRead | None = None
    for mend in (_unchanged, _without_commands, _dedented, _plain_characters, _head_dedented):
        text = mend(text)
        try:
            return _tree(text)
        except CannotRead as error:
            first = first or error
    assert first is not None
    raise first


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return completed(ast.parse(text))
    except SyntaxError as error:
        raise CannotRead(Text(N_("this is not Python: {reason}."), reason=error.msg), error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise CannotRead(Text(N_("this is not Python that can be read.")), 1) from None


def _unchanged(text: str) -> str:
    return text


def _without_fences(text: str) -> str:
    """What stands between ``` and ```, where there are such lines."""
    lines = text.split("\n")
    fences = [FENCE.match(line.lstrip()) is not None for line in lines]
    if not any(fences):
        return text
    inside = sum(fences) == 1  # the other one was not copied
    kept = []
    for line, fence in zip(lines, fences, strict=True):
        kept.append(line if inside and not fence else "")
        inside ^= fence and sum(fences) > 1
    return "\n".join(kept)


def _without_prompts(text: str) -> str:
    """The input of an interactive session; what it printed is left out."""
    lines = text.split("\n")
    bare = [line.lstrip() for line in lines]
    if not any(FIRST_PROMPT.match(line) for line in bare):
        return text
    return "\n".join(PROMPT.sub("", line, count=1) if PROMPT.match(line) else "" for line in bare)


def _without_commands(text: str) -> str:
    """Lines that speak to the notebook and not to Python: %matplotlib, !pip, model?"""
    lines = text.split("\n")
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass" if COMMAND.fullmatch(line.strip()) else line for line in lines
    )


def _dedented(text: str) -> str:
    """A fragment from the middle of a class, moved to the left as far as it goes."""
    return textwrap.dedent(text.expandtabs(4))


def _plain_characters(text: str) -> str:
    """The characters that word processors and web pages put in place of Python's."""
    return _dedented(text.translate(UNUSUAL))


def _head_dedented(text: str) -> str:
    """A fragment that begins deeper than it goes on, or whose first line was copied without the space before it."""
    lines = text.split("\n")
    depths = [len(line) - len(line.lstrip()) for line in lines]
    full = [number for number, line in enumerate(lines) if line.strip()]
    if not full:
        return text
    start = full[0]
    rest = next((number for number in full if depths[number] < depths[start]), full[1] if len(full) > 1 else len(lines))
    parts = ("\n".join(lines[:rest]), "\n".join(lines[rest:]))
    return "\n".join(textwrap.dedent(part) for part in parts if part)
