"""The Studio: assemble a network on the left, watch it train on the right. One screen, no page change."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlcore import network
from dlcore.coach import Finding
from dlcore.data.base import About
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.i18n import N_, _, translate
from dlcore.network import Diagnosis
from dlcore.number_format import count, duration, memory
from dlcore.registry import DATASETS, LAYERS
from dlcore.runs import WELCOME
from dlcore.serving.downloads import file_name
from dlcore.serving.store import runs
from dlcore.training.speed import seconds_per_epoch
from pages.components.shared import data_preview, draft, fetch_data, forms, keys, language
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.studio import assignment, augmentation, coach_findings
from pages.components.studio.answers import in_turn
from pages.components.studio.code_beside import code_beside
from pages.components.studio.code_import import with_warnings
from pages.components.studio.code_view import code_button
from pages.components.studio.fold_form import folds_here
from pages.components.studio.import_panel import open_an_experiment, open_handed_over
from pages.components.studio.knobs_form import knobs_form
from pages.components.studio.sharing import share_button
from pages.components.studio.split_form import division_form, scaling_form
from pages.components.studio.training_form import training_form
from pages.components.study.study_list import link_to_study
from pages.components.web.gallery import gallery_button
from pages.components.web.layer_stack import layer_stack
from pages.components.web.live_view.mount import live_view
from pages.components.web.reveal import reveal

SAME_PRESS_SECONDS = 1.0  # the same experiment submitted again within this time was a double click
LABELS = {
    "samples": N_("Examples"),
    "noise": N_("Noise"),
    "factor": N_("Inner radius"),
    "arms": N_("Arms"),
    "turns": N_("Turns"),
    "classes": N_("Classes"),
}


# What the left column does


def choose_dataset(name: str) -> None:
    """Put the draft on another data set; the layers stay."""
    draft.change(draft.with_dataset(draft.current(), name))


def press() -> None:
    """Train was pressed: the first thing that `recipe` does, once whatever was edited with it has been taken in."""
    st.session_state[keys.PRESSED] = time.monotonic()


def submit_if_pressed(experiment: Experiment) -> None:
    """Queue the run that was asked for, before anything is drawn: of thirty who press at once, none waits for pages.

    What cannot be trained is not queued: the page, which is drawn next, says why.
    """
    pressed_at = st.session_state.pop(keys.PRESSED, None)
    if pressed_at is None or refused(experiment) is not None:
        return
    submit(experiment, pressed_at)
    st.rerun()


def refused(experiment: Experiment) -> DlcoreError | None:
    """Why the experiment cannot be trained; None where it can be."""
    try:
        runs().check(experiment, viewer())
        assignment.check(experiment)
    except DlcoreError as error:
        return error
    return None


def submit(experiment: Experiment, pressed_at: float) -> None:
    """Queue a run of the draft and show it; the second press of a double click is the same press.

    Whoever presses again before the first press was answered on the page, or within a second of it, meant it once.
    """
    written = experiment.to_dict()
    answered_at, before = st.session_state.get(keys.SUBMITTED, (None, None))
    if before == written and (answered_at is None or pressed_at - answered_at < SAME_PRESS_SECONDS):
        return
    st.session_state[keys.SHARE_PROBLEM] = None
    watch(runs().submit(experiment, viewer(), group=assignment.group(), **assignment.submitted_for()))
    st.session_state[keys.SUBMITTED] = (None, written)


def watch(run_id: str) -> None:
    """Show this run on the right, here and after a reload."""
    st.session_state[keys.RUN] = run_id


# The left column, top to bottom


@st.fragment
def recipe() -> None:
    """Everything that decides the run. A fragment: an edit draws this column again, not the run beside it."""
    language.apply()
    present = draft.current()
    experiment = draft.experiment_of(present)
    submit_if_pressed(experiment)
    assignment.link_problem()
    try:
        about = network.about_of(experiment)
    except DlcoreError as error:  # the learner's own data set is gone, or has other columns
        without_data(experiment, error)
        return
    diagnosis = network.diagnose(
        experiment.network, about, experiment.loss, memory_limit=runs().settings.run_memory_bytes
    )
    look, reason = ready(experiment, about)
    found = coach_findings.examine(experiment, about, look)
    assignment.task_bar()
    train_bar(experiment, diagnosis, look, reason, found)
    with forms.locked(assignment.locked("data")):
        data_section(experiment, about, look, reason, found)
    network_section(present, diagnosis, found)
    with forms.locked(assignment.locked("training")):
        training_form(experiment, about, look, found)


def without_data(experiment: Experiment, error: DlcoreError) -> None:
    """All that can be done where the data of the draft are not here: take others, bring them, go back, begin anew."""
    st.error(escape(str(error)))
    choose_data(st.container(), experiment)
    with st.container(horizontal=True, vertical_alignment="center"):
        undoable = bool(draft.history()["past"])
        st.button(_("Undo"), icon=":material/undo:", key="undo_without_data", on_click=undo, disabled=not undoable)
        gallery_button()
        st.page_link("data.py", label=_("Bring your own data"), icon=":material/table_chart:")


def undo() -> None:
    """One step back, to data that are there."""
    draft.keep(draft.undone(draft.history()))


def ready(experiment: Experiment, about: About) -> tuple[dict[str, Any] | None, DlcoreError | None]:
    """(what there is to see of the data, why the experiment cannot be trained); None where that is not so."""
    look = None
    try:
        if not experiment.dataset.source.missing():  # type: ignore[attr-defined]
            look = data_preview.look_at(experiment, about)
    except DlcoreError as error:
        return look, error
    return look, refused(experiment)


def train_bar(
    experiment: Experiment,
    diagnosis: Diagnosis,
    look: dict[str, Any] | None,
    reason: DlcoreError | None,
    found: Sequence[Finding],
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="train_bar"):
        st.button(
            _("Train"),
            key=keys.TRAIN,
            type="primary",
            icon=":material/play_arrow:",
            disabled=reason is not None,
            help=escape(str(reason)) if reason else None,
            shortcut="Ctrl+Enter",
            on_click=press,
        )
        gallery_button()
        experiment_file(experiment)
        share_button(experiment)
        code_button(experiment, draft.path_of_selected(draft.current()))
        if reason is None:
            st.page_link("compare.py", label=_("Study"), icon=":material/balance:",
                         help=_("What would help this network, and how sure is that?"))  # fmt: skip
    if reason is not None:
        cannot_train(reason, coach_findings.what_refuses(found, diagnosis))
    else:
        source: Any = experiment.dataset.source
        st.markdown(small(estimate_line(experiment, look) if look else fetch_data.before_training(source)))


def cannot_train(reason: DlcoreError, finding: Finding | None) -> None:
    """Why the draft cannot be trained, with one click that mends it where the coach knows one."""
    with st.container(horizontal=True, vertical_alignment="center", key="cannot_train"):
        st.markdown(small(f":red[**{_('Cannot train yet.')}**] {escape(str(reason))}"))
        if finding is not None:
            coach_findings.remedy_button(finding)


def estimate_line(experiment: Experiment, look: dict[str, Any]) -> str:
    """«4,810 parameters · 1.2 MB of memory · about 40 ms an epoch on cpu»; without the time before it is known."""
    found = network.estimate(experiment)
    said = [
        _("{count} parameters", count=count(found.parameters)),
        _("{memory} of memory", memory=memory(found.memory_bytes)),
        _("at most {count} of these at once here", count=runs().settings.runs_at_once(found.memory_bytes)),
    ]
    speed = runs().speed(experiment.training.device)
    if speed is not None:
        rows = look["rows"]
        seconds = seconds_per_epoch(
            found, rows["train"], experiment.training.batch_size, speed, validation_rows=rows["validation"]
        )
        said.append(
            _(
                "about {time} an epoch on {device}",
                time=duration(seconds),
                device="CPU" if speed.device == "cpu" else speed.device_name,
            )
        )
        said += over_quota(seconds * experiment.training.epochs)
    return " · ".join(said)


def over_quota(seconds: float) -> list[str]:
    """That a run is likely to be ended before its last epoch; nothing where it is not, or may train for ever."""
    most = runs().settings.run_seconds
    if most is None or seconds <= most:
        return []
    told = _("about {time} in all, but a run is ended here after {most}", time=duration(seconds), most=duration(most))
    return [f":orange[**{told}**]"]


def experiment_file(experiment: Experiment) -> None:
    """The experiment as YAML: to see, to take away, to bring back."""
    with st.popover(_("File"), icon=":material/description:", key="experiment_file"):
        written = draft.yaml_of(draft.current())
        st.code(written, language="yaml", height=320)
        st.download_button(
            _("Download YAML"),
            lambda: written,
            file_name=file_name(experiment.dataset.source.called, "yaml"),
            mime="application/yaml",
            icon=":material/download:",
            key="download_yaml",
            on_click="ignore",
        )
        open_an_experiment()


def data_section(
    experiment: Experiment,
    about: About,
    look: dict[str, Any] | None,
    reason: DlcoreError | None,
    found: Sequence[Finding],
) -> None:
    source = experiment.dataset.source
    with st.container(border=True, gap="small"):
        chosen, division = st.columns([3, 2], vertical_alignment="bottom")
        choose_data(chosen, experiment)
        with division.popover(_("Split and scaling"), width="stretch", key="division"):
            division_form(experiment, about, draft.set_value)
            folds_here(experiment, reason is None)
            scaling_form(experiment, about, look, draft.set_value)
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            if source.missing():  # type: ignore[attr-defined]
                fetch_data.fetch_box(source)  # type: ignore[arg-type]
            elif look is None:
                st.error(escape(str(reason)))
            else:
                data_preview.examples(about, look)
        with right:
            st.markdown(small(data_preview.headline(about, look)))
            knobs = [source.settings()[name] for name in source.knobs()]  # type: ignore[attr-defined]
            change = draft.change_at("dataset")
            forms.draw(knobs, source.model_dump(), source.name, change, columns=2, labels=LABELS, sliders=True)
            if augmentation.suits(about):
                label, off = augmentation_label(experiment), assignment.locked("training")
                with st.popover(label, key="augmentation_form", type="tertiary", disabled=off):
                    augmentation.augmentation_form(experiment, about, look, draft.set_value)
        coach_findings.say(coach_findings.of_part(found, "data"), "data")


def augmentation_label(experiment: Experiment) -> str:
    """What the button says: how many changes there are, where there are any."""
    number = len(experiment.training.augmentation)
    return _("Augmentation: {count}", count=number) if number else _("Augmentation")


def choose_data(place: DeltaGenerator, experiment: Experiment) -> None:
    """The choice among all data sets; those that this visitor or a teacher brought stand after those for all."""
    present = experiment.dataset.source.to_dict()["name"]
    brought = [*runs().uploads(viewer()), *runs().given_uploads(viewer())]
    own = {each.dataset: each.name for each in brought}
    titles = {name: translate(each.title) for name, each in DATASETS.items()} | own  # type: ignore[attr-defined]
    titles.setdefault(present, present)
    forms.choose(place, _("Data"), list(titles), present, keys.DATASET, choose_dataset, titles.__getitem__)


def network_section(present: draft.Draft, diagnosis: Diagnosis, found: Sequence[Finding]) -> None:
    stack, code = st.columns([4, 3], gap="small")
    with code:
        code_beside(draft.experiment_of(present), draft.path_of_selected(present))
    if assignment.locked("layers"):
        with stack:
            locked_layers(diagnosis)
        return
    with stack:
        layer_stack(with_warnings(diagnosis), coach_findings.on_cards(found))
        coach_findings.say(coach_findings.of_part(found, "layers"), "layers")
    selected_layer(present)


def locked_layers(diagnosis: Diagnosis) -> None:
    """The layers as a teacher has locked them: to see, not to change."""
    with st.container(border=True, gap="small", key="locked_layers"):
        st.markdown(f":material/lock: {_('Network')}")
        lines = [f":gray[{step.layer} · {step.received} → {step.made}]" for step in diagnosis.steps]
        st.markdown(small("  \n".join(lines)))


def selected_layer(present: draft.Draft) -> None:
    """The selected row's settings, drawn from its declaration."""
    path = draft.path_of_selected(present)
    if path is None:
        return
    layer = draft.layer_at(present, path)
    number = present["selected"]
    with st.container(border=True, gap="small", key=f"selected_layer_{number}"):  # the stack knows it by that
        st.markdown(small(f"**{layer.name}** · {escape(translate(LAYERS[layer.name].summary()))}"))
        key = f"layer.{number}.{layer.name}"
        forms.draw_with_more(layer, key, draft.change_at(*draft.written_at(present, path)))


