"""Data: bring your own, look at any data set, choose what to predict, clean it step by step, open it in the Studio."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dlcore import network
from dlcore.access import Viewer
from dlcore.data.base import About
from dlcore.data.dataset_cards import CatalogTable
from dlcore.data.preview import is_table, table_of
from dlcore.data.uploads import Arrays, Images, Table, Upload, UserDataset, choice, rows
from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.i18n import N_, _, current_language, plural, translate
from dlcore.runs import Upload as UploadRow
from dlcore.serving.store import runs
from pages.components.data import cards, catalog_card, cleaning_form, csv_options, table_summary, upload_options
from pages.components.data.table_summary import Meanings
from pages.components.shared import data_preview, draft, fetch_data, forms, keys, language
from pages.components.shared.forms import escape
from pages.components.shared.trouble import Sentence
from pages.components.shared.uploading import file_uploader, files_at, let_go
from pages.components.shared.visitor import viewer

OPENED = "data"  # ?data=upload:<id>: a link that opens a data set
MOST_HALF_BYTES = 60_000_000  # of one file of an IDX pair that waits for the other: MNIST's pictures are 47 MB
ROWS_LOOKED_AT = 5_000  # evenly spread over all
AS_SUGGESTED = ""  # the choice of no task, no text column
TASKS = ["binary", "multiclass", "multilabel", "regression"]
STACKS: dict[str, list[dict[str, Any]]] = {  # what a network begins with where the present one does not fit
    "table": [{"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}, {"layer": "Output"}],
    "tokens": [{"layer": "Embedding", "embedding_dim": 16}, {"layer": "LSTM", "hidden_size": 32}, {"layer": "Output"}],
    "other": [
        {"layer": "Flatten"}, {"layer": "Linear", "out_features": 64}, {"layer": "ReLU"}, {"layer": "Output"},
    ],
}  # fmt: skip
SAME_SIZE = N_("They came with {size} pixels; the network sees {shape} (side, in the Studio).")
SEVERAL_SIZES = N_(
    "They came with {smallest} to {largest} pixels; the network sees all of them with {shape} (side, in the Studio)."
)


# What the buttons do


def open_(name: str) -> None:
    """Show this data set; the address says so, too."""
    st.query_params[OPENED] = name


def close() -> None:
    """Show all data sets again."""
    st.query_params.pop(OPENED, None)


def bring() -> None:
    """Keep the files that were just chosen; why they cannot be read is said beside the uploader."""
    st.session_state[keys.DATA_PROBLEM] = None
    files = files_at(keys.DATA_FILES)
    if not files:
        return
    try:
        with csv_options.refusal_kept(files[0].name):
            upload = runs().upload(files, viewer())
        csv_options.remember(upload, files)
        open_(upload.dataset)
    except DlcoreError as error:
        st.session_state[keys.DATA_PROBLEM] = Sentence.of(error)
        if waits_for_its_pair(files):
            return
    let_go(keys.DATA_FILES, files)


def waits_for_its_pair(files: list[Any]) -> bool:
    """Whether this is one half of an IDX pair, to which the other half may still be laid."""
    (one, *more) = files
    half = "-ubyte" in one.name or ".idx" in one.name
    return not more and half and one.size <= MOST_HALF_BYTES


def remove(upload_id: str) -> None:
    """Forget a data set that the visitor brought; where a task begins with it, say so."""
    st.session_state[keys.PROBLEM] = None
    try:
        runs().delete_upload(upload_id, viewer())
    except DlcoreError as error:
        st.session_state[keys.PROBLEM] = (f"rename.{upload_id}", error.text)
        return
    close()


def rename(upload_id: str, key: str) -> None:
    """Call it as the field says."""
    st.session_state[keys.PROBLEM] = None
    try:
        runs().rename_upload(upload_id, st.session_state[key], viewer())
    except DlcoreError as error:
        st.session_state[keys.PROBLEM] = (key, error.text)


def open_in_studio(choice_: dict[str, Any]) -> None:
    """Lay the data set on the Studio's desk, with layers that fit it, as an edit that can be undone; go there."""
    made = draft.with_dataset(draft.current(), choice_)
    experiment = draft.experiment_of(made)
    about = network.about_of(experiment)
    if network.diagnose(experiment.network, about).error is not None:
        made = draft.draft_of(Experiment.from_dict({**experiment.to_dict(), "network": STACKS[stack_for(about)]}))
    draft.change(made)
    st.switch_page(draft.STUDIO)


