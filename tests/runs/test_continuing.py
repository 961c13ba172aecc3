"""Training that goes on from weights learned before: from a run or a file, reproducibly, and never by chance."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch

from dlcore.access import ME, OPERATOR, student
from dlcore.errors import DlcoreError, ExperimentError, RunError, WeightsError
from dlcore.experiment import Experiment
from dlcore.export.weights import save
from dlcore.runs.runs import Runs
from dlcore.runs.settings import Settings
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer
from tests.runs.living import PATIENCE, digits, soon


def experiment(hidden: int = 8, **others: object) -> Experiment:
    return Experiment.from_dict({
        "dataset": {"name": "digits", "limit": 128},
        "network": ["Flatten", {"layer": "Linear", "out_features": hidden}, "ReLU", "Output"],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 2, "device": "cpu"}, **others,
    })  # fmt: skip


def trained() -> tuple[dict[str, torch.Tensor], EpochEnded]:
    trainer = Trainer(experiment())
    ended = [event for event in trainer.run() if isinstance(event, EpochEnded)]
    return trainer.last_weights, ended[-1]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    with Runs(Settings(home=tmp_path)) as opened:
        yield opened


def test_epoch_0_of_what_is_continued_has_the_scores_of_the_weights_that_were_loaded() -> None:
    weights, last = trained()
    first = next(event for event in Trainer(experiment(), start=weights).run() if isinstance(event, EpochEnded))
    assert first.epoch == 0
    assert (first.train, first.validation) == (last.train, last.validation)


@pytest.mark.parametrize("format", ["safetensors", "pt"])
def test_a_file_is_kept_by_its_fingerprint_and_given_back_the_same(runs: Runs, format: str) -> None:
    weights, _ = trained()
    made = runs.begin_with_file(experiment(), save(weights, format), f"mine.{format}", ME)  # type: ignore[arg-type]
    assert made.start is not None
    assert made.start.origin == f"mine.{format}"
    assert Experiment.from_yaml_text(made.to_yaml()) == made
    runs.check(made, ME)
    again = runs.begin_with_file(experiment(), save(weights, "safetensors"), "again.safetensors", ME)
    assert again.start is not None
    assert again.start.weights == made.start.weights


def test_weights_that_do_not_fit_name_the_layer_and_what_is_wrong(runs: Runs) -> None:
    weights, _ = trained()
    with pytest.raises(WeightsError) as caught:
        runs.begin_with_file(experiment(hidden=9), save(weights, "safetensors"), "mine.safetensors", ME)
    assert "1.weight (layer 2, Linear) has the shape [8, 64]; the network expects [9, 64]." in str(caught.value)


def test_layers_changed_after_the_weights_were_chosen_are_refused_before_training(runs: Runs) -> None:
    weights, _ = trained()
    made = runs.begin_with_file(experiment(), save(weights, "safetensors"), "mine.safetensors", ME)
    changed = made.model_copy(update={"network": experiment(hidden=9).network})
    with pytest.raises(WeightsError, match="layer 2, Linear"):
        runs.submit(changed, ME)
    assert runs.list(ME) == []


def test_nobody_begins_with_weights_of_somebody_else(runs: Runs) -> None:
    weights, _ = trained()
    made = runs.begin_with_file(experiment(), save(weights, "safetensors"), "mine.safetensors", ME)
    with pytest.raises(WeightsError, match="not here"):
        runs.submit(made, student("you"))


def test_without_the_weights_training_refuses_to_begin_with_drawn_ones() -> None:
    with pytest.raises(WeightsError, match="not here: digits 3"):
        Trainer(experiment(start={"weights": "a" * 64, "origin": "digits 3"}))


@pytest.mark.parametrize("start", [
    {"weights": "../../x"}, {"weights": "A" * 64}, {"origin": "x"}, "mine", 3,
    {"weights": "a" * 64, "origin": "x\ny"}, {"weights": "a" * 64, "more": 1},
])  # fmt: skip
def test_anything_but_a_fingerprint_is_refused(start: object) -> None:
    with pytest.raises(ExperimentError, match=r"^start"):
        experiment(start=start)


def test_a_changed_file_is_not_trained_from(runs: Runs, tmp_path: Path) -> None:
    weights, _ = trained()
    made = runs.begin_with_file(experiment(), save(weights, "safetensors"), "mine.safetensors", ME)
    (kept,) = (tmp_path / "artifacts" / "weights").rglob("?" * 64)
    kept.write_bytes(kept.read_bytes()[:-1] + b"\0")
    with pytest.raises(WeightsError, match="not here"):
        runs.submit(made, ME)
    assert runs.list(ME) == []


def test_of_weights_that_are_kept_a_redraw_reads_the_header_and_no_number(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, _ = trained()
    content = save(weights, "safetensors")
    made = runs.begin_with_file(experiment(), content, "mine.safetensors", ME)
    header = content[: 8 + int.from_bytes(content[:8], "little")]
    monkeypatch.setattr(runs._artifacts.place, "open", lambda name: io.BytesIO(header))  # nothing follows it
    monkeypatch.setattr(runs._artifacts.place, "read", lambda name: pytest.fail("the whole file was read"))
    runs.check(made, ME)
    with pytest.raises(WeightsError, match="layer 2, Linear"):
        runs.check(made.model_copy(update={"network": experiment(hidden=9).network}), ME)


def test_what_a_terminal_imported_a_browser_takes_over_and_nobody_else_can_make_up_the_address(runs: Runs) -> None:
    weights, _ = trained()
    made = runs.begin_with_file(experiment(), save(weights, "safetensors"), "mine.safetensors", ME)
    code = runs.import_link(made, ME)
    assert runs.open_import_link(code, student("a-browser")) == made
    assert runs.first_weights(made, student("a-browser")).keys() == weights.keys()
    body, _dot, token = code.partition(".")
    for wrong in ("", "x", body, f"{body}x.{token}", f"{body}.{token[:-1]}0" if token[-1] != "0" else f"{body}.1"):
        with pytest.raises(RunError, match="not made by this installation"):
            runs.open_import_link(wrong, student("a-browser"))


@pytest.mark.slow
def test_a_run_that_was_continued_begins_where_the_other_was_and_outlives_it(served: Runs) -> None:
    first = served.submit(digits(epochs=2), ME)
    served.wait(first, OPERATOR, timeout=soon(PATIENCE))
    last = [event for event in served.events(first, OPERATOR) if isinstance(event, EpochEnded)][-1]
    made = served.continued(first, "last", ME)
    served.delete(first, ME)
    second = served.submit(made, ME)
    status = served.wait(second, OPERATOR, timeout=soon(PATIENCE))
    assert status.state == "finished"
    begun = next(event for event in served.events(second, OPERATOR) if isinstance(event, EpochEnded))
    assert (begun.epoch, begun.train, begun.validation) == (0, last.train, last.validation)


@pytest.mark.slow
def test_a_bundle_opens_as_an_experiment_that_begins_with_its_weights(served: Runs, tmp_path: Path) -> None:
    run_id = served.submit(digits(epochs=1), ME)
    served.wait(run_id, OPERATOR, timeout=soon(PATIENCE))
    raw = served.export(run_id, "bundle", ME).path.read_bytes()
    made = served.import_bundle(raw, "mine.zip", student("you"))
    assert made.network == digits().network
    assert made.start is not None
    state, expected = served.first_weights(made, student("you")), served.weights(run_id, OPERATOR, "best")
    assert all(torch.equal(state[name], tensor) for name, tensor in expected.items())
    with pytest.raises(DlcoreError, match="not a zip file, or is damaged"):
        served.import_bundle(raw[: len(raw) // 2], "torn.zip", student("you"))
