"""Names that people bring from Keras, Lightning and scikit-learn: what each is called here, and where it stands.

One table. Whoever refuses an unknown name asks it first, so that the answer is one pointer and no list of everything.
A test holds each row to what is registered.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dlcore.i18n import N_, Text


@dataclass(frozen=True)
class Called:
    """Another name for the same thing: one, or several of which the data decide; `settings` that differ, too."""

    names: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)  # theirs -> ours

    def text(self) -> Text:
        if len(self.names) > 1:
            return Text(N_("Here it is one of {names}, by the kind of input."), names=", ".join(self.names))
        (ours,) = self.names
        for theirs, setting in self.settings.items():
            return Text(
                N_("It is called {ours} here, and its {theirs} is {setting}."),
                ours=ours,
                theirs=theirs,
                setting=setting,
            )
        return Text(N_("It is called {ours} here."), ours=ours)


@dataclass(frozen=True)
class Elsewhere:
    """It stands elsewhere: `place` is its dotted path, or a msgid; `example` a line of YAML as written there."""

    place: str
    example: str  # with {value} for the value that came
    usual: str = ""  # the value in the example where none came that could stand there

    def text(self, value: object) -> Text:
        shown = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else self.usual
        return Text(
            N_("Here it is {place}, as in: {example}"),
            place=Text(self.place),
            example=self.example.replace("{value}", shown),
        )


def _called(*names: str, **settings: str) -> Called:
    return Called(names, settings)


# What is registered, by the kind of thing. Names are compared without regard to case.
THINGS: dict[str, dict[str, Called | str]] = {
    "layer": {
        "Dense": _called("Linear", units="out_features"),
        "LazyLinear": _called("Linear"),
        "FullyConnected": _called("Linear"),
        "Convolution1D": _called("Conv1d", filters="out_channels"),
        "Convolution2D": _called("Conv2d", filters="out_channels"),
        "Convolution3D": _called("Conv3d", filters="out_channels"),
        "LazyConv1d": _called("Conv1d"),
        "LazyConv2d": _called("Conv2d"),
        "Conv1DTranspose": _called("ConvTranspose1d", filters="out_channels"),
        "Conv2DTranspose": _called("ConvTranspose2d", filters="out_channels"),
        "Conv3DTranspose": _called("ConvTranspose3d", filters="out_channels"),
        "UpSampling2D": _called("ConvTranspose2d"),
        "MaxPooling1D": _called("MaxPool1d", pool_size="kernel_size"),
        "MaxPooling2D": _called("MaxPool2d", pool_size="kernel_size"),
        "MaxPooling3D": _called("MaxPool3d", pool_size="kernel_size"),
        "AveragePooling1D": _called("AvgPool1d", pool_size="kernel_size"),
        "AveragePooling2D": _called("AvgPool2d", pool_size="kernel_size"),
        "AveragePooling3D": _called("AvgPool3d", pool_size="kernel_size"),
        "GlobalMaxPooling1D": _called("GlobalMaxPool", "PoolOverTime"),
        "GlobalMaxPooling2D": _called("GlobalMaxPool"),
        "GlobalMaxPooling3D": _called("GlobalMaxPool"),
        "GlobalAveragePooling1D": _called("GlobalAvgPool", "PoolOverTime"),
        "GlobalAveragePooling2D": _called("GlobalAvgPool"),
        "GlobalAveragePooling3D": _called("GlobalAvgPool"),
        "BatchNormalization": _called("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
        "BatchNorm": _called("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
        "LayerNormalization": _called("LayerNorm"),
        "GroupNormalization": _called("GroupNorm", groups="num_groups"),
        "SpatialDropout1D": _called("Dropout1d", rate="p"),
        "SpatialDropout2D": _called("Dropout2d", rate="p"),
        "SpatialDropout3D": _called("Dropout3d", rate="p"),
        "SimpleRNN": _called("RNN", units="hidden_size"),
        "MultiHeadAttention": _called("MultiheadAttention"),
        "TransformerEncoder": _called("TransformerEncoderLayer"),
        "PositionalEncoding": _called("SinusoidalPositionalEncoding", "LearnedPositionalEncoding"),
        "Swish": _called("SiLU"),
        "Hard_Sigmoid": _called("Hardsigmoid"),
        "Leaky_ReLU": _called("LeakyReLU"),
        "Add": _called("Residual", "Branches"),
        "Concatenate": _called("Branches"),
        "Activation": N_("Write the activation itself as a layer: ReLU, Tanh, Sigmoid, …"),
        "Input": N_("Leave it out: the data set says what comes in."),
        "InputLayer": N_("Leave it out: the data set says what comes in."),
        "Sequential": N_("Leave it out: the layers of a network stand one after another by themselves."),
        "Identity": N_("Leave it out: it changes nothing."),
        "Bidirectional": N_("Write bidirectional: true at the RNN, LSTM or GRU itself."),
        "TimeDistributed": N_("Leave it out: Linear goes through a sequence vector by vector by itself."),
        "ZeroPadding2D": N_("Write padding at the convolution itself."),
        "SeparableConv2D": N_("Write DepthwiseConv2d, then Conv2d with kernel_size 1: together they are that."),
    },
    "loss": {
        "mse": _called("MSELoss"),
        "mean_squared_error": _called("MSELoss"),
        "MeanSquaredError": _called("MSELoss"),
        "mae": _called("L1Loss"),
        "mean_absolute_error": _called("L1Loss"),
        "MeanAbsoluteError": _called("L1Loss"),
        "huber": _called("HuberLoss"),
        "SmoothL1Loss": _called("HuberLoss"),
        "cross_entropy": _called("CrossEntropyLoss"),
        "sparse_categorical_crossentropy": _called("CrossEntropyLoss"),
        "SparseCategoricalCrossentropy": _called("CrossEntropyLoss"),
        "categorical_crossentropy": _called("CrossEntropyLoss"),
        "CategoricalCrossentropy": _called("CrossEntropyLoss"),
        "log_loss": _called("CrossEntropyLoss", "BCEWithLogitsLoss"),
        "binary_crossentropy": _called("BCEWithLogitsLoss"),
        "BinaryCrossentropy": _called("BCEWithLogitsLoss"),
        "binary_cross_entropy": _called("BCEWithLogitsLoss"),
        "binary_cross_entropy_with_logits": _called("BCEWithLogitsLoss"),
        "BCELoss": _called("BCEWithLogitsLoss"),
        "bce": _called("BCEWithLogitsLoss"),
        "nll_loss": _called("NLLLoss"),
    },
    "optimizer": {
        "momentum": _called("SGD"),
        "GradientDescent": _called("SGD"),
    },
    "schedule": {
        "CosineDecay": _called("CosineAnnealingLR"),
        "cosine": _called("CosineAnnealingLR", "WarmUpCosine"),
        "ExponentialDecay": _called("ExponentialLR", decay_rate="gamma"),
        "step": _called("StepLR"),
        "plateau": _called("ReduceLROnPlateau"),
        "OneCycle": _called("OneCycleLR"),
    },
}

# Settings of any thing: the first of ours that it has is meant.
SETTINGS: dict[str, tuple[str, ...]] = {
    "units": ("out_features", "hidden_size"),
    "n_units": ("out_features", "hidden_size"),
    "size": ("out_features", "hidden_size", "kernel_size"),
    "filters": ("out_channels",),
    "n_filters": ("out_channels",),
    "rate": ("p",),
    "drop_prob": ("p",),
    "dropout": ("p",),
    "strides": ("stride",),
    "pool_size": ("kernel_size",),
    "dilation_rate": ("dilation",),
    "use_bias": ("bias",),
    "output_dim": ("embedding_dim", "out_features"),
    "return_sequences": ("every_step",),
    "recurrent_dropout": ("dropout",),
    "epsilon": ("eps",),
    "alpha": ("negative_slope",),
    "heads": ("num_heads", "nhead"),
    "learning_rate": ("lr",),
    "learning_rate_init": ("lr",),
    "beta_1": ("beta1",),
    "beta_2": ("beta2",),
    "rho": ("alpha",),
    "decay_rate": ("gamma",),
    "max_epochs": ("epochs",),
    "num_epochs": ("epochs",),
    "n_epochs": ("epochs",),
    "nb_epoch": ("epochs",),
    "max_iter": ("epochs",),
    "batch": ("batch_size",),
    "bs": ("batch_size",),
    "criterion": ("loss",),
    "loss_fn": ("loss",),
    "loss_function": ("loss",),
    "scheduler": ("schedule",),
    "lr_scheduler": ("schedule",),
    "lr_schedule": ("schedule",),
    "early_stopping": ("patience",),
    "clipnorm": ("clip_norm",),
    "gradient_clip_val": ("clip_norm",),
    "max_grad_norm": ("clip_norm",),
    "accelerator": ("device",),
    "init": ("initialization",),
    "kernel_initializer": ("initialization",),
    "transforms": ("augmentation",),
    "dataset": ("name",),
    "model": ("network",),
    "layers": ("network",),
    "architecture": ("network",),
    "data": ("dataset",),
    "trainer": ("training",),
    "train": ("training",),
    "random_state": ("seed",),
    "random_seed": ("seed",),
    "val": ("validation",),
    "valid": ("validation",),
    "val_size": ("validation",),
    "validation_size": ("validation",),
    "validation_split": ("validation",),
    "test_size": ("test",),
    "test_split": ("test",),
    "k": ("folds",),
    "n_splits": ("folds",),
    "normalize": ("scale",),
    "normalization": ("scale",),
    "scaler": ("scale",),
    "label": ("target",),
    "features": ("columns",),
    "n_samples": ("samples", "limit"),
    "tokens": ("length",),
    "maxlen": ("length",),
    "num_words": ("vocabulary",),
}

_LR = Elsewhere("training.optimizer.lr", "optimizer: {name: Adam, lr: {value}}", "0.001")
_VALIDATION = Elsewhere("dataset.split.validation", "split: {test: 0.2, validation: {value}}", "0.1")
_TEST = Elsewhere("dataset.split.test", "split: {test: {value}, validation: 0.1}", "0.2")
_DROPOUT = Elsewhere(N_("a layer of the network"), "- {layer: Dropout, p: {value}}", "0.3")
_EPOCHS = Elsewhere("training.epochs", "epochs: {value}", "20")
_NORM = Elsewhere(N_("a layer of the network"), "- {layer: BatchNorm1d}")

# Settings that belong elsewhere, wherever they came.
PLACES: dict[str, Elsewhere] = {
    "lr": _LR,
    "learning_rate": _LR,
    "learning_rate_init": _LR,
    "momentum": Elsewhere("training.optimizer.momentum", "optimizer: {name: SGD, lr: 0.01, momentum: {value}}", "0.9"),
    "weight_decay": Elsewhere(
        "training.optimizer.weight_decay", "optimizer: {name: AdamW, lr: 0.001, weight_decay: {value}}", "0.01"
    ),
    "l2": Elsewhere(
        "training.optimizer.weight_decay", "optimizer: {name: AdamW, lr: 0.001, weight_decay: {value}}", "0.01"
    ),
    "kernel_regularizer": Elsewhere(
        "training.optimizer.weight_decay", "optimizer: {name: AdamW, lr: 0.001, weight_decay: {value}}", "0.01"
    ),
    "batch_size": Elsewhere("training.batch_size", "batch_size: {value}", "32"),
    "epochs": _EPOCHS,
    "max_epochs": _EPOCHS,
    "num_epochs": _EPOCHS,
    "n_epochs": _EPOCHS,
    "max_iter": _EPOCHS,
    "loss": Elsewhere("training.loss", "loss: MSELoss"),
    "criterion": Elsewhere("training.loss", "loss: MSELoss"),
    "optimizer": Elsewhere("training.optimizer", "optimizer: {name: Adam, lr: 0.001}"),
    "schedule": Elsewhere("training.schedule", "schedule: {name: CosineAnnealingLR}"),
    "scheduler": Elsewhere("training.schedule", "schedule: {name: CosineAnnealingLR}"),
    "patience": Elsewhere("training.patience", "patience: {value}", "5"),
    "clipnorm": Elsewhere("training.clip_norm", "clip_norm: {value}", "1.0"),
    "clip_norm": Elsewhere("training.clip_norm", "clip_norm: {value}", "1.0"),
    "gradient_clip_val": Elsewhere("training.clip_norm", "clip_norm: {value}", "1.0"),
    "device": Elsewhere("training.device", "device: cpu"),
    "accelerator": Elsewhere("training.device", "device: cpu"),
    "initialization": Elsewhere("training.initialization", "initialization: kaiming_uniform"),
    "kernel_initializer": Elsewhere("training.initialization", "initialization: kaiming_uniform"),
    "augmentation": Elsewhere("training.augmentation", "augmentation: [{name: RandomHorizontalFlip}]"),
    "seed": Elsewhere("seed", "seed: {value}", "0"),
    "random_state": Elsewhere("seed", "seed: {value}", "0"),
    "random_seed": Elsewhere("seed", "seed: {value}", "0"),
    "split": Elsewhere("dataset.split", "split: {test: 0.2, validation: 0.1}"),
    "test": _TEST,
    "test_size": _TEST,
    "test_split": _TEST,
    "validation": _VALIDATION,
    "val_size": _VALIDATION,
    "validation_size": _VALIDATION,
    "validation_split": _VALIDATION,
    "scale": Elsewhere("dataset.scale", "scale: standard"),
    "limit": Elsewhere("dataset.limit", "limit: {value}", "1000"),
    "activation": Elsewhere(N_("a layer of the network, after this one"), "- {layer: ReLU}"),
    "dropout": _DROPOUT,
    "dropout_rate": _DROPOUT,
    "batch_norm": _NORM,
    "batchnorm": _NORM,
    "hidden_layer_sizes": Elsewhere(
        N_("a layer of the network for each"), "- {layer: Linear, out_features: {value}}", "64"
    ),
}

_FOLLOWS = N_("Leave it out: it follows from what the layer before gives.")
_MEASURED = N_("Leave it out: every score of the task is measured.")
_ALWAYS = N_("Leave it out: that is always so here.")

# Settings that nobody needs here.
NEEDLESS: dict[str, str] = {
    "in_features": _FOLLOWS,
    "in_channels": _FOLLOWS,
    "input_size": _FOLLOWS,
    "input_dim": _FOLLOWS,
    "input_shape": _FOLLOWS,
    "num_features": _FOLLOWS,
    "normalized_shape": _FOLLOWS,
    "num_embeddings": _FOLLOWS,
    "embed_dim": _FOLLOWS,
    "d_model": _FOLLOWS,
    "metrics": _MEASURED,
    "batch_first": _ALWAYS,
    "shuffle": _ALWAYS,
}

_NAMED = {kind: {name.lower(): row for name, row in rows.items()} for kind, rows in THINGS.items()}


def pointer(kind: str, name: object, allowed: Iterable[str], value: object = None) -> Text | None:
    """What somebody who writes this name for a `kind` (a msgid) of the `allowed` ones means; None where none knows."""
    known, theirs = list(allowed), str(name)[:100].lower()
    if kind != "setting":
        row = _NAMED.get(kind, {}).get(theirs)
        return Text(row) if isinstance(row, str) else row.text() if row is not None else None
    ours = next((each for each in SETTINGS.get(theirs, ()) if each in known), None)
    if ours is not None:
        return Called((ours,)).text()
    if theirs in NEEDLESS:
        return Text(NEEDLESS[theirs])
    if theirs in PLACES and not difflib.get_close_matches(theirs, [each.lower() for each in known], 1, 0.85):
        return PLACES[theirs].text(value)
    return None


def misplaced_layer(given: Mapping[object, object], names: Iterable[str]) -> str | None:
    """`{"Dropout": 0.3}` where `{layer: Dropout, p: 0.3}` is meant: the layer's name, or None where none is meant."""
    by_lower = {each.lower(): each for each in names}
    for key in list(given)[:10]:
        row = _NAMED["layer"].get(str(key)[:100].lower())
        found = row.names[0] if isinstance(row, Called) else by_lower.get(str(key)[:100].lower())
        if found is not None:
            return found
    return None
