"""One meaning, one colour, everywhere; each stands out from its page by at least 3 : 1, in light and in dark.

Figures are made with the light colours. Whoever shows one on a dark page puts the colours of `DARK` in their place.
"""

from __future__ import annotations

TRAINING = "#1f6feb"  # blue
VALIDATION = "#d9710a"  # orange
TEST = "#7c4dcf"  # violet
BEST = "#1f8a4c"  # green
TROUBLE = "#cf2f3c"  # red
INK = "#1b2330"  # a single mark on a map, among points of all hues
QUIET = "#6b7686"  # grey: reference lines, what chance would score

# Runs of a comparison, classes of a data set: none of the hues above, so that none seems to be a part of the data.
HUES = (
    "#0e8a9b", "#b0388f", "#8a6d1c", "#3c4f9f", "#a1563a",
    "#4a8a2a", "#c2557a", "#5b6b82", "#7a5230", "#2c7f6e",
)  # fmt: skip

# Values and weights by their sign: blue and brown, which hardly anybody sees as one colour.
POSITIVE, NEGATIVE = HUES[3], HUES[4]

# Kinds of layers: on cards, in the diagram, in histograms.
LAYER_KINDS = {
    "dense": "#1f6feb",
    "activation": "#b0388f",
    "convolution": "#0e8a9b",
    "pooling": "#2c7f6e",
    "normalization": "#7c4dcf",
    "regularization": "#d9710a",
    "shape": "#6b7686",
    "recurrent": "#8a6d1c",
    "attention": "#3c4f9f",
    "embedding": "#a1563a",
    "block": "#5b6b82",
    "output": "#1f8a4c",
}

DARK = {
    TRAINING: "#5b9bff",
    VALIDATION: "#f39a3d",
    TEST: "#b08cf5",
    BEST: "#4cc27d",
    TROUBLE: "#ff6b74",
    INK: "#eef2f7",
    QUIET: "#94a0b0",
    **dict(
        zip(
            HUES,
            (
                "#43c0d0", "#e57cc6", "#d0b04c", "#8f9df0", "#e0946f",
                "#8ccb62", "#f09ab6", "#9aa8bc", "#c79b70", "#5fc4ad",
            ),
            strict=True,
        )
    ),
}  # fmt: skip


def faint(colour: str, opacity: float) -> str:
    """A `#rrggbb` colour at an opacity of 0 to 1, as plotly wants it.

    >>> faint("#1f6feb", 0.5)
    'rgba(31, 111, 235, 0.5)'
    """
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def hue(number: int) -> str:
    """The colour of a class by its number, or of a run by its place; the eleventh takes the first's again."""
    return HUES[number % len(HUES)]
