"""Lesson 2, the neuron: weights, bias and activation under the learner's hands, on points of the plane."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlcore.experiment import Experiment
from dlcore.figures.descent import descent
from dlcore.figures.style import caption
from dlcore.i18n import N_, _
from dlcore.lessons import neuron
from dlcore.serving.store import runs
from pages.components.lessons import lesson
from pages.components.shared import keys, language
from pages.components.shared.draft import open_in_studio
from pages.components.shared.visitor import owner
from pages.components.web.neuron_board import moved, neuron_board

NAME = "neuron"
ACTIVATIONS = {
    "Sigmoid": N_("Sigmoid"),
    "Tanh": N_("Tanh"),
    "ReLU": N_("ReLU"),
    "Identity": N_("none"),
    "Step": N_("step (1958)"),
}
RATES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STEPS = 200
RIGHT = 2  # place of the right answer in the list
NEAR_BEST = 1.5  # by hand, the loss must come down to this many times the lowest possible
GOAL = 0.9  # validation accuracy that the same neuron must reach in the Studio
TRAINING = {"loss": "CrossEntropyLoss", "optimizer": {"name": "SGD", "lr": 0.5}, "batch_size": 32, "epochs": 30}


def key(name: str) -> str:
    """The session key of one thing of this lesson."""
    return keys.setting("lesson.neuron", name)


# The neuron of this session: plain values, replaced as a whole


def state() -> dict[str, Any]:
    """Where the neuron stands. `revision` counts the times that the page, not the hand, moved it."""
    fresh = {"weights": neuron.START, "selected": 0, "revision": 0, "by_hand": True, "path": None, "losses": None}
    found: dict[str, Any] = st.session_state.setdefault(key("state"), fresh)
    return found


def put(weights: neuron.Weights, *, by_hand: bool, path: list[neuron.Measured] | None = None) -> None:
    """Move the neuron, along a path where there is one."""
    before = state()
    st.session_state[key("state")] = {
        **before,
        "weights": weights,
        "revision": before["revision"] + 1,
        "by_hand": by_hand,
        "path": None if path is None else [each.weights for each in path],
        "losses": None if path is None else [each.loss for each in path],
    }


def chosen() -> tuple[str, str]:
    """(name of the points, name of the activation)."""
    return st.session_state.get(key("points"), "iris"), st.session_state.get(key("activation"), "Sigmoid")


def start_over() -> None:
    """Back to the first weights."""
    put(neuron.START, by_hand=True)
    st.session_state[key("state")]["selected"] = 0


def by_hand() -> None:
    """Take what the learner moved on the board."""
    before = state()
    sent = getattr(st.session_state[key("board")], "hand", None)
    taken = moved(sent, before["revision"], len(neuron.points(chosen()[0]).x))
    if taken is not None:
        st.session_state[key("state")] = {**before, "weights": taken[0], "selected": taken[1], "path": None}


def double() -> None:
    """Twice each number, as the question asks."""
    w1, w2, b = state()["weights"]
    put((2 * w1, 2 * w2, 2 * b), by_hand=state()["by_hand"])


def descend(steps: int) -> None:
    """Let torch take steps of gradient descent from where the neuron stands."""
    points, activation = chosen()
    path = neuron.descend(neuron.points(points), activation, state()["weights"], st.session_state[key("rate")], steps)
    put(path[-1].weights, by_hand=False, path=path)


# What the page shows


def choices() -> None:
    """Which points, which activation, and what gradient descent shall do."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control(
            _("Points"), list(neuron.TITLES), format_func=lambda name: _(neuron.TITLES[name]), default="iris",
            key=key("points"), required=True, on_change=start_over, width="content",
        )  # fmt: skip
        st.segmented_control(
            _("Activation"), list(ACTIVATIONS), format_func=lambda name: _(ACTIVATIONS[name]), default="Sigmoid",
            key=key("activation"), required=True, on_change=start_over, width="content",
        )  # fmt: skip
        st.select_slider(_("Learning rate"), RATES, value=1.0, format_func="{:g}".format, key=key("rate"), width=180)
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(_("Let gradient descent find it"), type="primary", icon=":material/trending_down:",
                      on_click=descend, args=(STEPS,), key=key("descend"))  # fmt: skip
            st.button(_("One step"), icon=":material/step_over:", on_click=descend, args=(1,), key=key("step"))
            st.button(_("Start over"), icon=":material/restart_alt:", on_click=start_over, key=key("restart"))


