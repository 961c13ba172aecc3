"""`live_view`: a run on the page, live or finished.

The script run only says which run to show and what its charts look like; the numbers come through the stream.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, get_args

import streamlit as st

from dlcore.analyses.sample_history import MOST_PINS
from dlcore.data.base import About
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.figures.curves import Branch
from dlcore.i18n import N_, _, current_language
from dlcore.network import about_of
from dlcore.number_format import brief
from dlcore.probes.arrays import read
from dlcore.runs import ENDED, Status
from dlcore.serving.assets import address, ignored, plotly_address
from dlcore.serving.empty_charts import empty_charts
from dlcore.serving.event_stream import stream_key
from dlcore.serving.store import runs
from dlcore.training.scores import METRICS, metrics_of
from pages.components.shared.draft import open_in_studio, set_value
from pages.components.shared.visitor import viewer
from pages.components.web.live_view.texts import texts

Action = Literal["hold", "resume", "stop", "kill", "one_batch", "one_epoch", "more_epochs", "fork", "adopt", "twin"]
ACTIONS: tuple[Action, ...] = get_args(Action)
PINS = "pins."  # before the id of a run: the examples that somebody pinned instead of the first ones
TWINS = "twins."  # before the id of a run: by rule the ids of the twins that its coach proposed
MOST = 10_000  # epochs that are asked for at a time
MOST_ROW = 10**9
Json = dict[str, Any]

# One line for both views: what they do is in files, which a browser keeps.
LOADER = """
export default async (component) =>
  (await import(new URL(component.data.module, document.baseURI).href)).default(component);
"""
_component = st.components.v2.component("live_view", js=LOADER, isolate_styles=False)


@dataclass(frozen=True)
class LiveResult:
    """What the view tells the page: the action just asked for and carried out, and the state of the run."""

    action: Action | None
    state: str  # queued, running, paused, finished, stopped, failed, gone


def live_view(
    run_id: str, *, key: str, addressed: bool = False, follow: bool = False, lead: str | None = None
) -> LiveResult:
    """Show a run: how it stands, its curves, its film; pause, resume, stop. Raises RunNotFound.

    addressed: whether the page reads `?run=` of its address, so that a link can lead to an epoch of this run.
    follow: whether the epoch goes where the teacher's slider goes. lead: where the slider says where it stands.

    The page runs again once when the state changes, never for new numbers.
    """
    status = runs().status(run_id, viewer())
    result = _component(
        key=key,
        data=_described(status, runs().experiment(run_id, viewer()), addressed) | {"follow": follow, "lead": lead},
        default={"state": status.state},
        on_state_change=ignored,
        on_action_change=ignored,
    )
    action, _colon, number = str(result.action or "").partition(":")
    if action == "adopt":
        adopt(number, run_id)
    elif action == "pins":
        save_pins(number, run_id)
    elif action == "twin":
        try_remedy(number, run_id)
        st.rerun()  # the view is told of the twin
    elif action in ACTIONS:
        act(action, int(number) if number.isdecimal() and len(number) < 10 else 1, run_id)  # type: ignore[arg-type]
        return LiveResult(action, str(result.state or status.state))  # type: ignore[arg-type]  # one of them
    return LiveResult(None, str(result.state or status.state))


def adopt(rate: str, run_id: str) -> None:
    """Take a learning rate that was found: for a run that trains from its next batch on, else on the Studio's desk."""
    try:
        value = float(rate)
        status = runs().status(run_id, viewer())
        if status.state in ENDED or status.owner != viewer().name:
            set_value(("training", "optimizer", "lr"), value)
        else:
            runs().set_knobs(run_id, {"optimizer.lr": value}, viewer())
    except (ValueError, DlcoreError) as error:
        st.toast(str(error), icon=":material/error:")
    else:
        st.toast(_("Learning rate {lr}", lr=brief(value)), icon=":material/check:")