def small(text: str) -> str:
    """Markdown in small letters, as dark as the rest: captions of Streamlit are too faint for what matters."""
    return f":small[{text}]"


# The right column


def run_column() -> None:
    """The current run, else the newest: the owner's own, or the one that welcomes a newcomer."""
    shown = current_run()
    if shown is None:
        st.info(_("Here you will watch the network learn: its loss, its accuracy, what it confuses. Press Train."))
        return
    knobs = st.container()
    live_view(shown, key=keys.LIVE, addressed=True)
    with knobs:
        link_to_study(shown)
        knobs_form(shown)
    reveal(st.session_state.get(keys.RUN), key=keys.REVEAL)


def current_run() -> str | None:
    """The run this session looks at, if it still exists, else the newest one of this visitor, else a welcome run."""
    store, me = runs(), viewer()
    if keys.RUN not in st.session_state and "run" in st.query_params:
        watch(st.query_params["run"])  # a link that leads to an epoch of this run
    wanted = st.session_state.get(keys.RUN)
    if wanted is not None:
        with contextlib.suppress(RunNotFound):
            return store.status(wanted, me).id
    found = store.list(me, limit=50, own=True)
    own = [each for each in found if each.owner != WELCOME]
    return (own or found)[0].id if found else None


assignment.open_shared()
open_handed_over()
answered_at, submitted = st.session_state.get(keys.SUBMITTED, (0.0, None))
left, right = st.columns([9, 10], gap="medium")
with in_turn() if answered_at is None else contextlib.nullcontext():
    with right:  # first: whoever has pressed Train waits for this
        run_column()
    with left:
        recipe()
if answered_at is None:
    st.session_state[keys.SUBMITTED] = (time.monotonic(), submitted)
