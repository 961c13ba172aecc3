"""What the rows of the stack say: plain data for the browser, from a draft and the diagnosis of its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from dlcore.coach import Finding
from dlcore.declaration import Declaration, Setting
from dlcore.figures.colours import LAYER_KINDS
from dlcore.i18n import N_, _, translate
from dlcore.layers.base import Layer, Path, Step
from dlcore.layers.stack import inside
from dlcore.network import Diagnosis, every
from dlcore.number_format import count
from dlcore.registry import LAYERS
from pages.components.shared.draft import Draft, experiment_of
from pages.components.shared.remedies import remedy_label, repair_label
from pages.components.web.layer_stack.operations import OUTPUT

Row = dict[str, Any]

# In the order of the menu. Outputs are not offered: every network has one already, or a repair that adds it.
KIND_NAMES = {
    "dense": N_("Dense"),
    "activation": N_("Activation"),
    "regularization": N_("Regularization"),
    "normalization": N_("Normalization"),
    "convolution": N_("Convolution"),
    "pooling": N_("Pooling"),
    "shape": N_("Shape"),
    "recurrent": N_("Recurrent"),
    "attention": N_("Attention"),
    "embedding": N_("Embedding"),
    "block": N_("Blocks"),
}


def rows(draft: Draft, diagnosis: Diagnosis, findings: Sequence[Finding] = ()) -> list[Row]:
    """One row a layer, those inside a block after it: name, main setting, shapes, what is wrong, what mends it.

    `findings` are those of the coach about single layers; a remark is folded, whatever is graver stands in the open.
    `within` and `stack` say which block a row stands in and in which of its stacks; `stacks` how many a block has.
    """
    layers = list(inside(experiment_of(draft).network))
    named = dict(zip((path for path, _ in layers), draft["ids"], strict=True))
    steps = {step.path: step for step in every([*diagnosis.steps, *diagnosis.inside])}
    last = (len(experiment_of(draft).network) - 1,)
    failed = None if diagnosis.error is None else diagnosis.error.path or last
    made = []
    for path, layer in layers:
        row = {
            "id": named[path],
            "name": layer.name,
            "main": main_setting(layer),
            "colour": LAYER_KINDS[layer.kind],
            "locked": path == last and layer.name == OUTPUT,
            **_home(path, named, layers),
            "stacks": len(layer.stacks()),
            "grows": layer.grows,
            **_work(steps.get(path)),
            **_words(path, diagnosis, findings),
        }
        if path == failed:
            row |= _trouble(diagnosis)
        elif failed is not None and path not in steps and path != failed[: len(path)]:
            row |= {"state": "unreached"}
        made.append(row)
    return made


def _home(path: Path, named: Mapping[Path, int], layers: Sequence[tuple[Path, Layer]]) -> Row:
    """The block that a row stands in, by its id, and in which of its stacks; no block for the network's own rows."""
    if len(path) == 1:
        return {"within": None, "stack": 0}
    block = max((each for each in named if len(each) < len(path) and path[: len(each)] == each), key=len)
    prefixes = [prefix for prefix, _ in dict(layers)[block].stacks()]
    return {"within": named[block], "stack": prefixes.index(path[len(block) : -1])}


def _work(step: Step | None) -> Row:
    """Shapes and parameters of a layer that works."""
    if step is None:
        return {"state": "works", "shapes": "", "parameters": ""}
    shapes, parameters = f"{step.received} → {step.made}", count(step.parameters) if step.parameters else ""
    return {"state": "works", "shapes": shapes, "parameters": parameters}


def _words(path: Path, diagnosis: Diagnosis, findings: Sequence[Finding]) -> Row:
    """The first warning about a layer, and the first remark, each with what mends it."""
    by_rule = {each.rule: each for each in findings}
    said: list[tuple[bool, Row]] = []  # whether it is a remark
    about_it = [each for each in diagnosis.warnings if each.path == path]
    for warning in sorted(about_it, key=lambda each: not each.rule):  # what the coach knows of matters more
        finding = by_rule.get(warning.rule)
        mend = _repair(warning.path, warning.repair)
        if mend is None and finding is not None and finding.layer == path:
            mend = _remedy(finding)
        remark = finding is not None and finding.severity == "remark"
        said.append((remark, {"message": str(warning.text), "repair": mend}))
    known = {each.rule for each in diagnosis.warnings}
    for finding in (each for each in findings if each.layer == path and each.rule not in known):
        remark = finding.severity == "remark"
        said.append((remark, {"message": str(finding.sentence), "repair": _remedy(finding)}))
    loud = next((each for remark, each in said if not remark), None)
    quiet = next((each for remark, each in said if remark), None)
    found = {"message": "", "repair": None} if loud is None else {"state": "warned", **loud}
    return {**found, "remark": quiet}


def _remedy(finding: Finding) -> Row:
    return {"remedy": finding.remedy.to_json(), "label": remedy_label(finding.remedy)}


def _trouble(diagnosis: Diagnosis) -> Row:
    error = diagnosis.error
    assert error is not None
    return {
        "state": "wrong",
        "shapes": "",
        "parameters": "",
        "message": str(error),
        "repair": _repair(error.path, error.repair),
    }


def _repair(path: Path, repair: str | None) -> Row | None:
    return None if repair is None else {"path": list(path), "repair": repair, "label": str(repair_label(repair))}


def main_setting(layer: Declaration) -> str:
    """The setting that a row shows beside the name: `128`, `p 0.3`; empty where there is none."""
    shown = [each for each in layer.settings().values() if each.main]
    return " ".join(_brief(each, getattr(layer, each.name)) for each in shown)


def _brief(setting: Setting, value: Any) -> str:
    """Sizes and choices speak for themselves; a share needs its name."""
    if setting.type is tuple:
        return " × ".join(map(str, value))
    if setting.choices:
        return translate(str(value))
    return f"{value:g}" if setting.type is int else f"{setting.name} {value:g}"


def menu() -> list[Row]:
    """What can be added, in groups: `{"group", "colour", "layers": [{"layer", "summary", "stacks", "grows"}]}`."""
    groups = []
    for kind, name in KIND_NAMES.items():
        found = [
            _offer(each, cast("type[Layer]", declared))
            for each, declared in LAYERS.items()
            if declared.kind == kind  # type: ignore[attr-defined]
        ]
        if found:
            groups.append({"group": _(name), "colour": LAYER_KINDS[kind], "layers": found})
    return groups


def _offer(name: str, declared: type[Layer]) -> Row:
    offer: Row = {"layer": name, "summary": translate(declared.summary())}
    return offer | {"stacks": len(declared().stacks()), "grows": declared.grows} if declared.holds else offer
