"""What a run answers, example by example, the wrong ones first: on the page Runs."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.runs import Status
from pages.components import keys
from pages.components.forms import escape
from pages.components.identity import owner
from pages.components.store import runs

PICTURE = 64  # pixels, at least, of the longer side
MOST_COLUMNS = 12  # of a table's own values

Told = dict[str, Any]


def predictions(status: Status) -> None:
    """The answers at the best epoch, computed by another process when they are asked for."""
    if status.best is None:
        return
    with st.expander(_("What it answers, example by example"), icon=":material/quiz:"):
        try:
            made = runs().exported(status.id, "predictions", "best", owner())
            asked = made is None and st.button(
                _("Let it answer"), icon=":material/play_arrow:", key=f"{keys.PREDICT}.{status.id}"
            )
            if made is None and asked:
                with st.spinner(_("The network answers …")):
                    made = runs().export(status.id, "predictions", "best", owner())
        except DlcoreError as error:
            st.error(escape(str(error)), icon=":material/error:")
            return
        if made is not None:
            show(json.loads(made.path.read_text("utf-8")))
        elif not asked:
            st.caption(_("Sends the examples that judge it through the network, at its best epoch."))


def show(told: Told) -> None:
    """How many are wrong, and a table of examples."""
    if not told["items"]:
        st.caption(_("This task has no single answer for an example."))
        return
    part = _("validation") if told["part"] == "validation" else _("training")
    if told["wrong"] is None:
        said = _("{count} examples of the {part} part; the largest errors come first.",
                 count=told["examples"], part=part)  # fmt: skip
    else:
        said = _("{wrong} of {count} examples of the {part} part are wrong; they come first, the worst on top.",
                 wrong=told["wrong"], count=told["examples"], part=part)  # fmt: skip
    st.markdown(said)
    st.dataframe(table(told), hide_index=True, width="stretch", row_height=PICTURE + 8 if _pictured(told) else None,
                 column_config=_columns(told), key=f"{keys.PREDICT}.table")  # fmt: skip


def table(told: Told) -> list[dict[str, Any]]:
    """One row an example."""
    return [_seen(told, each) | _answer(told, each) for each in told["items"]]


def _answer(told: Told, item: Told) -> dict[str, Any]:
    if told["task"] == "regression":
        return {"truth": item["truth"], "said": item["said"], "error": item["said"] - item["truth"], "row": item["row"]}
    others = ", ".join(f"{name} {share:.0%}" for name, share in item["guesses"][1:])
    return {
        "right": "✓" if item["right"] else "✗",
        "truth": item["truth"],
        "said": item["said"],
        "sure": item["guesses"][0][1],
        "others": others,
        "row": item["row"],
    }


def _seen(told: Told, item: Told) -> dict[str, Any]:
    """The example itself: a picture, its words, or its values."""
    values = item["x"]
    if values is None:
        return {}
    if _pictured(told):
        return {"picture": picture(np.array(values, dtype=float).reshape(told["shape"]))}
    if told["words"]:
        words = told["words"]
        return {"text": " ".join(words[int(each)] for each in values if 0 < int(each) < len(words))}
    names = told["features"] or [f"x{number + 1}" for number in range(len(values))]
    return dict(list(zip(names, values, strict=False))[:MOST_COLUMNS])


def _pictured(told: Told) -> bool:
    return len(told["shape"]) == 3 and told["shape"][0] in (1, 3) and told["items"][0]["x"] is not None


def picture(image: np.ndarray) -> str:
    """An image (channels, height, width) of any range as a PNG in a data address, enlarged without blur."""
    low, high = float(image.min()), float(image.max())
    bright = ((image - low) / (high - low or 1.0) * 255).round().astype(np.uint8)
    made = Image.fromarray(bright[0] if len(bright) == 1 else bright.transpose(1, 2, 0))
    times = max(1, PICTURE // max(made.size))
    buffer = io.BytesIO()
    made.resize((made.width * times, made.height * times), Image.Resampling.NEAREST).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _columns(told: Told) -> dict[str, Any]:
    column = st.column_config
    return {
        "picture": column.ImageColumn(_("Example"), width="small"),
        "text": column.TextColumn(_("Example"), width="large"),
        "right": column.TextColumn("", width="small", help=_("Whether the answer is right.")),
        "truth": column.Column(_("Truth")),
        "said": column.Column(_("Answer")),
        "sure": column.ProgressColumn(_("Probability"), format="percent", min_value=0, max_value=1),
        "others": column.TextColumn(_("Next guesses")),
        "error": column.NumberColumn(_("Error"), format="%.3g"),
        "row": column.NumberColumn(_("Row"), help=_("Which row of the data set it is, from 0.")),
    }
