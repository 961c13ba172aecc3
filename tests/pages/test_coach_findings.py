"""What the coach says in the Studio before anything was trained, where it says it, and what one click does."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore import coach, network
from dlcore.coach import DataSummary, Finding, Remedy
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.i18n import language
from dlcore.network import diagnose
from dlcore.runs import Runs
from pages.components.shared import draft, keys
from pages.components.shared.remedies import remedy_label
from pages.components.studio.coach_findings import of_part, on_cards
from pages.components.web.layer_stack.operations import apply, with_remedy
from pages.components.web.layer_stack.rows import rows
from tests.coach.programs import FAULTS, base
from tests.pages.test_studio import opened, present, stack, train

SQUEEZED = [{"layer": "Linear", "out_features": 32}, {"layer": "Softmax"}, {"layer": "Output"}]
# The rules that speak before training, and the place of what they say: a card, or the form of this part.
STATIC = {
    "no-activation": "card", "wrong-output-activation": "card", "vanishing-gradient": "card", "batch-too-small": "card",
    "dropout-too-strong": "card", "underfitting": "card", "lr-too-high": "training", "lr-too-low": "training",
    "bad-initialization": "training", "regularization-too-strong": "training", "batch-too-large": "training",
    "overfitting": "layers", "unscaled-inputs": "data", "unscaled-target": "data",
}  # fmt: skip


def planted(rule: str) -> Experiment:
    """A fault that is seen before training; batch normalization over two examples is trained, and not refused."""
    fault, suited = FAULTS[rule][0]
    plain = base({"underfitting": "digits", "overfitting": "digits"}.get(rule, suited[0]))
    fault(plain)
    if rule == "batch-too-small":
        plain["network"].insert(-1, {"layer": "BatchNorm1d"})
        plain["training"]["batch_size"] = 2
    if rule in ("lr-too-high", "lr-too-low"):
        plain["training"]["optimizer"]["lr"] = {"lr-too-high": 1.0, "lr-too-low": 1e-6}[rule]
    return Experiment.from_dict(plain)


def examined(experiment: Experiment) -> list[Finding]:
    summary = DataSummary.of(load(experiment))
    return coach.examine(experiment, network.about_of(experiment), summary)


def on_the_desk(page: AppTest, experiment: Experiment) -> None:
    edit = draft.changed(page.session_state[keys.DRAFT], draft.draft_of(experiment))
    page.session_state[keys.DRAFT] = edit
    page.run()
    assert not page.exception


def cards(experiment: Experiment) -> list[dict[str, Any]]:
    about, found = network.about_of(experiment), examined(experiment)
    return rows(draft.draft_of(experiment), diagnose(experiment.network, about, experiment.loss), on_cards(found))


@pytest.mark.parametrize("rule", STATIC)
def test_a_planted_fault_is_said_once_beside_what_it_concerns(rule: str) -> None:
    experiment = planted(rule)
    found = examined(experiment)
    (finding,) = [each for each in found if each.rule == rule]
    said = [row["message"] for row in cards(experiment)]
    said += [row["remark"]["message"] for row in cards(experiment) if row["remark"]]
    parts = {part: [each.rule for each in of_part(found, part)] for part in ("data", "layers", "training")}  # type: ignore[arg-type]
    places = [part for part, names in parts.items() if rule in names]
    places += ["card"] * said.count(str(finding.sentence))
    assert places == [STATIC[rule]]


@pytest.mark.parametrize("rule", STATIC)
def test_its_remedy_is_made_in_the_draft_as_one_edit(rule: str) -> None:
    experiment = planted(rule)
    (finding,) = [each for each in examined(experiment) if each.rule == rule]
    begun = draft.begun(draft.draft_of(experiment))
    after = draft.changed(begun, with_remedy(begun["present"], Remedy.from_json(finding.remedy.to_json())))
    assert after["present"]["experiment"] == draft.draft_of(finding.remedied(experiment))["experiment"]
    assert draft.undone(after)["present"] == begun["present"]
    for code in ("en", "zh_CN"):
        with language(code):
            assert remedy_label(finding.remedy)


def test_a_card_says_a_remark_folded_and_a_warning_in_the_open() -> None:
    layers = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 4}, {"layer": "ReLU"}, {"layer": "Output"}]
    narrow = cards(Experiment.from_dict(base("digits") | {"network": layers}))[1]
    assert (narrow["state"], narrow["message"]) == ("works", "")
    assert narrow["remark"]["message"].startswith("Layer 2 (Linear) is only 4 wide")
    softmax = cards(Experiment.from_dict(base("wine") | {"network": SQUEEZED}))[1]
    assert (softmax["state"], softmax["remark"]) == ("warned", None)
    assert softmax["repair"]["label"] == "Use ReLU instead"


def test_what_the_browser_sends_of_a_remedy_is_carried_out_and_nothing_else() -> None:
    experiment = Experiment.from_dict(base("wine") | {"network": SQUEEZED})
    made = draft.draft_of(experiment)
    repair = cards(experiment)[1]["repair"]
    names = [each["layer"] for each in apply(made, {"do": "repair", **repair})["experiment"]["network"]]
    assert names == ["Linear", "ReLU", "Output"]
    for remedy in ({}, {"set": {"training.epochs": -1}, "layers": []}, {"set": 3, "layers": 4}):
        assert apply(made, {"do": "repair", "remedy": remedy}) == made


def test_one_click_mends_what_refuses_the_experiment_and_can_be_undone(store: Runs) -> None:
    page = opened()
    layers = [{"layer": "Linear", "out_features": 8}, {"layer": "BatchNorm1d"}, {"layer": "ReLU"}, {"layer": "Output"}]
    plain = base("wine") | {"network": layers}
    plain["training"]["batch_size"] = 1
    on_the_desk(page, Experiment.from_dict(plain))
    assert train(page).disabled
    assert all(not row["message"] and not row["remark"] for row in stack(page)["rows"]), "said beside Train, once"
    button = page.button(key=f"{keys.COACH}.batch-too-small")
    assert button.label == "Set Batch size to 32"
    button.click().run()
    assert present(page)["experiment"]["training"]["batch_size"] == 32
    assert not train(page).disabled
    assert draft.undone(page.session_state[keys.DRAFT])["present"]["experiment"]["training"]["batch_size"] == 1


def test_a_remark_about_the_data_stands_beside_the_data_with_its_numbers(store: Runs) -> None:
    page = opened()
    on_the_desk(page, planted("unscaled-inputs"))
    assert any("their columns have sizes from" in each.value for each in page.markdown)
    page.button(key=f"{keys.COACH}.unscaled-inputs").click().run()
    assert present(page)["experiment"]["dataset"].get("scale", "standard") == "standard"
    assert not any("their columns have sizes from" in each.value for each in page.markdown)
