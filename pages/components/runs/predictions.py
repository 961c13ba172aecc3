"""What the network of a run answers: to examples of its own data, the wrong ones first, or to new ones."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from dlcore.errors import DlcoreError
from dlcore.i18n import N_, _, translate
from dlcore.runs import Status
from dlcore.runs.exports import Exported, Kind
from dlcore.runs.runs import Epoch
from dlcore.serving.store import runs
from pages.components.runs.question_form import ask
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer

PICTURE = 64  # pixels, at least, of the longer side
MOST_COLUMNS = 12  # of a table's own values
EPOCHS: dict[str, str] = {"best": N_("Best epoch"), "last": N_("Last epoch")}
# Our own columns.
RESERVED = ("right", "truth", "predicted", "sure", "others", "shares", "error", "row", "picture", "text")
NEW = "new"
ASKED: dict[str, str] = {
    NEW: N_("New examples"),
    "validation": N_("Validation part"),
    "training": N_("Training part"),
    "test": N_("Test part"),
}
PARTS = {"validation": N_("validation"), "training": N_("training"), "test": N_("test")}

Told = dict[str, Any]


def let_it_answer(status: Status) -> None:
    """A place to ask: which epoch's weights, and about what."""
    if status.best is None:
        return
    with st.expander(_("Let it answer"), icon=":material/quiz:"):
        with st.container(horizontal=True):
            epoch = _chosen(_("Which epoch"), EPOCHS, "best", f"epoch.{status.id}")
            asked = _chosen(_("About what"), ASKED, "validation", f"about.{status.id}")
        try:
            if asked == NEW:
                ask(status, epoch)
            else:
                _part(status, epoch, asked)
        except DlcoreError as error:
            st.error(escape(str(error)), icon=":material/error:")


def _chosen(label: str, choices: dict[str, str], default: str, key: str) -> Any:
    return st.segmented_control(
        label, list(choices), default=default, format_func=lambda each: _(choices[each]), required=True,
        label_visibility="collapsed", key=keys.in_language(f"{keys.PREDICT}.{key}"),
    )  # fmt: skip


def _part(status: Status, epoch: Epoch, part: str) -> None:
    """The examples of a part; computed by another process when they are asked for."""
    kind: Kind = f"predictions-{part}"  # type: ignore[assignment]  # a part is one of three
    made = runs().find_export(status.id, kind, viewer(), epoch)
    sealed = part == "test" and status.test_opened_at is None and status.owner == viewer().name
    if made is None and (_open_the_test_part if sealed else _offer)(f"{kind}.{epoch}.{status.id}"):
        if sealed:
            runs().open_test_part(status.id, viewer())
        with st.spinner(_("The network answers …")):
            runs().export(status.id, kind, viewer(), epoch)
        st.rerun()  # what offered it is of no use any more
    if made is not None:
        _show(made, part, f"{kind}.{epoch}.{status.id}")


def _offer(key: str) -> bool:
    st.caption(_("Sends the examples of this part through the network; those that are furthest off come first."))
    return st.button(_("Let it answer"), icon=":material/play_arrow:", key=f"{keys.PREDICT}.{key}")


def _open_the_test_part(key: str) -> bool:
    """Opened knowingly: what was looked at once can never again be data that nobody has seen."""
    st.warning(
        _("The test part is sealed, to be opened once, at the very end. Look when you have stopped changing the "
          "network: whoever looks and then changes something has chosen by it, and its score no longer says how good "
          "the network is on data that nobody has seen."),
        icon=":material/lock:",
    )  # fmt: skip
    return st.button(_("Open the test part"), icon=":material/lock_open:", key=f"{keys.PREDICT}.{key}")


def _show(made: Exported, part: str, key: str) -> None:
    if part == "test":
        st.caption(_("The test part of this run has been opened."))
    show(json.loads(made.path.read_text("utf-8")), key)