def stack_for(about: About) -> str:
    """Which of the stacks suits what comes in."""
    if about.shape.vocabulary is not None:
        return "tokens"
    return "table" if len(about.shape) == 1 else "other"


# All data sets


def overview() -> None:
    st.markdown(_("Bring your own data, or look at what is here; nothing you do on this page changes a finished run."))
    with st.container(border=True):
        file_uploader(
            _("Bring your own: CSV, TSV, Excel, Parquet, a ZIP with a folder of pictures a class, NPZ with x and y "
              "(and x_test, y_test), or an IDX pair. At most {limit} MB.", limit=csv_options.MOST_MEGABYTES),
            accept_multiple_files=True, key=keys.DATA_FILES, on_change=bring, megabytes=csv_options.MOST_MEGABYTES,
        )  # fmt: skip
        problem = st.session_state.get(keys.DATA_PROBLEM)
        if problem is not None:
            st.error(escape(str(problem)))
    own = runs().uploads(viewer())
    st.subheader(_("Your own data sets"), anchor=False)
    if own:
        cards.user_datasets(own, open_)
    else:
        st.caption(_("Nothing yet. What you bring stands here, seen by you alone."))
    given = runs().given_uploads(viewer())
    if given:
        st.subheader(_("From your teacher"), anchor=False)
        cards.user_datasets(given, open_)
    st.subheader(_("Data sets that are here"), anchor=False)
    catalog_card.show_problems()
    cards.registered(open_)


# One data set


def opened(name: str) -> None:
    st.button(_("All data sets"), icon=":material/arrow_back:", key="all_data", on_click=close, type="tertiary")
    try:
        source = DatasetChoice.parse({"name": name}, "dataset").source
        if isinstance(source, Upload):
            brought(name)
        elif isinstance(source, CatalogTable):
            with_card(name, source)
        else:
            there_for_all(name, source)
    except DlcoreError as error:
        st.error(escape(str(error)))


def there_for_all(name: str, source: Any) -> None:
    """A registered data set, to be looked at."""
    st.subheader(escape(translate(source.title)), anchor=False)
    st.caption(escape(f"{translate(source.summary())} {translate(source.card)}"))
    studio_button({"name": name})
    if source.missing():
        fetch_data.fetch_box(source, in_studio=False)
    elif is_table(source.about()):
        st.markdown(f":small[{cards.summary(source.about())}]")
        table_summary.look(*all_rows(name, current_language()), name)
    else:
        glance({"name": name}, source.about())


@st.cache_data(max_entries=16, show_spinner=False)
def all_rows(name: str, language: str) -> tuple[pd.DataFrame, Table, About]:
    """A registered table, its description, and what is asked of it, with the target's name in this language."""
    del language  # of the name of what is predicted
    source: Any = DatasetChoice.parse({"name": name}, "dataset").source
    about: About = source.about()
    target = translate(about.target) or _("target")
    return *table_of(source, target), replace(about, target=target)


def glance(choice_: dict[str, Any], about: About) -> None:
    """Examples, and how many of each class, as in the Studio; a table of numbers as a table."""
    trained = {"loss": draft.losses_for(about)[0], "optimizer": "Adam"}
    plain = {"dataset": choice_, "network": [{"layer": "Output"}], "training": trained}
    experiment = Experiment.from_dict(plain)
    look = data_preview.look_at(experiment, about)
    st.markdown(data_preview.headline(about, look))
    data_preview.examples(about, look, larger=2)
    data_preview.class_balance(about, look)