def board(data: neuron.Points, measured: neuron.Measured, best: neuron.Measured) -> None:
    """The plane, the neuron and its sliders."""
    now, activation = state(), chosen()[1]
    neuron_board(
        data, activation, _(ACTIVATIONS[activation]), key=key("board"), revision=now["revision"],
        weights=now["weights"], selected=now["selected"], measured=measured, best=best, path=now["path"],
        on_hand=by_hand,
    )  # fmt: skip


def formula(data: neuron.Points, activation: str, weights: neuron.Weights, number: int) -> str:
    """The neuron for the chosen point in LaTeX, live values under the symbols."""
    (w1, w2, b), (x1, x2) = weights, data.x[number].tolist()
    said = neuron.answer(data, activation, weights, number)
    inside = f"{under('w_1', w1)}\\,{under('x_1', x1)} + {under('w_2', w2)}\\,{under('x_2', x2)} + {under('b', b)}"
    f = neuron.ACTIVATIONS[activation].formula
    return f"\\hat y = {f % inside} = {f % under('z', said.z)} = {said.output:.3f}"


def under(symbol: str, value: float) -> str:
    """A symbol with its value beneath, in LaTeX."""
    return f"\\underset{{\\color{{gray}}{value:.2f}}}{{{symbol}}}"


def loss_of_point(data: neuron.Points, activation: str, weights: neuron.Weights, number: int) -> str:
    """The loss of the chosen point in LaTeX."""
    said = neuron.answer(data, activation, weights, number)
    if activation != "Sigmoid":
        return f"L = (\\hat y - y)^2 = ({said.output:.3f} - {said.target:g})^2 = {said.loss:.3f}"
    probability = "\\hat y" if said.target else "(1 - \\hat y)"
    value = said.output if said.target else 1 - said.output
    return f"y = {said.target:g}:\\quad L = -\\ln {probability} = -\\ln {value:.3f} = {said.loss:.3f}"


