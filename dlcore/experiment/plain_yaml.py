"""YAML as experiment files use it: plain data, small, and with a line for each layer."""

from __future__ import annotations

import re
from typing import Any

import yaml

from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text

MAX_BYTES = 1_000_000


def read(raw: str | bytes) -> Any:
    """Plain data from the text of a file. Raises ExperimentError for tags, anchors, aliases, and above 1 MB."""
    if len(raw) > MAX_BYTES:
        raise ExperimentError(Text(N_("An experiment file may have at most {limit} bytes."), limit=f"{MAX_BYTES:,}"))
    try:
        return yaml.load(raw, Loader=_PlainLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ExperimentError(Text(N_("This is not plain YAML: {reason}."), reason=_reason(error))) from None


def write(given: dict[str, Any]) -> str:
    """The text of a file that `read` turns into the same data."""
    return yaml.dump(given, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _PlainLoader(yaml.SafeLoader):
    """YAML's plain data only; no aliases (a few lines of them can stand for gigabytes); 1e-3 is a number."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$"),
    list("-+.0123456789"),
)


class _Dumper(yaml.SafeDumper):
    """Layers, splits and optimizers on a line each."""


def _short_mappings_on_one_line(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.Node:
    plain = all(not isinstance(value, dict | list) for value in mapping.values())
    named = "layer" in mapping or "method" in mapping or ("name" in mapping and "split" not in mapping)
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=plain and named)


_Dumper.add_representer(dict, _short_mappings_on_one_line)


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(problem)
