"""What a run can be taken away as: weights at once; other files are written and checked when they are asked for."""

from __future__ import annotations

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import N_, _
from dlcore.runs import Status
from dlcore.runs.exports import Exported, Kind
from dlcore.runs.runs import Epoch
from dlcore.serving import downloads
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer

EPOCHS: dict[str, str] = {"best": N_("Best epoch"), "last": N_("Last epoch")}

# kind -> (what it is called, what it is for, what was checked before it is offered)
FILES: dict[Kind, tuple[str, str, str]] = {
    "bundle": (
        N_("Bundle"),
        N_("Everything in one .zip: model.py, train.py, predict.py, weights, scores, model card, and verify.py that "
           "proves it answers as the app does."),
        N_("Its own verify.py was run: the same answers as here."),
    ),
    "onnx": (
        "ONNX",
        N_("Runs without PyTorch, in onnxruntime and many others, with any number of examples at once."),
        N_("Run in onnxruntime: the same answers as here."),
    ),
    "pt2": (
        "torch.export",
        N_("The whole network in one .pt2 file: torch.export.load runs it without the code that made it."),
        N_("Run by torch: the same answers as here."),
    ),
    "tensorboard": (
        "TensorBoard",
        N_("The run's curves as an event file, for tensorboard --logdir."),
        N_("The losses of every batch and the scores of every epoch."),
    ),
}  # fmt: skip


def take_away(status: Status) -> None:
    """The files of a run: of its best or its last epoch."""
    st.markdown(f"**{_('Take it with you')}**")
    if status.best is not None:
        epoch = _which(status)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("Weights"), width=90)
            for format in ("safetensors", "pt"):
                address = downloads.weights_address(status.id, viewer(), epoch, format)  # type: ignore[arg-type]
                st.link_button(f".{format}", address, icon=":material/download:")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("Prepare"), width=90)
            asked = [kind for kind in FILES if _button(status, epoch, kind)]
        for kind in FILES:
            _offer(status, epoch, kind, kind in asked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Experiment"), width=90)
        st.link_button(".yaml", downloads.yaml_address(status.id, viewer()), icon=":material/download:")
        st.link_button(
            _("Report (.html)"),
            downloads.report_address([status.id], viewer()),
            icon=":material/download:",
            help=_("Settings, scores and charts of this run in one file that opens offline."),
        )
    st.caption(_("Both weight files hold a state_dict. Safetensors is safe to share; a .pt file loads with "
                 "torch.load(…, weights_only=True)."))  # fmt: skip


def _which(status: Status) -> Epoch:
    chosen = st.segmented_control(
        _("Which epoch"), list(EPOCHS), default="best", format_func=lambda each: _(EPOCHS[each]), required=True,
        label_visibility="collapsed", key=f"{keys.in_language(keys.TAKE_AWAY)}.{status.id}",
    )  # fmt: skip
    return "last" if chosen == "last" else "best"


def _button(status: Status, epoch: Epoch, kind: Kind) -> bool:
    said, help, _checked = FILES[kind]
    return st.button(_(said), help=_(help), icon=":material/deployed_code:" if kind == "bundle" else None,
                     key=f"{keys.TAKE_AWAY}.{kind}.{epoch}.{status.id}")  # fmt: skip


def _offer(status: Status, epoch: Epoch, kind: Kind, asked: bool) -> None:
    """A file that was written and checked, with its tick; where it is asked for now, it is written first."""
    try:
        made = runs().find_export(status.id, kind, viewer(), epoch)
        if made is None and asked:
            with st.spinner(_("Writing {file}, and holding it against the app …", file=_(FILES[kind][0]))):
                made = runs().export(status.id, kind, viewer(), epoch)
    except DlcoreError as error:
        if asked:
            st.error(escape(str(error)), icon=":material/error:")
        return
    if made is not None:
        _link(status, epoch, kind, made)


def _link(status: Status, epoch: Epoch, kind: Kind, made: Exported) -> None:
    checked = _(FILES[kind][2])
    if made.difference is not None:
        checked += " " + _("Largest difference: {size}.", size=f"{made.difference:.1g}")
    with st.container(border=True):
        st.markdown(f":green[:material/check_circle:] **{_(FILES[kind][0])}** · {checked}")
        address = downloads.export_address(status.id, viewer(), kind, epoch)
        st.link_button(f"{escape(made.name)} ({_size(made.bytes)})", address, icon=":material/download:")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
