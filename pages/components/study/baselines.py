"""The panels of a study against machine learning: what every model scores and costs, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean, stdev
from typing import Any

import streamlit as st

from dlcore.baselines.tree import node_from_json, text
from dlcore.errors import DlcoreError
from dlcore.figures import baselines, tree
from dlcore.i18n import _
from dlcore.probes import arrays
from dlcore.serving.store import runs
from dlcore.training.scores import METRICS
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

Found = Mapping[str, Any]
FIRST_SHOWN = ("network", "Linear", "RandomForest")  # whose bars stand there before anybody chooses


def models(view: StudyView) -> None:
    """The models beside the network, once its runs have ended: fitted by another process, and kept."""
    first = next((each for each in view.results if each.state == "finished"), None)
    if not view.ended or first is None:
        st.caption(_("The models of scikit-learn follow when the network's runs have ended."))
        return
    try:
        with st.spinner(_("Fitting the models of scikit-learn …")):
            found = arrays.read(
                runs().analyse(first.run_id, "baselines", {"seeds": len(view.study.seeds)}, viewer())
            )["found"]  # fmt: skip
    except DlcoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    _table(view, found)
    _curves(view, found)
    _columns(view, found)
    _tree(view, found)


def _table(view: StudyView, found: Found) -> None:
    """A line a model, the best first."""
    metric, network = found["metric"], view.lines[0].scores
    by_seed = {name: {int(seed): scores[name] for seed, scores in found["by_seed"].items() if name in scores}
               for name in (each["model"] for each in found["models"])}  # fmt: skip
    by_seed["network"] = dict(network)
    better = -1 if METRICS[metric].lower else 1
    ordered = sorted(found["models"], key=lambda each: -better * fmean(by_seed[each["model"]].values() or [-1e9]))
    st.table([_row(each, by_seed[each["model"]], network, metric) for each in ordered], hide_index=True)
    st.caption(_("The same rows teach and the same rows judge, scaled the same way, for each of the seeds; seconds are "
                 "of computing, on one core. Settings are scikit-learn's, not tuned."))  # fmt: skip
    for each in found["models"]:
        if each["model"] != "network" and each["rows"] < each["of_rows"] and each["refusal"] is None:
            st.caption(_("{model} learned from {rows} of the {of_rows} training rows: more would take too long here.",
                         model=each["title"], rows=f"{each['rows']:,}", of_rows=f"{each['of_rows']:,}"))  # fmt: skip


def _row(model: Found, scores: Mapping[int, float], network: Mapping[int, float], metric: str) -> dict[str, str]:
    shown = METRICS[metric]
    if not scores:
        return {_("Model"): escape(model["title"]), _(shown.name): escape(model["refusal"] or "–")}
    spread = f" ± {shown.number(stdev(scores.values()))}" if len(scores) > 1 else ""
    is_network, paired = model["model"] == "network", [seed for seed in scores if seed in network]
    beaten = sum((scores[seed] < network[seed]) == shown.lower and scores[seed] != network[seed] for seed in paired)
    counted = "" if is_network else _("{better} of {n}", better=beaten, n=len(paired))
    name = escape(model["title"])
    return {
        _("Model"): f"**{name}**" if is_network else name,
        _(shown.name): shown.number(fmean(scores.values())) + spread,
        _("Better than the network"): counted,
        _("Seconds"): "–" if model["seconds"] is None else f"{model['seconds']:.2f}",
        _("Size"): escape(model["size_text"]),
    }


def _curves(view: StudyView, found: Found) -> None:
    draw_figure(baselines.learning_curves(found), key=view.key("learning_curves"))


def _columns(view: StudyView, found: Found) -> None:
    """Bars for columns with names; two maps side by side for pictures."""
    if len(found["shape"]) == 3:
        _maps(view, found)
    else:
        _bars(view, found)
    why = {each["importances_refusal"]: None for each in found["models"] if each["importances_refusal"]}
    for sentence in why:
        st.caption(f"{escape(_('What is each column worth to whom?'))} {escape(sentence)}")


def _bars(view: StudyView, found: Found) -> None:
    named = {each["model"]: each["title"] for each in baselines.measured(found)}
    if not named or not found["columns"]:
        return
    usual = [each for each in FIRST_SHOWN if each in named]
    chosen = st.pills(_("Models beside one another"), list(named), selection_mode="multi", default=usual,
                      format_func=lambda each: named.get(each, each), key=view.key(keys.STUDY_MODEL))  # fmt: skip
    chart = baselines.importances(found, chosen or usual)
    if chart is not None:
        draw_figure(chart, key=view.key("importances"))


def _maps(view: StudyView, found: Found) -> None:
    named = {each["model"]: each["title"] for each in found["models"]
             if each["importances"] is not None and each["model"] not in ("network", "Dummy")}  # fmt: skip
    if not named:
        return
    chosen = st.selectbox(_("Beside the network"), list(named), format_func=lambda each: named.get(each, each),
                          key=view.key(keys.STUDY_MODEL), width=320)  # fmt: skip
    for place, name in zip(st.columns(2), ("network", str(chosen)), strict=True):
        chart = baselines.importance_map(found, name)
        if chart is not None:
            with place:
                draw_figure(chart, key=view.key(f"map.{place_of(name)}"))


def place_of(name: str) -> str:
    """One figure for the network, one for whichever model was chosen."""
    return "network" if name == "network" else "model"


def _tree(view: StudyView, found: Found) -> None:
    root = next((each["tree"] for each in found["models"] if each["tree"] is not None), None)
    if root is None:
        return
    node = node_from_json(root)
    draw_figure(tree.tree(node), key=view.key("tree"))
    with st.expander(_("The tree as text")):
        st.code("\n".join(text(node)), language=None)