def show(told: Told, key: str) -> None:
    """How many are wrong, and a table of examples."""
    part = _(PARTS[told["part"]])
    if told["wrong"] is None:
        said = _("{count} examples of the {part} part; the largest errors come first.",
                 count=told["examples"], part=part)  # fmt: skip
    else:
        said = _("{wrong} of {count} examples of the {part} part are wrong; they come first, the worst on top.",
                 wrong=told["wrong"], count=told["examples"], part=part)  # fmt: skip
    st.markdown(said)
    if told["task"] == "next-token":
        st.caption(_("Judged here by what follows the last token of each text; the run's scores judge every token."))
    st.dataframe(table(told), hide_index=True, width="stretch", row_height=PICTURE + 8 if _pictured(told) else None,
                 column_config=_columns(told), key=f"{keys.PREDICT}.table.{key}")  # fmt: skip


def table(told: Told) -> list[dict[str, Any]]:
    """One row an example."""
    return [_seen(told, each) | _answer(told, each) for each in told["items"]]


def _answer(told: Told, item: Told) -> dict[str, Any]:
    if told["task"] == "regression":
        return {
            "truth": item["truth"],
            "predicted": item["predicted"],
            "error": item["predicted"] - item["truth"],
            "row": item["row"],
        }
    right = {"right": "✓" if item["right"] else "✗"}
    if told["task"] == "multilabel":
        truth, said = (", ".join(_called(told, each) for each in item[key]) or "–" for key in ("truth", "predicted"))
        return right | {"truth": truth, "predicted": said, "shares": _shares(told, item["guesses"]), "row": item["row"]}
    return right | {
        "truth": _called(told, item["truth"]),
        "predicted": _called(told, item["predicted"]),
        "sure": item["guesses"][0][1],
        "others": _shares(told, item["guesses"][1:]),
        "row": item["row"],
    }


def _shares(told: Told, guesses: list[tuple[str, float]]) -> str:
    return ", ".join(f"{_called(told, name)} {share:.0%}" for name, share in guesses)


def _called(told: Told, name: str) -> str:
    """A class as it is called here; of next tokens, one that would not be seen is quoted."""
    if told["task"] == "next-token":
        return name if name.strip() else repr(name)
    return name if told["user_data"] else translate(name)


def _seen(told: Told, item: Told) -> dict[str, Any]:
    """The example itself: its cells as they came, a picture, its words, or its values."""
    if "cells" in item:
        return {
            f"{name} " if name in RESERVED else name: value for name, value in [*item["cells"].items()][:MOST_COLUMNS]
        }
    values = item["x"]
    if values is None:
        return {}
    if _pictured(told):
        return {"picture": picture(np.array(values, dtype=float).reshape(told["shape"]))}
    if told["words"]:
        return {"text": _text(told["words"], values)}
    names = told["features"] or [f"x{number + 1}" for number in range(len(values))]
    return dict(list(zip(map(translate, names), values, strict=False))[:MOST_COLUMNS])


def _text(words: list[str], values: list[Any]) -> str:
    """Tokens as a text: words with the gaps in front left out, or character after character."""
    said = [words[int(each)] for each in values if int(each) < len(words)]
    return " ".join(each for each in said if each) if "" in words else "".join(said)


def _pictured(told: Told) -> bool:
    first = next(iter(told["items"]), None)
    shape = told["shape"]
    return first is not None and "cells" not in first and len(shape) == 3 and shape[0] in (1, 3) and bool(first["x"])


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
        "predicted": column.Column(_("Answer")),
        "sure": column.ProgressColumn(_("Probability"), format="percent", min_value=0, max_value=1),
        "others": column.TextColumn(_("Next guesses")),
        "shares": column.TextColumn(_("Probabilities")),
        "error": column.NumberColumn(_("Error"), format="%.3g"),
        "row": column.NumberColumn(_("Row"), help=_("Which row of the data set it is, from 0.")),
    }