def brought(name: str) -> None:
    """One that the visitor brought."""
    upload = runs().find_upload(name.partition(":")[2], viewer())
    description, mine = upload.description, may_change(upload)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escape(upload.name), anchor=False)
        if mine:
            rename_or_delete(upload)
    if not mine:
        st.caption(_("Your teacher brought it for a task of your class. You can look at it and train with it."))
    st.markdown(f":small[{escape(upload.file_name)} · {escape(cards.extent(description))}]")
    if isinstance(description, Table):
        if mine:
            csv_options.how_it_was_read(upload, description, open_)
        csv_options.repairs(description)
        if mine:
            csv_options.sentinels(upload, description, open_)
        csv_options.strays(description)
        table(upload.dataset, description, some_rows(upload.id, viewer()))
    else:
        if mine:
            csv_options.how_it_was_divided(upload, description, open_)
        csv_options.repairs(description)
        choice_ = upload_options.current(name)
        about = upload_options.source_of(choice_).about()
        if isinstance(description, Images):
            st.markdown(f":small[{shown_as(description, about)}]")
        if isinstance(description, Arrays) and len(tasks := choice.tasks_of(description)) > 1:
            pick(name, "task", _("Task"), [AS_SUGGESTED, *tasks], choice_.get("task", AS_SUGGESTED))
        studio_button(choice_)
        glance(choice_, about)


def may_change(upload: UploadRow) -> bool:
    """Whether this visitor brought it, and no teacher for them."""
    return upload.id in {each.id for each in runs().uploads(viewer())}


def rename_or_delete(upload: UploadRow) -> None:
    """What its owner may do with it as a whole."""
    with st.popover(_("Rename or delete"), icon=":material/edit:", type="tertiary"):
        key = f"rename.{upload.id}"
        st.text_input(_("Name"), upload.name, key=key, on_change=rename, args=(upload.id, key))
        refused = upload_options.problem(key)
        if refused is not None:
            st.error(escape(str(refused)))
        used = len(runs().runs_of_upload(upload.id, viewer()))
        said = plural(used, N_("{count} run learned from it; it keeps its curves and weights."),
                      N_("{count} runs learned from it; they keep their curves and weights."))  # fmt: skip
        st.caption(_(said, count=used))
        st.button(
            _("Delete this data set"), key=f"delete.{upload.id}", icon=":material/delete:",
            on_click=remove, args=(upload.id,),
        )  # fmt: skip


def with_card(name: str, source: CatalogTable) -> None:
    """A table that is there for all, to be chosen from and cleaned as one's own."""
    catalog_card.draw(source)
    description = source.description()
    assert isinstance(description, Table)
    st.markdown(f":small[{escape(source.entry.file.name)} · {escape(cards.extent(description))}]")
    csv_options.repairs(description)
    csv_options.strays(description)
    frame = some_rows_of_catalog(name, source.edition)
    table(name, description, frame, catalog_card.meanings(source))


def shown_as(images: Images, about: About) -> str:
    """How large the pictures came, and how large the network sees them."""
    sides = " × ".join(map(str, about.shape[1:]))
    smallest, largest = (f"{width} × {height}" for width, height in (images.smallest, images.largest))
    if smallest == largest:
        return _(SAME_SIZE, size=largest, shape=sides)
    return _(SEVERAL_SIZES, smallest=smallest, largest=largest, shape=sides)


@st.cache_data(max_entries=8, show_spinner=False)
def some_rows(upload_id: str, viewer_: Viewer) -> pd.DataFrame:
    """Some rows of an upload, evenly spread; they never change."""
    return runs().frame(upload_id, viewer_, rows=ROWS_LOOKED_AT, spread=True)


@st.cache_data(max_entries=8, show_spinner=False)
def some_rows_of_catalog(name: str, edition: str) -> pd.DataFrame:
    """Some rows of a table of the catalogue, evenly spread."""
    del edition  # tells one state of its file from another
    source: Any = DatasetChoice.parse({"name": name}, "dataset").source
    return rows.frame(source.open(), rows=ROWS_LOOKED_AT, spread=True)


