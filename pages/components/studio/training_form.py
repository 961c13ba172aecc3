"""How the network learns, as a form: loss, optimizer, schedule, batches, epochs, and what is seldom set."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dlcore.coach import Finding
from dlcore.data.base import About
from dlcore.experiment import SEED, Experiment, Training
from dlcore.figures.schedule import learning_rate
from dlcore.i18n import N_, _
from dlcore.registry import OPTIMIZERS, SCHEDULES
from dlcore.training import devices
from dlcore.training.schedules import drawn
from pages.components.data.table_summary import show
from pages.components.shared import draft, forms, keys
from pages.components.studio import coach_findings
from pages.components.studio.initial_weights import begin_with

CONSTANT = "constant"  # the choice of no schedule
MOST_EPOCHS_DRAWN = 10_000  # of a schedule: a third of a second; every edit would wait for more
LABELS = {"batch_size": N_("Batch size"), "epochs": N_("Epochs"), "seed": N_("Seed")}


def training_form(
    experiment: Experiment, about: About, look: Mapping[str, Any] | None, found: Sequence[Finding]
) -> None:
    """The training settings of the draft, below them the weights to begin with, and what the coach says of it all."""
    training, declared = experiment.training, Training.settings()
    with st.container(border=True, gap="small"):
        first = st.columns([5, 4, 4, 4])
        forms.choose(first[0], _("Loss"), draft.losses_for(about), experiment.loss.name, keys.LOSS, choose_loss)
        optimizers = list(OPTIMIZERS)
        forms.choose(first[1], _("Optimizer"), optimizers, training.optimizer.name, keys.OPTIMIZER, choose_optimizer)
        change = draft.change_at("training")
        for place, name in zip(first[2:], ("batch_size", "epochs"), strict=True):
            forms.one(place, declared[name], getattr(training, name), "training", change, label=_(LABELS[name]))
        usual = [each for each in training.optimizer.settings().values() if not each.advanced]
        key, change = f"optimizer.{training.optimizer.name}", draft.change_at("training", "optimizer")
        places = forms.draw(usual, training.optimizer.model_dump(), key, change, columns=4)
        while len(places) < 2:
            places += st.columns(4, vertical_alignment="bottom")
        forms.one(places[0], SEED, experiment.seed, "experiment", draft.change_at(), label=_(LABELS["seed"]))
        with places[1].popover(_("More settings"), key="more_training", type="tertiary"):
            seldom_set(experiment, look)
        begin_with(experiment)
        coach_findings.say(coach_findings.of_part(found, "training"), "training")


def seldom_set(experiment: Experiment, look: Mapping[str, Any] | None) -> None:
    """Device, schedule, and what loss, optimizer and training leave at their defaults most of the time."""
    training = experiment.training
    left, right = st.columns(2)
    known = ["auto", *devices.available()]
    forms.choose(left, _("Device"), known, training.device, keys.DEVICE, choose_device, device_name)
    chosen = training.schedule.name if training.schedule else CONSTANT
    schedules = [CONSTANT, *SCHEDULES]
    forms.choose(right, _("Learning rate schedule"), schedules, chosen, keys.SCHEDULE, choose_schedule, schedule_name)
    if training.schedule is not None and look is not None and training.epochs <= MOST_EPOCHS_DRAWN:
        batches = math.ceil(look["rows"]["train"] / training.batch_size)
        show(learning_rate(*_rates(training, batches)), "schedule_chart")
    for part, declaration in (("schedule", training.schedule), ("loss", experiment.loss)):
        if declaration is not None:
            values, key = declaration.model_dump(), f"{part}.{declaration.name}"
            forms.draw(declaration.settings().values(), values, key, draft.change_at("training", part), columns=2)
    rare = [each for each in training.optimizer.settings().values() if each.advanced]
    key = f"optimizer.{training.optimizer.name}"
    forms.draw(rare, training.optimizer.model_dump(), key, draft.change_at("training", "optimizer"), columns=2)
    rare = [each for each in training.settings().values() if each.advanced]
    forms.draw(rare, training.model_dump(), "training", draft.change_at("training"), columns=2)


@functools.lru_cache(maxsize=64)
def _rates(training: Training, batches: int) -> tuple[list[float], list[float]]:
    """The learning rates of a run that has not begun, found once for the same settings."""
    assert training.schedule is not None
    return drawn(training.schedule, training.optimizer.lr, training.epochs, batches)  # type: ignore[attr-defined]


def choose_loss(name: str) -> None:
    """Take a loss with its defaults."""
    draft.set_value(("training", "loss"), name)


def choose_optimizer(name: str) -> None:
    """Take an optimizer with its own defaults: a learning rate that suits one is far off for another."""
    draft.set_value(("training", "optimizer"), {"name": name})


def choose_schedule(name: str) -> None:
    """Take a schedule with its defaults; none leaves the learning rate as it is."""
    draft.set_value(("training", "schedule"), None if name == CONSTANT else {"name": name})


def choose_device(name: str) -> None:
    """Take a device of this machine."""
    draft.set_value(("training", "device"), name)


def schedule_name(name: str) -> str:
    """A schedule as the choice shows it."""
    return _("constant") if name == CONSTANT else name


def device_name(name: str) -> str:
    known = devices.available()
    return _("auto: {device}", device=known[next(iter(known))]) if name == "auto" else f"{name}: {known.get(name, '–')}"
