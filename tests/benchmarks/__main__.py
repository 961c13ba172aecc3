"""`make bench`: run every benchmark of this folder, print its table, and keep the numbers in bench/NAME.json.

    python -m tests.benchmarks [NAME ...] [--repeats 7]

A benchmark is a module here with a `TITLE` and a function `measure(repeats) -> list[Row]`; a new file is found by
itself. Numbers depend on the machine and on what else runs on it: nothing here is a test.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import pkgutil
import platform
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

import tests.benchmarks as folder
from dlcore.training.devices import available
from tests.benchmarks.base import Row

OUT = Path(__file__).parents[2] / "bench"
NO_BENCHMARKS = {"__main__", "base"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure, print, and keep the numbers in bench/.")
    parser.add_argument("names", nargs="*", help="which benchmarks; all without a name")
    parser.add_argument("--repeats", type=int, default=7, help="how often each is measured; the median counts")
    wanted = parser.parse_args()
    found = sorted({module.name for module in pkgutil.iter_modules(folder.__path__)} - NO_BENCHMARKS)
    unknown = set(wanted.names) - set(found)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    torch.set_num_threads(1)
    for name in wanted.names or found:
        benchmark = importlib.import_module(f"{folder.__name__}.{name}")
        rows = benchmark.measure(wanted.repeats)
        show(benchmark.TITLE, rows)
        keep(name, rows, wanted.repeats)


def show(title: str, rows: list[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("what", "measured", "ratio", "target", ""):
        table.add_column(heading, justify="right" if heading in ("measured", "ratio") else "left")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
        mark = {None: "", True: "reached", False: "missed"}[row.reached]
        table.add_row(row.what, f"{row.value:,.4g} {row.unit}", ratio, row.target, mark)
    Console().print(table)


def keep(name: str, rows: list[Row], repeats: int) -> None:
    machine: dict[str, Any] = {**available(), "python": platform.python_version(), "torch": torch.__version__}
    OUT.mkdir(exist_ok=True)
    kept = {"machine": machine, "threads": 1, "repeats": repeats, "rows": [dataclasses.asdict(row) for row in rows]}
    (OUT / f"{name}.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