def table(dataset: str, table_: Table, frame: pd.DataFrame, meanings: Meanings | None = None) -> None:
    """What to predict from what, the table itself, and how it is cleaned."""
    choice_ = upload_options.current(dataset)
    source = upload_options.source_of(choice_)
    about: About | None = None
    with st.container(border=True, gap="small"):
        try:
            about = source.about()
        except DlcoreError as error:
            st.error(escape(str(error)))
        choose(dataset, source, table_)
        if about is not None:
            st.markdown(f":small[{cards.summary(about)}]")
            studio_button(choice_)
    table_summary.look(frame, table_, about, dataset, meanings or {})
    if about is not None and about.shape.vocabulary is None:
        cleaning_form.draw(dataset, source, table_, frame)


def choose(dataset: str, source: UserDataset, table_: Table) -> None:
    """Target, task, input columns, text column."""
    names = [each.name for each in table_.columns]
    texts = [each.name for each in table_.columns if each.kind != "numeric"]
    target, task, text = st.columns(3, vertical_alignment="bottom")
    try:
        targets = [each.name for each in choice.targets_of(source, table_)]
        read = choice.text_of(source, table_)
        inputs = [each.name for each in choice.inputs_of(source, table_)] if read is None else []
        aside = choice.left_out(source, table_)
    except DlcoreError:
        aside = []
        targets, inputs = list(source.targets or ()), list(source.chosen_columns or ())
        read = table_.find(source.text) if source.text else None
    with target:
        pick(dataset, "target", _("To predict"), names, targets, several=True)
    with task:
        pick(dataset, "task", _("Task"), [AS_SUGGESTED, *TASKS], source.task or AS_SUGGESTED)
    with text:
        pick(dataset, "text", _("Text to read"), [AS_SUGGESTED, *texts], AS_SUGGESTED if read is None else read.name)
    if read is None:
        usable = [each for each in names if each not in targets]
        pick(dataset, "columns", _("To predict from"), usable, inputs, several=True)
    for sentence in aside:
        st.markdown(f":small[{escape(str(sentence))}]")


def pick(dataset: str, name: str, label: str, options: list[str], value: Any, several: bool = False) -> None:
    """A choice of this data set, and under it why the last one was refused."""
    key = keys.in_language(f"choose.{dataset}.{name}")
    forms.hold(key, value, every_time=not several)
    common = {"key": key, "on_change": picked, "args": (dataset, name, key)}
    if several:
        st.multiselect(label, options, value, placeholder=_("as suggested"), **common)
    else:
        st.selectbox(label, options, format_func=lambda each: option(name, each), **common)
    refused = upload_options.problem(key)
    if refused is not None:
        st.markdown(f":small[:red[{escape(str(refused))}]]")


def option(name: str, value: str) -> str:
    """A task in words, a column by its name; what stands for no choice, as that."""
    if value == AS_SUGGESTED:
        return _("as its values suggest") if name == "task" else _("none")
    return _(cards.TASKS[value]) if name == "task" else value


def picked(dataset: str, name: str, key: str) -> None:
    """Take a choice. A target that cannot stand beside the one before takes its place."""
    value = st.session_state[key]
    if name == "target":
        upload_options.try_to_change(key, dataset, **for_targets(dataset, value))
        if upload_options.problem(key) is not None and len(value) > 1:
            upload_options.try_to_change(key, dataset, **for_targets(dataset, value[-1:]))
        return
    others = {"columns": None} if name == "text" and value else {}
    upload_options.try_to_change(key, dataset, **{name: value}, **others)


def for_targets(dataset: str, targets: list[str]) -> dict[str, Any]:
    """What else changes with the target: the task begins anew, and no target stays an input."""
    kept = [each for each in upload_options.current(dataset).get("columns") or [] if each not in targets]
    return {"target": targets[0] if len(targets) == 1 else targets, "task": None, "columns": kept or None}


def studio_button(choice_: dict[str, Any]) -> None:
    if st.button(_("Open in the Studio"), icon=":material/science:", type="primary", key="to_studio"):
        open_in_studio(choice_)


language.apply()
wanted = st.query_params.get(OPENED)
if wanted is None:
    overview()
else:
    opened(wanted)
