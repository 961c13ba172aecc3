"""What one click changes in the draft, and what the button says that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dlcore.coach import Remedy
from dlcore.i18n import N_, Text, _, translate
from dlcore.number_format import brief

SETTINGS = {
    "batch_size": N_("Batch size"),
    "epochs": N_("Epochs"),
    "scale": N_("Scaling"),
    "scale_target": N_("Target scaling"),
}


def repair_label(repair: str) -> Text:
    """What the button of a repair says: `insert:Flatten` is «Insert Flatten»."""
    action, _colon, what = repair.partition(":")
    action = action.partition("@")[0]  # the place of another layer
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


def remedy_label(remedy: Remedy) -> str:
    """What the button of a remedy says: «Set Batch size to 32», «Insert ReLU (3 ×)»."""
    counts = Counter([*_repairs(remedy), *(_setting(*each) for each in remedy.settings.items())])
    return " · ".join(label if times == 1 else f"{label} ({times} ×)" for label, times in counts.items())


def _repairs(remedy: Remedy) -> Iterator[str]:
    """Each repair in words; a layer that is taken out and put in again has moved, its settings go with it."""
    repairs = list(remedy.repairs)
    moved = [each.partition(":")[0] for _, each in repairs] == ["remove", "insert", "set"]
    if moved:
        yield _("Move it to place {number}", number=repairs[1][0][0] + 1)
        return
    inserted = {place for place, repair in repairs if repair.startswith("insert:")}
    values: dict[str, list[str]] = {}
    for place, repair in repairs:
        name, _equals, value = repair.removeprefix("set:").partition("=")
        if not repair.startswith("set:"):
            yield str(repair_label(repair))
        elif place not in inserted:
            values.setdefault(name, []).append(value)
    for name, found in values.items():
        shown = ", ".join(found if len(set(found)) > 1 else found[:1])
        yield str(repair_label(f"set:{name}={shown}"))


def _setting(name: str, value: Any) -> str:
    """One changed field of the experiment in words; a loss that was left out is the task's usual one."""
    last = name.rpartition(".")[2]
    if last == "loss":
        return _("Use the usual loss") if value is None else _("Use {layer} instead", layer=_loss(value))
    shown = brief(value) if isinstance(value, float) else translate(str(value))
    return _("Set {name} to {value}", name=translate(SETTINGS.get(last, last)), value=shown)


def _loss(value: Any) -> str:
    """`CrossEntropyLoss`, or with its settings: `HuberLoss (delta 1)`."""
    if not isinstance(value, Mapping):
        return str(value)
    settings = [f"{key} {brief(each) if isinstance(each, float) else each}" for key, each in value.items()
                if key != "name" and each is not None]  # fmt: skip
    return f"{value['name']} ({', '.join(settings)})" if settings else str(value["name"])
