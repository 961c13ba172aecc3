"""plotly.js for our own charts: the installed package's file without the kinds of traces that no chart of ours has.

The whole file draws forty-six kinds of traces, maps of the world among them: 4.8 MB, of which a browser needs a third
here before it can draw a line. It is the same code, statement by statement; nothing is fetched or changed.
"""

from __future__ import annotations

import logging
import re

from dlcore.serving.javascript import NAME, needed, statements

TRACES = ("bar", "heatmap", "scatter")  # all that dlcore/figures draws with

_BEGIN, _END = "var Plotly=(()=>{", re.compile(r"return ([\w$]+)\(\);?\}\)\(\);")
_REGISTERED = re.compile(r"\.register\(\[((?:[\w$]+\(\),?)+)\]\)")
_TRACE = re.compile(r'moduleType:"trace",name:"(\w+)"')
PASSES_ON = 300  # characters: a module so short only puts others together

log = logging.getLogger(__name__)


def reduced(script: str) -> str:
    """The script with the traces of `TRACES` alone; the whole script where it is not built as expected."""
    try:
        return _reduced(script)
    except ValueError as error:
        log.warning("plotly.js is sent whole: %s", error)
        return script


def _reduced(script: str) -> str:
    begin, end = script.find(_BEGIN) + len(_BEGIN), list(_END.finditer(script))
    if begin < len(_BEGIN) or not end:
        raise ValueError("it is no bundle of the known form")
    *parts, last = statements(script[begin : end[-1].start()])
    registered = _REGISTERED.search(last)
    if registered is None:
        raise ValueError("it registers no traces")
    modules = {found[1]: part for part in parts if (found := re.match(r"\s*var ([\w$]+)=", part)) is not None}
    names = NAME.findall(registered[1])
    traces = {name: _trace(name, modules) for name in names}
    if missing := set(TRACES[:-1]) - set(traces.values()):  # scatter is there always
        raise ValueError(f"it has no {', '.join(sorted(missing))}")
    kept = ",".join(f"{name}()" for name in names if traces[name] in (None, *TRACES))
    last = last[: registered.start(1)] + kept + last[registered.end(1) :]
    return script[:begin] + "".join(needed([*parts, last])) + script[end[-1].start() :]


def _trace(name: str, modules: dict[str, str], depth: int = 3) -> str | None:
    """The kind of trace that a module is, itself or by one it puts together; None for what is none, as a calendar."""
    module = modules.get(name, "")
    if (found := _TRACE.search(module)) is not None:
        return found[1]
    parts = NAME.findall(module) if depth and len(module) < PASSES_ON else []
    kinds = (_trace(each, modules, depth - 1) for each in parts)
    return next((kind for kind in kinds if kind is not None), None)
