"""Print how much of spoiled tables is read, by dlcore and by others: `python -m tests.data.spoiling [--all]`."""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

from .kinds import SAMPLE, as_text, kinds, measure, overall, some
from .readers import READERS
from .scores import MEASURES, Score, mean

Results = dict[str, dict[str, list[Score]]]


def main() -> None:
    """Measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true", help=f"every file, not {SAMPLE} of each kind")
    asked.add_argument("--reader", choices=[*READERS], action="append", help="only this one; may be said again")
    asked.add_argument("--kind", default="", help="only kinds whose name contains this")
    asked.add_argument("--show", type=int, default=0, help="print so many files of each kind that are read wrongly")
    choice = asked.parse_args()
    warnings.simplefilter("ignore")
    cases = {kind: each if choice.all else some(each) for kind, each in kinds().items() if choice.kind in kind}
    results: Results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in choice.reader or READERS:
            results[name] = {kind: measure(each, READERS[name], Path(folder)) for kind, each in cases.items()}
            if choice.show:
                for kind, scores in results[name].items():
                    wrong = [
                        (case, one) for case, one in zip(cases[kind], scores, strict=True) if one.total < 4 or one.lost
                    ]
                    for case, one in wrong[: choice.show]:
                        print(f"{case.label}\n    {one}\n    {case.content[:300]!r}")
    first = next(iter(results))
    print(f"{first}\n{as_text(results[first])}\n")
    if len(results) > 1:
        print(_side_by_side(results))


def _side_by_side(results: Results) -> str:
    """Success / records of each reader, by kind; below, the means of every measure."""
    lines = [f"{'success/records':42}" + "".join(f"{name:>17}" for name in results)]
    for kind in next(iter(results.values())):
        found = [mean(scores[kind]) for scores in results.values()]
        lines.append(f"{kind[:41]:42}" + "".join(f"{each.success:11.2f}/{each.records:.3f}" for each in found))
    for which, title in ((0, "mean of kinds"), (1, "mean of files")):
        for measure_name in (*MEASURES, "lost"):
            found = [overall(scores)[which] for scores in results.values()]
            lines.append(
                f"{f'{title}: {measure_name}':42}" + "".join(f"{getattr(each, measure_name):17.3f}" for each in found)
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
