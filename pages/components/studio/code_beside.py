"""`model.py` beside the layer stack: a line a layer in the colour of its card, the selected one lit."""

from __future__ import annotations

import functools
import html
import json
import re

import streamlit as st

from dlcore.codegen import Listing, model_code
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment
from dlcore.figures.colours import LAYER_KINDS
from dlcore.i18n import _
from dlcore.layers.base import Path
from dlcore.layers.stack import inside
from pages.components.shared import keys

SHAPE_NOTE = re.compile(r"\s+# \(N, .*\)$")  # the cards beside it say the shapes
LOOK = (
    "margin:0;padding:6px 0;overflow-x:auto;border:1px solid color-mix(in srgb,currentColor 18%,transparent);"
    "border-radius:0.375rem;font:400 0.78rem/1.55 'Source Code Pro',ui-monospace,monospace;tab-size:4"
)
WHOLE_LINES = "all:unset;display:block;min-width:max-content"  # the ground of a line reaches as far as the longest


def code_beside(experiment: Experiment, selected: Path | None) -> None:
    """Draw the code of the layers as they stand; where they do not fit one another yet, say when it comes."""
    with st.container(gap="small", key=keys.CODE_BESIDE):
        st.markdown(f":small[`model.py` · {_('your layers in PyTorch')}]")
        try:
            listing = _listing(json.dumps(experiment.to_dict()))
        except NetworkError:
            st.caption(_("The code comes as soon as the layers fit one another."))
            return
        colours = {path: LAYER_KINDS[layer.kind] for path, layer in inside(experiment.network)}
        st.html(drawn(listing, colours, selected))


@functools.lru_cache(maxsize=64)
def _listing(written: str) -> Listing:
    return model_code(Experiment.from_dict(json.loads(written)))


def drawn(listing: Listing, colours: dict[Path, str], selected: Path | None) -> str:
    """The code as HTML: a layer's first line has the colour of its card, that of the selected one a ground as well."""
    layers = {line: path for path, line in listing.lines.items()}
    lines = [
        _line(text, colours.get(layers.get(number, ())), number in layers and layers[number] == selected)
        for number, text in enumerate(listing.text.rstrip().splitlines(), start=1)
    ]
    return f'<pre style="{LOOK}"><code style="{WHOLE_LINES}">{"".join(lines)}</code></pre>'


def _line(text: str, colour: str | None, lit: bool) -> str:
    ground = f"background:color-mix(in srgb,{colour} 20%,transparent);font-weight:600;" if lit else ""
    look = f"{ground}border-left:3px solid {colour or 'transparent'};padding:0 8px"
    shown = html.escape(SHAPE_NOTE.sub("", text)) or " "
    return f'<div style="{look}"{" aria-current=true" if lit else ""}>{shown}</div>'
