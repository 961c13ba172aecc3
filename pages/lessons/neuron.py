"""Lesson 2, the neuron: weights, bias and activation under the learner's hands, on points of the plane."""

from __future__ import annotations

import streamlit as st

from dlcore.experiment import Experiment
from dlcore.figures.neuron import neuron_plane
from dlcore.figures.style import caption
from dlcore.i18n import N_, _
from dlcore.lessons import neuron
from pages.components import keys, language, lesson
from pages.components.draft import open_in_studio

NAME = "neuron"
STARTS = {"w1": 1.0, "w2": 2.0, "b": 1.0}
REACH = 8.0  # of the sliders, both ways
GOAL = 0.95
STEPS = 40
LEARNING_RATE = 1.0
RIGHT = 2  # place of the right answer in the list
ACTIVATIONS = {"Sigmoid": N_("Sigmoid"), "Tanh": N_("Tanh"), "ReLU": N_("ReLU"), "Step": N_("Step (1958)")}

IN_STUDIO = {
    "dataset": {"name": "gaussians", "samples": 500, "noise": neuron.NOISE},
    "network": [{"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": {"name": "SGD", "lr": 0.1}, "batch_size": 32, "epochs": 30},
}


def key(name: str) -> str:
    """The session key of one number of this lesson."""
    return keys.setting("lesson.neuron", name)


def now() -> neuron.Neuron:
    """The neuron as the sliders stand."""
    numbers = {name: float(st.session_state.get(key(name), start)) for name, start in STARTS.items()}
    return neuron.Neuron(**numbers, activation=st.session_state.get(key("activation"), "Sigmoid"))


def put(changed: neuron.Neuron) -> None:
    """Move the sliders to this neuron."""
    for name in STARTS:
        st.session_state[key(name)] = max(-REACH, min(REACH, getattr(changed, name)))


def double() -> None:
    """Twice each number, as the question asks."""
    before = now()
    put(neuron.Neuron(2 * before.w1, 2 * before.w2, 2 * before.b))


def descend() -> None:
    """Steps of gradient descent from where the sliders stand; the losses on the way are kept to be drawn."""
    path = neuron.descend(now(), STEPS, LEARNING_RATE)
    st.session_state[key("losses")] = [neuron.judge(each).loss for each in path]
    put(path[-1])


def formula(shown: neuron.Neuron) -> str:
    """The neuron in LaTeX, its live values under the symbols."""
    return (
        rf"\hat y = \text{{{shown.activation}}}\big("
        rf"\underset{{{shown.w1:.2f}}}{{w_1}}\,x_1 + \underset{{{shown.w2:.2f}}}{{w_2}}\,x_2 + "
        rf"\underset{{{shown.b:.2f}}}{{b}}\big)"
    )


def sliders() -> None:
    """The three numbers, and the activation."""
    for name, symbol in (("w1", "$w_1$"), ("w2", "$w_2$"), ("b", "$b$")):
        st.session_state.setdefault(key(name), STARTS[name])
        st.slider(symbol, -REACH, REACH, step=0.05, key=key(name))  # said in symbols
    st.session_state.setdefault(key("activation"), "Sigmoid")
    st.segmented_control(
        _("Activation"), list(ACTIVATIONS), format_func=lambda name: _(ACTIVATIONS[name]), key=key("activation"),
        required=True,
    )  # fmt: skip


def scores(shown: neuron.Neuron) -> None:
    """Accuracy and loss now, beside the best that any neuron reaches."""
    judged, (_fitted, most) = neuron.judge(shown), neuron.best()
    left, right = st.columns(2)
    left.metric(_("Accuracy"), f"{judged.accuracy:.3f}")
    left.caption(_("logistic regression: {value}", value=f"{most.accuracy:.3f}"))
    right.metric(_("Loss"), f"{judged.loss:.3f}")
    right.caption(_("lowest possible: {value}", value=f"{most.loss:.3f}"))
    if judged.accuracy >= GOAL:
        st.session_state[key("done")] = True


def picture(shown: neuron.Neuron) -> None:
    """The plane, its line and its shading."""
    x, y = neuron.points()
    examples = (x[:, 0].tolist(), x[:, 1].tolist(), y.tolist())
    chart = neuron_plane(examples, neuron.plane(shown), shown.w1, shown.w2, shown.b)
    st.plotly_chart(chart, width="stretch", config={"displayModeBar": False}, key=key("plane"))
    st.caption(caption(chart))


def way_down() -> None:
    """The button that lets gradient descent go on, and the losses it met."""
    st.button(_("Let gradient descent take {steps} steps", steps=STEPS), on_click=descend, icon=":material/south_east:",
              key=key("descend"))  # fmt: skip
    if losses := st.session_state.get(key("losses")):
        st.caption(_("The loss went from {before} to {after} in {steps} steps of plain gradient descent (torch.optim.SGD, "
                     "lr {rate}, all points at once).", before=f"{losses[0]:.3f}", after=f"{losses[-1]:.3f}",
                     steps=len(losses) - 1, rate=LEARNING_RATE))  # fmt: skip
        st.line_chart(losses, height=120, x_label=_("step"), y_label=_("loss"))


@st.fragment
def workbench() -> None:
    """Sliders, picture and scores: only this part runs when a slider moves."""
    language.apply()
    left, right = st.columns([2, 3], gap="large")
    with left:
        sliders()
        shown = now()
        st.latex(formula(shown))
        scores(shown)
        if st.session_state.get(key("done")):
            st.success(_("Task done: accuracy {goal} reached.", goal=GOAL), icon=":material/check_circle:")
        else:
            st.info(lesson.sections(NAME)["task"], icon=":material/flag:")
        way_down()
    with right:
        picture(now())


@st.fragment
def question() -> None:
    """Predict first; then the answer, and a button to see it happen."""
    language.apply()
    asked, answers = lesson.choices(NAME, "predict")
    st.subheader(_("Predict, then reveal"))
    st.markdown(asked)
    chosen = st.radio(_("Your prediction"), range(len(answers)), format_func=lambda n: answers[n], index=None,
                      key=key("prediction"), label_visibility="collapsed")  # fmt: skip
    if chosen is None:
        return
    (st.success if chosen == RIGHT else st.warning)(_("Right.") if chosen == RIGHT else _("Not this time."))
    lesson.say(NAME, "reveal")
    if st.button(_("Double all three"), on_click=double, key=key("double")):
        st.rerun()


st.title(lesson.sections(NAME)["title"])
lesson.say(NAME, "idea")
workbench()
lesson.say(NAME, "weights")
question()
st.subheader(_("What gradient descent does"))
lesson.say(NAME, "descent")
st.subheader(_("What the activation is for"))
lesson.say(NAME, "activation")
st.divider()
lesson.say(NAME, "next")
if st.button(_("Open this in the Studio"), type="primary", icon=":material/science:", key=key("studio")):
    open_in_studio(Experiment.from_dict(IN_STUDIO))
    st.switch_page("pages/studio.py")
