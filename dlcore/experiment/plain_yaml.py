"""YAML as experiment files use it: plain data, small, and with a line for each layer.

What is read is composed of the parser's events, one by one, under limits: libyaml finds the tokens, and nothing is
built that the limits do not allow. So a text of the largest size costs less than a second and few megabytes,
whatever stands in it.
"""

from __future__ import annotations

import codecs
import io
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml

from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text

MAX_BYTES = 1_000_000
MAX_VALUES = 50_000  # names, texts, numbers, lists and mappings, all together
MAX_DEPTH = 100  # of lists and mappings in each other; how deep blocks may lie in blocks is asked elsewhere
MAX_DIGITS = 400  # of a number: the largest that arithmetic knows has 309

_LOADER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml where PyYAML was built with it, as its wheels are
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MERGE = "<<"
_RARE_ENDS = frozenset("\x85\u2028\u2029")

# Plain scalars that are no texts. Nothing else is: a date stays the text that was written, and so does 1:30.
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_INTEGER = re.compile(
    r"([-+]?)(?:0b(?P<binary>[01_]*[01][01_]*)|0x(?P<hexadecimal>[\da-fA-F_]*[\da-fA-F][\da-fA-F_]*)"
    r"|0(?P<octal>[0-7_]*[0-7][0-7_]*)|(?P<decimal>0|[1-9][\d_]*))",
    re.ASCII,
)
_BASES = {"binary": 2, "octal": 8, "decimal": 10, "hexadecimal": 16}
_FLOAT = re.compile(r"[-+]?(?:\d+|\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?", re.ASCII)
_FLOAT_ALONE = re.compile(f"(?:{_FLOAT.pattern})$", re.ASCII)  # as PyYAML asks it: from the start, to the end
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NO_NUMBER = frozenset((".nan", ".NaN", ".NAN"))


def read(raw: str | bytes) -> Any:
    """Plain data from the text of a file: UTF-8, or UTF-16 with its mark.

    Raises ExperimentError, with the line, for whatever is not plain YAML: tags, anchors, aliases, merges, a key that
    stands twice; and above 1 MB, 50,000 values or a depth of 100.
    """
    if len(raw) > MAX_BYTES:
        raise _too_large()
    text = raw if isinstance(raw, str) else _decoded(raw)
    found = _NOT_PRINTABLE.search(text)
    if found is not None:
        character = f"U+{ord(found.group()):04X}"
        raise _refusal(Text(N_("the character {character} is not allowed"), character=character), _line(text, found))
    if len(text.encode()) > MAX_BYTES:
        raise _too_large()
    try:
        return _Composer(yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER)).document()
    except yaml.YAMLError as error:
        raise _explained(error, text) from None


def write(given: dict[str, Any]) -> str:
    """The text of a file that `read` turns into the same data."""
    return yaml.dump(given, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Composer:
    """Plain data of one document, made of the parser's events. One composer reads once."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._values = 0

    def document(self) -> Any:
        """What the one document holds; None for an empty text."""
        found, documents = None, 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _refusal(Text(N_("a second document begins")), _line_of(event))
                found = self._value(next(self._events), 0)
        return found

    def _value(self, event: Any, depth: int) -> Any:
        self._check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return _plain(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(depth + 1)
        return self._mapping(depth + 1)

    def _list(self, depth: int) -> list[Any]:
        found = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth))
        return found

    def _mapping(self, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        lines: dict[Any, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            if key in lines:
                again = Text(N_("{key} stands there twice, first in line {first}"), key=_short(key), first=lines[key])
                raise _refusal(again, _line_of(event))
            lines[key] = _line_of(event)
            found[key] = self._value(next(self._events), depth)
        return found

    def _key(self, event: Any, depth: int) -> Any:
        self._check(event, depth)
        if not isinstance(event, yaml.ScalarEvent):
            raise _refusal(Text(N_("a name must stand before the colon, no list and no mapping")), _line_of(event))
        if event.implicit[0] and event.value == _MERGE:
            raise _refusal(Text(N_("merges (<<) are not allowed")), _line_of(event))
        return _plain(event)

    def _check(self, event: Any, depth: int) -> None:
        self._values += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refusal(Text(N_("anchors and aliases are not allowed")), _line_of(event))
        if event.tag is not None:
            raise _refusal(Text(N_("tags such as {tag} are not allowed"), tag=_short(event.tag)), _line_of(event))
        if self._values > MAX_VALUES:
            raise _refusal(Text(N_("there are more than {most} values"), most=f"{MAX_VALUES:,}"), _line_of(event))
        if depth > MAX_DEPTH:
            raise _refusal(Text(N_("lists and mappings lie too deep in each other")), _line_of(event))


def _plain(event: Any) -> Any:
    """What a scalar stands for: nothing, true or false, a number; else its text, and always where it is quoted."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _NOTHING:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _NO_NUMBER:
        return math.nan
    if (found := _INFINITE.fullmatch(text)) is not None:
        return -math.inf if found[1] == "-" else math.inf
    return _number(text, event) if text[0] in "-+.0123456789" else text


def _number(text: str, event: Any) -> int | float | str:
    whole, number = _INTEGER.fullmatch(text), _FLOAT.fullmatch(text)
    if whole is None and number is None:
        return text
    if len(text) > MAX_DIGITS:
        too_long = Text(N_("a number of {length} digits is too long"), length=f"{len(text):,}")
        raise _refusal(too_long, _line_of(event))
    if whole is None:
        return float(text.replace("_", ""))
    ((base, digits),) = [(name, digits) for name, digits in whole.groupdict().items() if digits is not None]
    return int(whole[1] + digits.replace("_", ""), _BASES[base])


def _decoded(raw: bytes) -> str:
    encoding = next((name for mark, name in _ENCODINGS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(Text(N_("it is not written in UTF-8")), line) from None


def _too_large() -> ExperimentError:
    return ExperimentError(Text(N_("An experiment file may have at most {limit} bytes."), limit=f"{MAX_BYTES:,}"))


def _refusal(reason: Text | str, line: int | None) -> ExperimentError:
    """The one sentence for whatever is not plain YAML."""
    if line is None:
        return ExperimentError(Text(N_("This is not plain YAML: {reason}."), reason=reason))
    return ExperimentError(Text(N_("Line {line} is not plain YAML: {reason}."), reason=reason, line=line))


def _explained(error: yaml.YAMLError, text: str) -> ExperimentError:
    """What the parser complains of, at the place where it does."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
    if mark is None:
        return _refusal(str(problem), None)
    line = next(islice(io.StringIO(text, newline=None), mark.line, None), "")
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _refusal(Text(N_("a line must begin with spaces, not with a tab")), mark.line + 1)
    return _refusal(str(problem), mark.line + 1)


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "…"


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """A text; where PyYAML would write a rare end of a line as it stands, and read a space, it is escaped."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if _RARE_ENDS & set(text) else None)


class _Dumper(yaml.SafeDumper):
    """Layers, splits and optimizers on a line each; a text that `read` would take for a number is quoted."""


def _short_mappings_on_one_line(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.Node:
    plain = all(not isinstance(value, dict | list) for value in mapping.values())
    named = "layer" in mapping or "method" in mapping or ("name" in mapping and "split" not in mapping)
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=plain and named)


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT_ALONE, list("-+.0123456789"))
_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _short_mappings_on_one_line)
