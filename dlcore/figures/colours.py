"""One meaning, one colour, everywhere. Each is at least 3 : 1 against white and against a dark page."""

from __future__ import annotations

TRAINING = "#3b82f6"  # blue
VALIDATION = "#e8710a"  # orange
TEST = "#8b5cf6"  # violet
BEST = "#16a34a"  # green
TROUBLE = "#ef4444"  # red
QUIET = "#7a8594"  # grey: reference lines, what chance would score

# Runs of a comparison: none of the hues above, so that no run seems to be a part of the data.
RUNS = ("#0f9d8a", "#d6409f", "#a87d0c", "#6b7ff0", "#a8653f", "#4f8fb0")

# Classes of a data set, in the order of their numbers.
CLASSES = (
    "#3b82f6", "#e8710a", "#16a34a", "#d6409f", "#8b5cf6",
    "#0f9d8a", "#a87d0c", "#ef4444", "#4f8fb0", "#a8653f",
)  # fmt: skip

# Kinds of layers: on cards, in the diagram, in histograms.
LAYER_KINDS = {
    "dense": "#3b82f6",
    "activation": "#d6409f",
    "convolution": "#0f9d8a",
    "pooling": "#4f8fb0",
    "normalization": "#8b5cf6",
    "regularization": "#e8710a",
    "shape": "#7a8594",
    "recurrent": "#a87d0c",
    "attention": "#6b7ff0",
    "embedding": "#a8653f",
    "block": "#5f6b7a",
    "output": "#16a34a",
}


def faint(colour: str, opacity: float) -> str:
    """A `#rrggbb` colour at an opacity of 0 to 1, as plotly wants it.

    >>> faint("#3b82f6", 0.5)
    'rgba(59, 130, 246, 0.5)'
    """
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def of_class(number: int) -> str:
    """The colour of a class by its number; the eleventh takes the first's again."""
    return CLASSES[number % len(CLASSES)]


def of_run(number: int) -> str:
    """The colour of a run by its place in the comparison."""
    return RUNS[number % len(RUNS)]
