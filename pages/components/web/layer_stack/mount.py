"""The component in a page: sends rows to the browser, carries out what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dlcore.coach import Finding
from dlcore.i18n import _
from dlcore.network import Diagnosis
from dlcore.serving import assets
from pages.components.shared import draft, keys
from pages.components.web.layer_stack.operations import apply
from pages.components.web.layer_stack.rows import menu, rows

_component = st.components.v2.component("layer_stack", js=assets.loader("layer_stack"))


def layer_stack(diagnosis: Diagnosis, findings: Sequence[Finding] = ()) -> None:
    """Show the layers of this visitor's draft with what the coach finds of each, and take what is done to them."""
    history = draft.history()
    _component(
        key=keys.LAYER_STACK,
        data={
            "rows": rows(history["present"], diagnosis, findings),
            "selected": history["present"]["selected"],
            "menu": menu(),
            "undo": bool(history["past"]),
            "redo": bool(history["future"]),
            "seen": st.session_state.get(keys.STACK_SEEN),
            "empty": str(diagnosis.error or "") if not history["present"]["ids"] else "",
            "texts": texts(),
        },
        on_operations_change=receive,
    )


def receive() -> None:
    """Carry out what the browser sent: every operation that it has not been told of yet, in its order.

    The browser repeats an operation until it is told that it was carried out, so that none is lost when two come
    between two script runs; `seen` tells which are old.
    """
    sent = st.session_state[keys.LAYER_STACK].operations
    if not isinstance(sent, dict):
        return
    seen = st.session_state.get(keys.STACK_SEEN) or {}
    newest = seen.get("number", 0) if seen.get("mount") == sent.get("mount") else 0
    history = draft.history()
    for operation in sent.get("list", []):
        if operation["number"] > newest:
            newest = operation["number"]
            history = after(history, operation)
    st.session_state[keys.STACK_SEEN] = {"mount": sent.get("mount"), "number": newest}
    draft.keep(history)


def after(history: draft.History, operation: dict[str, Any]) -> draft.History:
    """The history after one operation of the stack; undo and redo are operations too."""
    if operation.get("do") == "undo":
        return draft.undone(history)
    if operation.get("do") == "redo":
        return draft.redone(history)
    return draft.changed(history, apply(history["present"], operation))


def texts() -> dict[str, str]:
    """What the component says, in the visitor's language. `{placeholders}` are filled in by the browser."""
    return {
        "heading": _("Network"),
        "stack": _("Layers, first to last"),
        "add": _("Add layer"),
        "search": _("Search layers"),
        "nothing": _("No layer is called so."),
        "undo": _("Undo (Ctrl+Z)"),
        "redo": _("Redo (Ctrl+Shift+Z)"),
        "up": _("Move up (Alt+↑)"),
        "down": _("Move down (Alt+↓)"),
        "duplicate": _("Duplicate (Ctrl+D)"),
        "remove": _("Remove (Delete)"),
        "locked": _("The last layer: its size follows from the task, so it stays here."),
        "drag": _("Drag to move"),
        "unreached": _("Nothing arrives here: an earlier layer does not work."),
        "parameters": _("{count} parameters"),
        "remark": _("Remark of the coach"),
        "moved": _("{layer} is now layer {place} of {count}."),
        "removed": _("{layer} removed."),
        "added": _("{layer} added as layer {place}."),
        "inside": _("Add inside"),
        "into": _("Add to branch {number}"),
        "head": _("Branch {number}"),
        "branch": _("Add a branch"),
        "prune": _("Take this branch out, with all that is in it"),
        "pruned": _("Branch {number} of {layer} removed."),
        "nested": _("in {layer}"),
        "branched": _("in {layer}, branch {number}"),
        "after": _("The new layer comes after the selected one."),
    }
