"""The same network in Keras 3, as a script that runs, with the weights of PyTorch carried over."""

from __future__ import annotations

from typing import cast

from dlcore.codegen.layout import docstring, joined, noted, wrapped
from dlcore.codegen.model import LONGEST_NOTED, NOTES_FROM, title
from dlcore.experiment import Experiment
from dlcore.layers.keras import KerasCode
from dlcore.layers.stack import shapes
from dlcore.network import about_of, wanted
from dlcore.training.losses import Loss
from dlcore.training.optimizers import Optimizer

LOADING = '''
def load_pytorch_weights(path):
    """Take the weights of PyTorch's model, turned to where Keras keeps them."""
    state = load_file(path)
'''


def keras_code(experiment: Experiment) -> str:
    """A Python file with `model` and `load_pytorch_weights(path)` for a `.safetensors` file of this network.

    It computes what PyTorch computes, to 1e-5, and keeps PyTorch's order of axes: channels first.
    Raises NetworkError where the layers cannot work, NotInKeras where Keras has nothing that does the same.
    """
    about, code = about_of(experiment), KerasCode(shapes)
    code.stack(experiment.network, about.shape, wanted(about))
    body = [_input(experiment), *_noted(code), "model = keras.Model(inputs, x)"]
    helpers = [line for source in code.helpers.values() for line in ["", *source.splitlines(), ""]]
    weights = [part for line in code.weights for part in wrapped(f"    {line}")]
    loading = ["", *LOADING.rstrip().splitlines(), *weights] if weights else []
    needs_numpy = any("np." in line for line in [*helpers, *body, *weights])
    return joined(
        [
            *docstring(f"{title(experiment)}, in Keras 3."),
            "",
            "import keras",
            *(["import numpy as np"] if needs_numpy else []),
            "from keras import layers",
            *(["from safetensors.numpy import load_file"] if weights else []),
            "",
            'keras.config.set_image_data_format("channels_first")  # as in PyTorch; runs on its backend and on JAX',
            *helpers,
            "",
            *body,
            *loading,
            *([""] if loading else []),
            "",
            *_compiled(experiment),
            "",
        ]
    )


def _input(experiment: Experiment) -> str:
    shape = about_of(experiment).shape
    kind = "" if shape.vocabulary is None else ', dtype="int64"'
    return f"x = inputs = keras.Input({tuple(shape)!r}{kind})"


def _noted(code: KerasCode) -> list[str]:
    """The lines with the shapes they make, one under the other."""
    column = max([NOTES_FROM, *(len(line) for line in code.lines if len(line) <= LONGEST_NOTED)]) + 2
    return [
        part
        for number, line in enumerate(code.lines)
        for part in noted(line, f"# {code.notes[number]}" if number in code.notes else "", column)
    ]


def _compiled(experiment: Experiment) -> list[str]:
    """How it is trained: `compile`, and `fit` to be called with data; or what Keras cannot do the same."""
    training = experiment.training
    loss, optimizer = cast("Loss", experiment.loss), cast("Optimizer", training.optimizer)
    missing = [each.name for each, call in ((loss, loss.keras()), (optimizer, optimizer.keras())) if call is None]
    if missing:
        return [f"# Keras has no {' and no '.join(missing)} that computes the same with these settings."]
    return [
        "model.compile(",
        f"    optimizer=keras.optimizers.{optimizer.keras()},",
        f"    loss=keras.losses.{loss.keras()},",
        ")",
        f"# model.fit(x_train, y_train, batch_size={training.batch_size}, epochs={training.epochs})",
    ]
