"""How often the coach is right: planted faults × data sets × seeds, and healthy programs × seeds.

    python -m tests.coach.sweep [--seeds 2] [--sets tuned|held] [--healthy 5] [--presets 5] [--quick] [--rules a,b] [-v]

A planted fault is found where its own rule speaks, at any severity. It did harm where the experiment cannot be trained,
or its score is clearly below that of the same without the fault; a fault of the data has no such twin, and counts. A
healthy program is one without a fault: whatever error or warning is spoken of it is a false alarm; remarks are counted
beside.
"""

from __future__ import annotations

import argparse
import collections
import functools
import os
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from dlcore.coach import Course, Finding
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from tests.coach.programs import FAULTS, HELD_OUT, TUNED_ON, base, faulty, healthy
from tests.coach.trained import findings_of

HARM = 0.05  # of the score
OF_THE_DATA = ("class-imbalance", "shuffled-labels")
SLOW = ("lenet", "little-alexnet", "little-vgg", "little-googlenet", "shapes-cnn", "manual-lstm")


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
        quick = {name: each for name, each in PRESETS.items() if each.duration == "seconds" and name not in SLOW}
        chosen = quick if options.quick else PRESETS
        programs = [(name, preset.at_hand.to_dict()) for name, preset in chosen.items()]
        _healthy("presets", programs, range(options.presets), options.verbose)


def _options() -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=2, help="of each planted fault")
    parser.add_argument("--sets", choices=("tuned", "held"), default="held")
    parser.add_argument("--healthy", type=int, default=0, help="seeds of each ordinary network")
    parser.add_argument("--presets", type=int, default=0, help="seeds of each preset")
    parser.add_argument("--quick", action="store_true", help="only the presets that train in some seconds")
    parser.add_argument("--rules", default="", help="only these")
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


def _runs(
    programs: list[tuple[str, Any]], seeds: range, verbose: bool
) -> Iterator[tuple[str, int, list[Finding], Course | None]]:
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
            yield label, seed, findings, course


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


@functools.cache
def _healthy_score(name: str, seed: int) -> float:
    """What the experiment reaches on this data set without a fault."""
    course = findings_of(Experiment.from_dict({**base(name), "seed": seed}))[1]
    return -1.0 if course is None or course.outcome.score is None else course.outcome.score


def _did_harm(label: str, seed: int, course: Course | None) -> bool:
    rule, _, place = label.partition("|")
    if course is None or course.diverged or course.outcome.score is None or rule in OF_THE_DATA:
        return True
    return course.outcome.score < _healthy_score(place.partition("/")[0], seed) - HARM


def _planted(names: tuple[str, ...], seeds: range, rules: list[str], verbose: bool) -> None:
    counts = {rule: collections.Counter[str]() for rule in rules}
    others: collections.Counter[str] = collections.Counter()
    programs = [(f"{rule}|{where}", plain) for rule, where, plain in faulty(names) if rule in rules]
    for label, seed, findings, course in _runs(programs, seeds, verbose):
        rule = label.partition("|")[0]
        own = [each for each in findings if each.rule == rule]
        harmful = _did_harm(label, seed, course)
        counts[rule].update(
            planted=1, found=len(own), harmful=harmful, harmful_found=harmful and len(own),
            grave=sum(each.severity != "remark" for each in own),
        )  # fmt: skip
        others.update(each.rule for each in findings if each.rule != rule and each.severity != "remark")
    print(f"\nplanted on {', '.join(names)}, seeds {list(seeds)}")
    for rule, each in counts.items():
        print(f"  {rule:28} found {each['found']:3} of {each['planted']:3}; of {each['harmful']:3} that did harm "
              f"{each['harmful_found']:3}; as error or warning {each['grave']:3}")  # fmt: skip
    total = sum(counts.values(), collections.Counter[str]())
    harmful = f"{total['harmful_found']} of {total['harmful']}"
    print(f"  all: found {total['found']} of {total['planted']}; of those that did harm {harmful}")
    print(f"  other rules that spoke of an error or a warning: {dict(others)}", flush=True)


def _healthy(title: str, programs: list[tuple[str, Any]], seeds: range, verbose: bool) -> None:
    alarms: collections.Counter[str] = collections.Counter()
    remarks: collections.Counter[str] = collections.Counter()
    runs = alarmed = 0
    for _, _, findings, _ in _runs(programs, seeds, verbose):
        runs += 1
        spoken = [each.rule for each in findings if each.severity != "remark"]
        alarmed += bool(spoken)
        alarms.update(spoken)
        remarks.update(each.rule for each in findings if each.severity == "remark")
    print(f"\n{title}: {alarmed} of {runs} healthy runs alarmed; {dict(alarms)}; remarks {dict(remarks)}", flush=True)


if __name__ == "__main__":
    main()
