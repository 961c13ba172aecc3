"""What the rows of the stack say: plain data for the browser, from a draft and the diagnosis of its layers."""

from __future__ import annotations

from typing import Any

from dlcore.declaration import Declaration, Setting
from dlcore.figures.colours import LAYER_KINDS
from dlcore.i18n import N_, Text, _, translate
from dlcore.network import Diagnosis
from dlcore.registry import LAYERS
from pages.components.draft import Draft, experiment_of
from pages.components.layer_stack.operations import locked
from pages.components.numbers import count

Row = dict[str, Any]

# In the order of the menu. Outputs are not offered: every network has one already, or a repair that adds it. Nor are
# blocks, whose insides the rows cannot edit; an experiment file may hold them.
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
}


def rows(draft: Draft, diagnosis: Diagnosis) -> list[Row]:
    """One row a layer: name, main setting, shapes, what is wrong with it and what one click could do."""
    layers = experiment_of(draft).network
    failed = _place_of_error(diagnosis, len(layers))
    made = []
    for number, (layer, each) in enumerate(zip(layers, draft["ids"], strict=True)):
        row = {
            "id": each,
            "name": layer.name,
            "main": main_setting(layer),
            "colour": LAYER_KINDS[layer.kind],  # type: ignore[attr-defined]
            "locked": locked(draft, number),
            **_work(diagnosis, number),
        }
        if failed is not None and number == failed:
            row |= _trouble(diagnosis)
        elif failed is not None and number > failed:
            row |= {"state": "unreached"}
        made.append(row)
    return made


def _place_of_error(diagnosis: Diagnosis, length: int) -> int | None:
    """The row that an error belongs to; the last row (or none, in an empty stack) for one about the whole stack."""
    error = diagnosis.error
    if error is None or not length:
        return None
    return min(error.path[0], length - 1) if error.path else length - 1


def _work(diagnosis: Diagnosis, number: int) -> Row:
    """Shapes and parameters of a layer that works, and the first warning about it."""
    row: Row = {"state": "works", "shapes": "", "parameters": "", "message": "", "repair": None}
    if number < len(diagnosis.steps):
        step = diagnosis.steps[number]
        row["shapes"] = f"{step.received} → {step.made}"
        row["parameters"] = count(step.parameters) if step.parameters else ""
    warning = next((each for each in diagnosis.warnings if each.path[:1] == (number,)), None)
    if warning is not None:
        row |= {
            "state": "warned",
            "message": str(warning.text),
            "repair": _repair(warning.path, warning.repair),
        }
    return row


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


def _repair(path: tuple[int, ...], repair: str | None) -> Row | None:
    return None if repair is None else {"path": list(path), "repair": repair, "label": str(repair_label(repair))}


def repair_label(repair: str) -> Text:
    """What the button of a repair says: `insert:Flatten` is «Insert Flatten»."""
    action, _colon, what = repair.partition(":")
    name, _equals, value = what.partition("=")
    sentences = {
        "insert": Text(N_("Insert {layer}"), layer=what),
        "append": Text(N_("Add {layer}"), layer=what),
        "replace": Text(N_("Use {layer} instead"), layer=what),
        "remove": Text(N_("Remove this layer")),
        "move": Text(N_("Move to the end")),
        "set": Text(N_("Set {name} to {value}"), name=name, value=value),
    }
    return sentences.get(action, Text(N_("Repair")))


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
    """What can be added, in groups: `{"group", "colour", "layers": [{"layer", "summary"}]}`."""
    groups = []
    for kind, name in KIND_NAMES.items():
        found = [
            {"layer": each, "summary": translate(declared.summary())}
            for each, declared in LAYERS.items()
            if declared.kind == kind  # type: ignore[attr-defined]
        ]
        if found:
            groups.append({"group": _(name), "colour": LAYER_KINDS[kind], "layers": found})
    return groups
