"""`Experiment`: everything that decides a training run, as one frozen value, to and from YAML.

    dataset:
      name: digits
      split: {method: holdout, test: 0.2, validation: 0.1}
      scale: standard
    network:
      - {layer: Flatten}
      - {layer: Linear, out_features: 64}
      - {layer: ReLU}
      - {layer: Output}
    training:
      loss: CrossEntropyLoss        # may be left out: the task's usual one
      optimizer: {name: Adam, lr: 0.001}
      batch_size: 32
      epochs: 20
    seed: 0
    seeds: {split: 3}               # may be left out: seeds of their own for split, weights or order

What is wrong in it is said at once, in one sentence that names the field, what is allowed and what came.
Whether the layers fit one another is asked later, of `dlcore.network`.
"""

from dlcore.experiment.changes import Change, Knob
from dlcore.experiment.experiment import SEED, SEED_PARTS, DatasetChoice, Experiment, Seeds, Start, Training, usual_loss
from dlcore.experiment.splits import SPLITS, AnySplit, GroupKFold, GroupSplit, KFold, PredefinedSplit, Split, TimeSplit
from dlcore.experiment.stacks import MAX_LAYERS, parse_layers, parse_stacks

__all__ = [
    "MAX_LAYERS",
    "SEED",
    "SEED_PARTS",
    "SPLITS",
    "AnySplit",
    "Change",
    "DatasetChoice",
    "Experiment",
    "GroupKFold",
    "GroupSplit",
    "KFold",
    "Knob",
    "PredefinedSplit",
    "Seeds",
    "Split",
    "Start",
    "TimeSplit",
    "Training",
    "parse_layers",
    "parse_stacks",
    "usual_loss",
]
