"""The table of a study, as its script makes it: the script holds this file, and what it imports of this library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev

from dlcore.studies.verdicts import Measured, Verdict, judge
from dlcore.training.scores import METRICS

Curve = Sequence[tuple[float, float, float]]  # by epoch: training loss, the loss that judges, the score of the task
Curves = Mapping[int, Curve]  # of one arm, by seed


def table(
    arms: Sequence[tuple[str, str, str]],
    curves: Sequence[Curves],
    epoch: str,
    hopeless: float,
    words: Mapping[str, str],
    paired: bool,
) -> list[list[str]]:
    """A row an arm. arms: its name, the metric that judges it, what that is called. words: of the verdicts, failures.

    epoch: "best" or "last". hopeless: so many times its first loss, and a run is given up.
    """

    def scores(place: int, metric: str) -> dict[int, float]:
        found = {seed: score(curve, metric, epoch, hopeless) for seed, curve in curves[place].items()}
        return {seed: value for seed, value in found.items() if value is not None}

    known = [scores(place, metric) for place, (_name, metric, _noun) in enumerate(arms)]
    failed = [len(each) - len(kept) for each, kept in zip(curves, known, strict=True)]
    verdicts: list[Verdict | None] = [None] * len(arms)
    if paired:
        measured = [
            Measured(metric, scores(0, metric), known[place], failed[place])
            for place, (_name, metric, _noun) in enumerate(arms)
        ]
        verdicts[1:] = judge(measured[1:])
    return [row(*each, words) for each in zip(arms, known, failed, verdicts, strict=True)]


def score(curve: Curve, metric: str, epoch: str, hopeless: float) -> float | None:
    """What is compared: at the end, or where the loss that judges was lowest. None of a run that was given up."""
    most = hopeless * max(1.0, curve[0][0])
    if not all(train <= most and judged <= most for train, judged, _score in curve):
        return None
    chosen = curve[-1] if epoch == "last" else min(curve, key=lambda each: each[1])
    return chosen[1] if metric == "loss" else chosen[2]


def row(
    arm: tuple[str, str, str], scores: Mapping[int, float], failed: int, found: Verdict | None, words: Mapping[str, str]
) -> list[str]:
    """Name, what is compared, mean ± standard deviation; difference, interval, lowest to highest, signs, word."""
    name, metric, noun = arm
    digits, values = METRICS[metric].digits, list(scores.values())
    mean = f"{fmean(values):.{digits}f}" if values else "–"
    spread = f" ± {stdev(values):.{digits}f}" if len(values) > 1 else ""
    lost = words["failed"].format(count=failed) if failed else ""
    if found is None:
        return [name, noun, mean + spread, "", "", "", "", lost]
    word = ", ".join(each for each in (words[found.word], lost) if each)
    if not found.n:
        return [name, noun, mean + spread, "", "", "", "", word]
    told = (found.difference, found.low, found.high, found.lowest, found.highest)
    difference, low, high, lowest, highest = ("–" if each is None else f"{each:+.{digits}f}" for each in told)
    signs = words["signs"].format(better=found.better, n=found.n + found.failed)
    interval = "–" if found.low is None else f"{low} … {high}"
    return [name, noun, mean + spread, difference, interval, f"{lowest} … {highest}", signs, word]


def printed(rows: Sequence[Sequence[str]]) -> None:
    """Rows as lines, their cells one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for each in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)).rstrip())