def next_step(measured: neuron.Measured, rate: float) -> str:
    """What one step of gradient descent would change, in LaTeX."""
    lines = [
        rf"{symbol} &\leftarrow {value:.3f} - {rate:g}\cdot({slope:.3f}) &&= {value - rate * slope:.3f}"
        for symbol, value, slope in zip(("w_1", "w_2", "b"), measured.weights, measured.gradient, strict=True)
    ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def sums(data: neuron.Points, measured: neuron.Measured) -> None:
    """The arithmetic of the chosen point."""
    now, activation = state(), chosen()[1]
    st.markdown(f"**{_('The sum for the chosen point')}**")
    st.latex(formula(data, activation, now["weights"], now["selected"]))
    st.latex(loss_of_point(data, activation, now["weights"], now["selected"]))
    st.caption(_("The loss on the board is the mean of this over all {count} points.", count=len(data.x)))


def way_down(measured: neuron.Measured, best: neuron.Measured) -> None:
    """The next step of gradient descent in numbers, and how the last ones went."""
    st.markdown(f"**{_('The next step of gradient descent')}**")
    st.latex(next_step(measured, st.session_state[key("rate")]))
    if losses := state()["losses"]:
        outcome(losses, measured, best)


def outcome(losses: list[float], measured: neuron.Measured, best: neuron.Measured) -> None:
    """How the steps went."""
    taken = len(losses) - 1
    if max(map(abs, measured.gradient)) < 1e-9 and losses[0] == losses[-1]:
        st.warning(_("Nothing moved: here the slope is zero in every direction, so there is no way down to follow."))
    elif losses[-1] > losses[0] or (not taken):
        st.warning(_("The steps were too long: the loss went from {before} up to {after}. Try a smaller learning rate.",
                     before=f"{losses[0]:.3f}", after=f"{losses[-1]:.3g}"))  # fmt: skip
    elif taken > 1:
        chart = descent(losses, best.loss)
        st.plotly_chart(chart, key=key("losses"), config={"displayModeBar": False})
        st.caption(caption(chart))


@st.fragment
def workbench() -> None:
    """Everything that follows the hand: only this part runs when the neuron moves."""
    language.apply()
    choices()
    points, activation = chosen()
    data, best = neuron.points(points), neuron.best(points, activation)
    measured = neuron.measure(data, activation, state()["weights"])
    board(data, measured, best)
    left, right = st.columns(2, gap="large")
    with left:
        sums(data, measured)
        if activation == "Sigmoid":
            same_as(points, measured)
    with right:
        way_down(measured, best)
    grade(measured, best)


def grade(measured: neuron.Measured, best: neuron.Measured) -> None:
    """The task of the hand: done by moving, not by descending, on the flowers."""
    near = chosen() == ("iris", "Sigmoid") and state()["by_hand"] and measured.loss <= NEAR_BEST * best.loss
    if near and not lesson.is_done(NAME, "hand"):
        lesson.mark_done(NAME, "hand")
        st.rerun()


def same_as(points: str, measured: neuron.Measured) -> None:
    """The neuron beside scikit-learn's logistic regression: the same three numbers."""
    fitted = neuron.logistic_regression(points)
    st.markdown(f"**{_('A neuron is a logistic regression')}**")
    rows = [
        *zip(("$w_1$", "$w_2$", "$b$"), measured.weights, fitted.weights, strict=True),
        (_("loss"), measured.loss, fitted.loss),
        (_("accuracy"), measured.accuracy, fitted.accuracy),
    ]
    lines = [f"| | {_('your neuron')} | LogisticRegression |", "|---|--:|--:|"]
    lines += [f"| {said} | {mine:.3f} | {theirs:.3f} |" for said, mine, theirs in rows]
    st.markdown("\n".join(lines))
    st.caption(_("LogisticRegression is scikit-learn's, without regularization, on the same points."))


def in_studio(points: str) -> Experiment:
    """The same neuron as an experiment: nothing but an Output layer on these points."""
    source = neuron.PLANES.get(points)
    dataset = {"name": "iris"} if source is None else source.to_dict()
    dataset["split"] = {"method": "holdout", "test": 0.0, "validation": 0.3}
    return Experiment.from_dict({"dataset": dataset, "network": [{"layer": "Output"}], "training": TRAINING})


def trained_alone() -> bool:
    """Whether this learner has trained a network of nothing but its Output on points of the plane, well enough."""
    for status in runs().list(owner=owner(), states=("finished",), limit=50):
        if status.owner != owner() or status.best is None or (status.best.accuracy or 0) < GOAL:
            continue
        experiment = runs().experiment(status.id, owner=owner())
        alone = [layer.name for layer in experiment.network] == ["Output"]
        if alone and experiment.dataset.source.name in neuron.PLANES:
            return True
    return False


def studio_button() -> None:
    """Lay the neuron on the Studio's desk."""
    points = chosen()[0]
    points = "gaussians" if points == "iris" else points
    if st.button(_("Open this in the Studio"), type="primary", icon=":material/science:", key=key("studio")):
        open_in_studio(in_studio(points))


lesson.say(NAME, "idea")
workbench()
lesson.say(NAME, "weights")
lesson.ask(NAME, "predict", right=RIGHT, key=key("prediction"), see=(_("Double all three"), double))
left, right = st.columns(2, gap="large")
with left:
    lesson.say(NAME, "descent")
with right:
    lesson.say(NAME, "activation")
lesson.task(NAME, "hand")
lesson.task(NAME, "train", done=trained_alone)
lesson.say(NAME, "next")
studio_button()
