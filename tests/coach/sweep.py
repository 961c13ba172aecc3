"""How often the coach is right: planted faults × data sets × seeds, and healthy programs × seeds.

    python -m tests.coach.sweep [--seeds 2] [--sets tuned|held] [--healthy 5] [--presets] [--rules a,b] [-v]

A planted fault is found where its own rule speaks, at any severity. A healthy program is one without a fault: whatever
error or warning is spoken of it is a false alarm; remarks are counted beside.
"""

from __future__ import annotations

import argparse
import collections
import os
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from dlcore.coach import Course
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from tests.coach.programs import FAULTS, HELD_OUT, TUNED_ON, faulty, healthy
from tests.coach.trained import findings_of

QUICK = ("seconds",)


def main() -> None:
    """Print what was found of what was planted, and what was said of healthy programs."""
    torch.set_num_threads(1)
    options = _options()
    names = TUNED_ON if options.sets == "tuned" else HELD_OUT
    rules = options.rules.split(",") if options.rules else list(FAULTS)
    if options.seeds:
        _planted(names, range(options.seeds), rules, options.verbose)
    if options.healthy:
        programs = [(f"{choice} · {name}", plain) for choice, name, plain in healthy(names)]
        _healthy("ordinary networks", programs, range(options.healthy), options.verbose)
    if options.presets:
        programs = [(name, preset.at_hand.to_dict()) for name, preset in PRESETS.items() if preset.duration in QUICK]
        _healthy("presets", programs, range(options.presets), options.verbose)


def _options() -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=2, help="of each planted fault")
    parser.add_argument("--sets", choices=("tuned", "held"), default="held")
    parser.add_argument("--healthy", type=int, default=0, help="seeds of each ordinary network")
    parser.add_argument("--presets", type=int, default=0, help="seeds of each preset that trains in seconds")
    parser.add_argument("--rules", default="", help="only these")
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


def _runs(programs: list[tuple[str, Any]], seeds: range, verbose: bool) -> Iterator[tuple[str, list[Any]]]:
    for label, plain in programs:
        for seed in seeds:
            began = time.perf_counter()
            findings, course = findings_of(Experiment.from_dict({**plain, "seed": seed}))
            if verbose:
                said = ", ".join(f"{each.rule}({each.severity[0]})" for each in findings)
                print(
                    f"{label} #{seed}: {said or '–'} | {_numbers(course)} {time.perf_counter() - began:.1f}s",
                    flush=True,
                )
            yield label, findings


def _numbers(course: Course | None) -> str:
    """What thresholds are held against."""
    if course is None:
        return "not trained"
    outcome, others, taken = course.outcome, course.references, course.inside.taken
    moved = max((float(each.moved.max()) for each in taken if each.moved is not None), default=0.0)
    steep = max(float((each.gradients / each.weights.clip(1e-12)).max()) for each in taken)
    score, train = (float("nan") if each is None else each for each in (outcome.score, outcome.train))
    return (
        f"score {score:.3f} train {train:.3f} chance {others.chance:.2f} linear {others.linear} "
        f"near {others.neighbours} "
        f"bad {outcome.bad} unlearned {outcome.unlearned} progress {course.progress:.3f} falling "
        f"{course.still_falling:.3f} restless {course.restless:.3f} moved {moved:.3g} silent "
        f"{max(taken[-1].silent.values(), default=0):.2f} saturated {max(taken[-1].saturated.values(), default=0):.2f} "
        f"arriving {taken[-1].slopes[0] / max(taken[-1].slopes[-1], 1e-30):.2g} steep {steep:.2g}"
    )


def _planted(names: tuple[str, ...], seeds: range, rules: list[str], verbose: bool) -> None:
    found: collections.Counter[str] = collections.Counter()
    planted: collections.Counter[str] = collections.Counter()
    grave: collections.Counter[str] = collections.Counter()
    others: collections.Counter[str] = collections.Counter()
    programs = [(f"{rule}|{where}", plain) for rule, where, plain in faulty(names) if rule in rules]
    for label, findings in _runs(programs, seeds, verbose):
        rule = label.partition("|")[0]
        planted[rule] += 1
        found[rule] += any(each.rule == rule for each in findings)
        grave[rule] += any(each.rule == rule and each.severity != "remark" for each in findings)
        others.update(each.rule for each in findings if each.rule != rule and each.severity != "remark")
    print(f"\nplanted on {', '.join(names)}")
    for rule in planted:
        print(f"  {rule:28} found {found[rule]:3} of {planted[rule]:3}, as error or warning {grave[rule]:3}")
    print(
        f"  recall {sum(found.values())} of {sum(planted.values())}; other rules that spoke: {dict(others)}", flush=True
    )


def _healthy(title: str, programs: list[tuple[str, Any]], seeds: range, verbose: bool) -> None:
    alarms: collections.Counter[str] = collections.Counter()
    remarks: collections.Counter[str] = collections.Counter()
    runs = alarmed = 0
    for _, findings in _runs(programs, seeds, verbose):
        runs += 1
        spoken = [each.rule for each in findings if each.severity != "remark"]
        alarmed += bool(spoken)
        alarms.update(spoken)
        remarks.update(each.rule for each in findings if each.severity == "remark")
    print(f"\n{title}: {alarmed} of {runs} healthy runs alarmed; {dict(alarms)}; remarks {dict(remarks)}", flush=True)


if __name__ == "__main__":
    main()
