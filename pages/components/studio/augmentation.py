"""Pictures changed by chance while training: which changes, how strong, and what they look like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import _, translate
from dlcore.registry import AUGMENTATIONS
from pages.components.shared import data_preview, forms, keys
from pages.components.shared.forms import escape

SHOWN = 8  # pictures side by side; under each of them what chance made of it
TIMES = 2

Set = Callable[[tuple[str | int, ...], Any], None]  # takes a new value at a path of the experiment


def suits(about: About) -> bool:
    """Whether the examples are pictures."""
    return len(about.shape) == 3 and about.shape.vocabulary is None


def augmentation_form(experiment: Experiment, about: About, look: dict[str, Any] | None, set_value: Set) -> None:
    """Choose the changes, set each, and see them on some examples of the training part."""
    chosen = experiment.training.augmentation
    names = [each.name for each in chosen]
    st.caption(_("Pictures of the training part change by chance, anew in each epoch; scores are measured without."))
    forms.hold(keys.AUGMENTATION, names, every_time=False)
    known = {each.name: each.to_dict() for each in chosen}
    st.multiselect(
        _("Changes, in this order"), list(AUGMENTATIONS), names, key=keys.AUGMENTATION, max_selections=10,
        on_change=_choose, args=(known, set_value), placeholder=_("None"),
    )  # fmt: skip
    for number, each in enumerate(chosen):
        st.markdown(f":small[**{each.name}** · {escape(translate(type(each).summary()))}]")
        path = ("training", "augmentation", number)
        forms.draw(each.settings().values(), each.model_dump(), f"augmentation.{number}.{each.name}",
                   lambda name, value, path=path: set_value((*path, name), value), columns=3, sliders=True)  # fmt: skip
    if chosen and look is not None and len(look["x"]):
        _strip(experiment, about, look)


def _choose(known: dict[str, Any], set_value: Set) -> None:
    names = st.session_state[keys.AUGMENTATION]
    set_value(("training", "augmentation"), [known.get(name, {"name": name}) for name in names])


def _strip(experiment: Experiment, about: About, look: dict[str, Any]) -> None:
    """Some pictures as they are, and under each what chance makes of it."""
    pictures = np.asarray(look["x"][:SHOWN], np.float32)
    written = json.dumps([each.to_dict() for each in experiment.training.augmentation])
    data_preview.sheet(_changed(pictures, written, experiment.seed_of("order")), len(pictures), about)
    st.caption(_("First row: as they are. Below: as the network may see them while it learns."))


@st.cache_data(max_entries=32, show_spinner=False)
def _changed(pictures: np.ndarray[Any, Any], written: str, seed: int) -> np.ndarray[Any, Any]:
    """The pictures, and `TIMES` versions of them; changed as in training, where pixels are scaled."""
    import torch

    from dlcore.training.augmentation import Augmenter

    mean, deviation = float(pictures.mean()), float(pictures.std()) or 1.0
    chosen: Any = [AUGMENTATIONS[each.pop("name")](**each) for each in json.loads(written)]
    augment = Augmenter(chosen, pictures.shape[1:], seed, torch.device("cpu"))
    scaled = torch.from_numpy((pictures - mean) / deviation)
    made = [augment(scaled).numpy() * deviation + mean for _time in range(TIMES)]
    return np.clip(np.concatenate([pictures, *made]), pictures.min(), pictures.max())
