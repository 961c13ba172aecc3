"""An experiment in a short address: compressed, safe in a URL, bounded when it is unpacked, with a version in front.

    encode(experiment)             "1ePm…"        some dozens to a few hundred characters
    decode("1ePm…")               Shared(experiment, assignment)

Nothing secret is in it, and nothing that is executed. Weights to begin with, and data that somebody brought, stay at
home: the address names neither.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.errors import DlcoreError, ExportError
from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment
from dlcore.i18n import N_, Text
from dlcore.registry import LAYERS

VERSION = "1"
MOST_CHARACTERS = 16_000
MOST_BYTES = 200_000  # unpacked
# What most experiments say: with it in hand on both sides, an address holds only what is special in one. The likeliest
# words stand last. It belongs to the version, and must never change within it.
FAMILIAR = (
    b'"layers":["branches":[["layer":"TransformerEncoderLayer","layer":"LearnedPositionalEncoding","layer":"Embedding",'
    b'"embedding_dim":64},"layer":"LSTM","hidden_size":64},"PoolOverTime","BatchNorm1d","BatchNorm2d","LayerNorm",'
    b'"Sigmoid","Softmax","Tanh","GELU","LeakyReLU","Residual",{"layer":"AvgPool2d","kernel_size":2},"Dropout",'
    b'{"layer":"Conv2d","out_channels":32,"kernel_size":3,"padding":1},{"layer":"MaxPool2d","kernel_size":2},'
    b'"name":"breast_cancer","name":"diabetes","name":"circles","name":"spirals","samples":600,"noise":0.08,'
    b'"name":"shapes","name":"mnist","name":"moons","name":"wine","name":"iris","scale":"none","limit":100},'
    b'"loss":"BCEWithLogitsLoss","loss":"MSELoss","optimizer":{"name":"RMSprop","lr":0.01,"weight_decay":0.0001,'
    b'"optimizer":{"name":"SGD","lr":0.1,"momentum":0.9},"name":"AdamW","patience":"schedule":{"name":"'
    b'{"e":{"dataset":{"name":"digits","split":{"method":"holdout","test":0.2,"validation":0.1},"scale":"standard",'
    b'"scale_target":"standard","limit":null},"network":["Flatten",{"layer":"Linear","out_features":128},"ReLU",'
    b'{"layer":"Dropout","p":0.3},{"layer":"Linear","out_features":64},"ReLU","Output"],"training":{'
    b'"loss":"CrossEntropyLoss","optimizer":{"name":"Adam","lr":0.001},"batch_size":32,"epochs":20,"device":"auto"},'
    b'"seed":0}}'
)


@dataclass(frozen=True)
class Shared:
    """What a link holds: an experiment, and what a teacher asks of it."""

    experiment: Experiment
    assignment: Assignment | None = None


def encode(experiment: Experiment, assignment: Assignment | None = None) -> str:
    """The experiment as letters, digits, `-` and `_`. Raises ExportError where it is too large for an address."""
    plain = experiment.to_dict()
    plain["network"] = [_short(each) for each in plain["network"]]
    plain.pop("start", None)
    body = {"e": plain} if assignment is None else {"e": plain, "a": assignment.requirements()}
    stream = zlib.compressobj(9, zdict=FAMILIAR)
    packed = stream.compress(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) + stream.flush()
    code = VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(code) > MOST_CHARACTERS:
        raise ExportError(Text(N_("This experiment is too large for a link; share its file instead.")))
    return code


def decode(code: str) -> Shared:
    """What `encode` packed. Raises DlcoreError with one sentence for anything else."""
    if not code or code[0] != VERSION or len(code) > MOST_CHARACTERS:
        raise _broken()
    try:
        body = json.loads(_unpacked(base64.b64decode(code[1:] + "=" * (-len(code[1:]) % 4), b"-_", validate=True)))
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise _broken() from None
    if not isinstance(body, Mapping) or not {"e"} <= set(body) <= {"e", "a"}:
        raise _broken()
    try:
        assignment = None if body.get("a") is None else Assignment.parse(body["a"], "task")
        experiment = Experiment.from_dict(body["e"]).model_copy(update={"start": None})
    except DlcoreError as error:
        raise ExportError(
            Text(N_("This link was damaged or made by another version of the app: {reason}"), reason=str(error))
        ) from None
    except (TypeError, AttributeError, RecursionError):
        raise _broken() from None
    return Shared(experiment, assignment)


def _unpacked(packed: bytes) -> bytes:
    """At most so many bytes, of exactly one whole stream. Raises ValueError for any other."""
    stream = zlib.decompressobj(zdict=FAMILIAR)
    found = stream.decompress(packed, MOST_BYTES)
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise ValueError("not one whole stream")
    return found


def _short(layer: Mapping[str, Any]) -> Any:
    """A layer without the settings that are as always; one that has no others is its name."""
    declared: Any = LAYERS[layer["layer"]]
    kept = {"layer": layer["layer"]}
    for name, value in layer.items():
        field = declared.model_fields.get(name)
        if name == declared.holds:
            kept[name] = _short_inside(value)
        elif field is not None and field.get_default() != value:
            kept[name] = value
    return kept["layer"] if len(kept) == 1 else kept


def _short_inside(stacks: Any) -> Any:
    """The layers inside a block: of one stack, or of several."""
    return [_short_inside(each) if isinstance(each, list) else _short(each) for each in stacks]


def _broken() -> ExportError:
    return ExportError(Text(N_("This link is not whole, or was changed: ask for it again.")))