def try_remedy(rule: str, run_id: str) -> None:
    """Train the twin that shows whether the coach is right: the same experiment with the remedy, and nothing else."""
    from dlcore.coach.finding import Remedy  # with torch

    try:
        found = read(runs().analyse(run_id, "advice", {}, viewer()))["findings"]
        finding = next((each for each in found if each["rule"] == rule), None)
        if finding is not None:
            status = runs().status(run_id, viewer())
            twin = Remedy.from_json(finding["remedy"]).apply(runs().experiment(run_id, viewer()))
            called = f"{status.title} · {rule}"[:100]
            submitted = runs().submit(twin, viewer(), called, status.group, status.assignment)
            known = runs().preference(viewer(), f"{TWINS}{run_id}", {})
            runs().save_preference(viewer(), f"{TWINS}{run_id}", {**known, rule: submitted})
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")


def save_pins(said: str, run_id: str) -> None:
    """Keep which examples somebody pinned of this run; none is the first choice again."""
    try:
        pins = json.loads(said)
    except (ValueError, RecursionError):
        return
    if isinstance(pins, list) and len(pins) <= MOST_PINS and all(map(_is_pin, pins)):
        runs().save_preference(viewer(), f"{PINS}{run_id}", pins)


def _is_pin(pin: object) -> bool:
    """Whether this is a part of the data and a row within it, as far as can be told without the data."""
    return (
        isinstance(pin, list)
        and len(pin) == 2
        and pin[0] in ("validation", "train")
        and type(pin[1]) is int
        and 0 <= pin[1] < MOST_ROW
    )


def twins_of(run_id: str) -> dict[str, dict[str, str]]:
    """By the rule, the twins that were tried of a run: id, name and state of those that are still there."""
    found = {}
    for rule, twin in runs().preference(viewer(), f"{TWINS}{run_id}", {}).items():
        with suppress(RunNotFound):
            status = runs().status(twin, viewer())
            found[rule] = {"id": twin, "name": str(status.title), "state": status.state}
    return found


def act(action: Action, number: int, run_id: str) -> None:
    """Carry out what was asked for, with its number of epochs or, for a fork, its epoch; or say why not."""
    try:
        if action == "fork":
            open_in_studio(runs().fork(run_id, number, viewer()), run_id)
        elif action in ("one_batch", "one_epoch", "more_epochs"):
            wanted = {"batches": 1} if action == "one_batch" else {"epochs": min(number, MOST)}
            runs().step(run_id, viewer(), **wanted)
        else:
            getattr(runs(), action)(run_id, viewer())
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")


def shared(view: str) -> Json:
    """What the live view and the comparison both need to begin."""
    return {
        "module": address(f"live_view/{view}.js"),
        "style": address("live_view/live_view.css"),
        "plotly": plotly_address(),
        "stream": "./live/stream",
        "film": "./film",
        "analysis": "./analysis",
        "language": current_language(),
        "texts": texts(),
        "dark": colours.DARK,
        "ended": ENDED,
    }


def branch_of(status: Status) -> Branch | None:
    """Where a run left another one's way; None where it did not, or the other is not here any more."""
    if status.parent is None or status.parent_epoch is None:
        return None
    try:
        return Branch(status.parent, str(runs().status(status.parent, viewer()).title), status.parent_epoch)
    except RunNotFound:
        return None


def _described(status: Status, experiment: Experiment, addressed: bool) -> Json:
    about, branch = about_of(experiment), branch_of(status)
    shown = [status.id, *([branch.run] if branch else [])]
    return shared("live_view") | {
        "runs": [{"id": run_id, "key": stream_key(run_id, viewer())} for run_id in shown],
        "state": status.state,
        "controls": status.owner == viewer().name,
        "grace": min(5.0, runs().settings.grace_seconds),
        "tiles": columns(about),
        "columns": columns(about),
        "metrics": [{"name": name, "label": _(METRICS[name].name)} for name in metrics_of(about.task)],
        "addressed": addressed,
        "twins": twins_of(status.id),
        "pins": runs().preference(viewer(), f"{PINS}{status.id}", []),
        "figures": empty_charts(status.id, experiment.to_yaml(), current_language(), branch),
    }


def columns(about: About) -> list[Json]:
    """The scores worth a tile and a column, validation first."""
    first = metrics_of(about.task)[0]
    parts = {"validation": N_("Validation {metric}"), "train": N_("Training {metric}")}
    return [
        {
            "part": part,
            "metric": name,
            "label": _(title, metric=_(METRICS[name].noun)),
            "share": METRICS[name].share,
        }
        for name in (first, "loss")
        for part, title in parts.items()
    ]
