"""A question of one's own to the network of a run: a row, a text or a picture, typed or brought as a file."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import streamlit as st

from dlcore.data.uploads.pictures import NAMES
from dlcore.errors import DlcoreError
from dlcore.i18n import _, translate
from dlcore.inference.question import HOTTEST, MOST_BYTES, MOST_MORE, Question
from dlcore.inference.row_inputs import number_cell
from dlcore.runs import Status
from dlcore.runs.runs import Epoch
from dlcore.serving.store import runs
from pages.components.runs.result_view import show_result
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.uploading import file_uploader
from pages.components.shared.visitor import viewer
from pages.components.web.drawing_pad import drawing_pad

ACROSS = 4
PICTURES = [each.removeprefix(".") for each in NAMES]  # ends of the names of files that are taken for pictures
ROWS = ["csv", "tsv", "txt", "xlsx", "parquet"]  # ends of files of rows
MEGABYTE = 1_000_000
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)

Form = dict[str, Any]


def ask(status: Status, epoch: Epoch) -> None:
    """The form that fits the data of the run, and the answer under it. Raises DlcoreError where there can be none."""
    with st.spinner(_("Getting ready …")):
        made = runs().export(status.id, "form", viewer(), epoch)
    form: Form = json.loads(made.path.read_text("utf-8"))
    asked = {"rows": _row, "text": _text, "picture": _picture}[form["is"]](form, status.id)
    if asked is not None:
        _answer(status, epoch, asked, form)


def _answer(status: Status, epoch: Epoch, asked: Question, form: Form) -> None:
    """What the network says; a question that was refused is not sent again until it is another."""
    key = f"{keys.ASK}.refused.{status.id}"
    mark = hashlib.sha256(asked.to_bytes() + epoch.encode()).hexdigest()
    refused = st.session_state.get(key)
    if refused is None or refused[0] != mark:
        try:
            with st.spinner(_("The network answers …")):
                told = runs().ask(status.id, asked, viewer(), epoch)
        except DlcoreError as error:
            st.session_state[key] = refused = (mark, error.text)
        else:
            show_result(told, asked, own=form["user_data"], key=f"{keys.ASK}.answer.{status.id}")
            return
    st.error(escape(str(refused[1])), icon=":material/error:")


def _kept(run_id: str, question: Question | None) -> Question | None:
    """What was typed last: it stays when the page is drawn again, until a file is brought."""
    key = f"{keys.ASK}.question.{run_id}"
    if question is not None:
        st.session_state[key] = question.to_bytes()
    kept = st.session_state.get(key)
    return None if kept is None else Question.from_bytes(kept)


def _forget(run_id: str) -> None:
    st.session_state.pop(f"{keys.ASK}.question.{run_id}", None)


def _row(form: Form, run_id: str) -> Question | None:
    """A field a column, in the units of the data; or a file of rows."""
    typed = None
    if form["fields"]:
        with st.form(f"{keys.ASK}.form.{run_id}", border=False):
            st.caption(_("In the units of the data; what stands here first is typical of the training part."))
            cells = _cells(form, run_id)
            if st.form_submit_button(_("Answer"), icon=":material/play_arrow:", type="primary"):
                typed = cells
    brought = _file(ROWS, "table", _("Or a file of rows (.csv), with the same columns"), run_id)
    return _kept(run_id, None if typed is None else Question.of_row(typed)) or brought


def _cells(form: Form, run_id: str) -> dict[str, str]:
    """What stands in the fields, each as the cell of a file would have it."""
    cells = {}
    places: list[Any] = []
    for field in form["fields"]:
        places = places or list(st.columns(ACROSS))
        with places.pop(0):
            cells[field["name"]] = _field(field, form, f"{keys.ASK}.field.{run_id}.{field['name']}")
    return cells


def _field(field: dict[str, Any], form: Form, key: str) -> str:
    label = escape(field["name"] if form["user_data"] else translate(field["name"]))
    empty = _("empty") if field["empty"] else None
    if field["kind"] == "number":
        number = st.number_input(label, value=field["typical"], step=None, format="%.6g", placeholder=empty, key=key)
        return "" if number is None else number_cell(number, field["name"], form["preprocessing"])
    if field["kind"] == "date":
        first = None if field["typical"] is None else date.fromisoformat(field["typical"])
        day = st.date_input(label, value=first, min_value=EARLIEST, max_value=LATEST, key=key)
        return "" if day is None else day.isoformat()
    values = [*([""] if field["empty"] else []), *field["values"]]
    typical = values.index(field["typical"]) if field["typical"] in values else 0
    return st.selectbox(label, values, typical, format_func=lambda each: each or "–", key=key) or ""


def _text(form: Form, run_id: str) -> Question | None:
    """A text that is typed: to be judged, or to be continued."""
    continues = form["preprocessing"]["task"] == "next-token"
    more, temperature, top_k, seed = 0, 1.0, 0, 0
    with st.form(f"{keys.ASK}.form.{run_id}", border=False):
        text = st.text_area(_("Text"), max_chars=MOST_BYTES["text"] // 4, height=100, key=f"{keys.ASK}.text.{run_id}",
                            placeholder=_("Write something"))  # fmt: skip
        if continues:
            left, middle, beside, right = st.columns(4)
            more = left.number_input(_("How much more"), 1, MOST_MORE, 200, 10, key=f"{keys.ASK}.more.{run_id}",
                                     help=_("How many words or characters the network adds."))  # fmt: skip
            temperature = middle.slider(
                _("Temperature"), 0.0, HOTTEST, 0.8, 0.1, key=f"{keys.ASK}.temperature.{run_id}",
                help=_("At 0 it always takes the likeliest; at 1 it draws by its own probabilities; above that it "
                       "dares more, and rambles."),
            )  # fmt: skip
            top_k = beside.number_input(
                _("Top-k"), 0, None, 0, 1, key=f"{keys.ASK}.top_k.{run_id}",
                help=_("Draws only among so many likeliest; at 0 among all."),
            )  # fmt: skip
            seed = right.number_input(_("Draw"), 0, 10**6, 0, 1, key=f"{keys.ASK}.seed.{run_id}",
                                      help=_("Another number draws another continuation."))  # fmt: skip
        said = _("Continue it") if continues else _("Answer")
        sent = st.form_submit_button(said, icon=":material/play_arrow:", type="primary")
    question = Question("text", text.encode(), more=int(more), temperature=float(temperature), seed=int(seed),
                        top_k=int(top_k))  # fmt: skip
    brought = None
    if not continues:
        if "text" in form["preprocessing"]["input"]:  # a column of the learner's own table
            said = _("Or a file: .txt, a text a line, or .csv with the column {column}",
                     column=escape(form["preprocessing"]["input"]["text"]["column"]))  # fmt: skip
            brought = _file(ROWS, "table", said, run_id)
        else:
            brought = _file(["txt"], "table", _("Or a file: .txt, a text a line"), run_id)
    return _kept(run_id, question if sent else None) or brought


def _picture(form: Form, run_id: str) -> Question | None:
    """A picture that is drawn, where the network knows light ink on a dark ground, or one that is brought."""
    grey = form["preprocessing"]["input"]["shape"][0] == 1
    drawable = grey and not form["user_data"]
    places = st.columns([1, 2] if drawable else 1, gap="medium")
    drawn = None
    if drawable:
        with places[0]:
            st.markdown(f":small[{_('Draw with mouse, pen or finger')}]")
            drawn = _drawn(run_id)
    with places[-1]:
        brought = _file(PICTURES, "picture", _("A picture (PNG, JPEG, GIF, BMP, WebP, PPM)"), run_id)
        invert = grey and st.toggle(
            _("Dark ink on light paper"), key=f"{keys.ASK}.invert.{run_id}",
            help=_("Turns light and dark round, for a network that learned from light ink on a dark ground."),
        )  # fmt: skip
    if drawn is not None:
        return drawn
    if brought is None or not invert:
        return brought
    return Question(brought.kind, brought.content, brought.name, invert=True)


def _drawn(run_id: str) -> Question | None:
    """What was drawn last: it stays until the pad is wiped or a file is brought."""
    drawing = drawing_pad(key=f"{keys.ASK}.pad.{run_id}")
    before = f"{keys.ASK}.drawn.{run_id}"
    question = None
    if drawing != st.session_state.get(before):
        st.session_state[before] = drawing
        _forget(run_id)
        question = None if drawing is None else Question("picture", drawing, _("drawing"))
    return _kept(run_id, question)


def _file(endings: list[str], kind: Any, label: str, run_id: str) -> Question | None:
    """A file that was brought, as a question."""
    limit = MOST_BYTES[kind] // MEGABYTE
    file = file_uploader(label, type=endings, megabytes=limit, key=f"{keys.ASK}.file.{run_id}", on_change=_forget,
                         args=(run_id,))  # fmt: skip
    return None if file is None else Question(kind, file.getvalue(), file.name)
