"""The Studio through Streamlit's own test harness: what stands there, what an edit does, what Train submits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.testing.v1 import AppTest

from dlcore.access import ME, OPERATOR, student
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.experiment import Experiment
from dlcore.i18n import language
from dlcore.presets import PRESETS
from dlcore.registry import DATASETS
from dlcore.runs import Runs
from dlcore.training.speed import Speed
from pages.components.shared import draft, keys
from pages.components.web import gallery
from pages.components.web.layer_stack.mount import after

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


@pytest.fixture
def studio(store: Runs) -> AppTest:
    """The Studio as a newcomer finds it, in an empty home."""
    return opened()


def opened() -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.run()
    assert not page.exception
    return page


def train(page: AppTest) -> Any:
    return page.button(key=keys.TRAIN)


def present(page: AppTest) -> dict[str, Any]:
    return page.session_state[keys.DRAFT]["present"]


def stack(page: AppTest) -> dict[str, Any]:
    """What the layer stack was sent: its rows and the rest, as plain data."""
    for each in page.get("bidi_component"):
        if each.proto.component_name == "layer_stack":
            return json.loads(each.proto.json or each.proto.mixed.json)
    raise AssertionError("there is no layer stack")


def operate(page: AppTest, *operations: dict[str, Any]) -> None:
    """Do to the stack what the browser would report."""
    history = page.session_state[keys.DRAFT]
    for operation in operations:
        history = after(history, operation)
    page.session_state[keys.DRAFT] = history
    page.run()


def open_starting_point(page: AppTest, name: str) -> None:
    """Press the card of a starting point, whose component the harness does not run."""
    edit = draft.changed(page.session_state[keys.DRAFT], draft.draft_of(PRESETS[name].experiment))
    page.session_state[keys.DRAFT] = edit
    page.run()


def test_a_newcomer_finds_a_network_that_is_ready_to_train(studio: AppTest) -> None:
    assert not train(studio).disabled
    assert [row["name"] for row in stack(studio)["rows"]] == ["Flatten", "Linear", "ReLU", "Linear", "ReLU", "Output"]
    assert any("parameters" in each.value for each in studio.markdown)


def test_train_queues_the_draft_for_this_visitor_and_shows_the_run(studio: AppTest, store: Runs) -> None:
    train(studio).click().run()
    (run,) = store.list(ME)
    assert run.state == "queued"
    assert store.experiment(run.id, OPERATOR) == PRESETS[draft.FIRST_PRESET].experiment
    assert studio.session_state[keys.RUN] == run.id


def test_a_double_click_trains_once_and_a_changed_draft_trains_again(studio: AppTest, store: Runs) -> None:
    train(studio).click().run()
    train(studio).click().run()
    assert len(store.list(ME)) == 1
    studio.number_input(key=keys.setting("training", "epochs")).set_value(3).run()
    train(studio).click().run()
    assert sorted(store.experiment(run.id, OPERATOR).training.epochs for run in store.list(ME)) == [3, 20]


def test_the_settings_of_the_selected_layer_are_edited_beside_the_stack(studio: AppTest) -> None:
    key = keys.setting(f"layer.{present(studio)['selected']}.Linear", "out_features")
    studio.number_input(key=key).set_value(99).run()
    assert stack(studio)["rows"][1]["main"] == "99"
    assert stack(studio)["rows"][1]["shapes"] == "64 → 99"
    operate(studio, {"do": "undo"})
    assert studio.number_input(key=key).value == 128, "undo shows in the form"


def test_a_network_that_cannot_work_cannot_be_trained_and_the_page_says_why(studio: AppTest) -> None:
    operate(studio, {"do": "remove", "id": 1})
    assert train(studio).disabled
    assert stack(studio)["rows"][0]["state"] == "wrong"
    assert any("expects a flat vector" in each.value for each in studio.markdown)


def test_every_starting_point_opens_ready_to_train_and_can_be_undone(studio: AppTest) -> None:
    for name in PRESETS:
        open_starting_point(studio, name)
        assert draft.experiment_of(present(studio)) == PRESETS[name].experiment
        assert not studio.exception
        assert not train(studio).disabled
        told = any("Train downloads 11.6 MB first" in each.value for each in studio.markdown)
        assert told == (name == "mnist-dropout"), "its data are not here"
    for name in list(PRESETS)[-2:-5:-1]:
        operate(studio, {"do": "undo"})
        assert draft.experiment_of(present(studio)) == PRESETS[name].experiment
    operate(studio, *[{"do": "undo"}] * (len(PRESETS) - 3))
    assert draft.experiment_of(present(studio)) == PRESETS[draft.FIRST_PRESET].experiment


def test_another_data_set_keeps_the_layers_and_offers_losses_that_fit(studio: AppTest) -> None:
    layers = present(studio)["experiment"]["network"]
    studio.selectbox(key=keys.DATASET).set_value("diabetes").run()
    assert present(studio)["experiment"]["network"] == layers
    assert "MSELoss" in studio.selectbox(key=keys.LOSS).options
    assert "CrossEntropyLoss" not in studio.selectbox(key=keys.LOSS).options
    assert not studio.exception


def test_a_draft_whose_data_are_deleted_can_go_back_and_begin_anew(
    studio: AppTest, store: Runs, tmp_path: Path
) -> None:
    """The data set was opened from the page Data, and deleted there later."""
    table = tmp_path / "flowers.csv"
    table.write_text("length,width,kind\n" + "1,2,rose\n3,4,lily\n" * 20)
    brought = store.upload(table, ME)
    studio.run()
    studio.selectbox(key=keys.DATASET).set_value(brought.dataset).run()
    assert not studio.error
    store.delete_upload(brought.id, ME)
    studio.run()
    assert "There is no data set" in studio.error[0].value
    assert not [each for each in studio.button if each.key == keys.TRAIN], "nothing to train"

    studio.button(key="undo_without_data").click().run()
    assert present(studio)["experiment"] == PRESETS[draft.FIRST_PRESET].experiment.to_dict()
    assert not train(studio).disabled


def test_every_data_set_shows_examples_and_counts(studio: AppTest) -> None:
    for name in DATASETS:
        studio.selectbox(key=keys.DATASET).set_value(name).run()
        assert not studio.exception, name
        assert not studio.error, name
        if issubclass(DATASETS[name], Downloaded):
            assert studio.button(key=keys.FETCH).label.startswith("Download ")
            continue
        assert any(":orange[validation" in each.value for each in studio.markdown), name


def test_a_schedule_is_drawn_before_training(studio: AppTest) -> None:
    studio.selectbox(key=keys.SCHEDULE).set_value("ExponentialLR").run()
    assert not studio.exception
    gamma = draft.experiment_of(present(studio)).training.schedule.gamma  # type: ignore[union-attr]
    lr = draft.experiment_of(present(studio)).training.optimizer.lr  # type: ignore[attr-defined]
    (chart,) = [
        json.loads(each.proto.spec) for each in studio.get("plotly_chart") if "Learning rate" in each.proto.spec
    ]
    (line,) = chart["data"]
    assert line["y"][:3] == pytest.approx([lr, lr * gamma, lr * gamma**2])


def test_another_optimizer_comes_with_its_own_defaults(studio: AppTest) -> None:
    studio.selectbox(key=keys.OPTIMIZER).set_value("SGD").run()
    assert draft.experiment_of(present(studio)).training.optimizer.lr == 0.1  # type: ignore[attr-defined]


def test_a_value_that_is_not_allowed_is_refused_under_its_widget_which_goes_back(studio: AppTest) -> None:
    key = keys.setting("split", "test")
    studio.slider(key=key).set_value(0.9).run()
    assert any("at most 0.95" in each.value for each in studio.markdown)
    assert present(studio)["experiment"]["dataset"]["split"]["test"] == 0.2
    assert studio.slider(key=key).value == 0.2
    studio.slider(key=key).set_value(0.3).run()
    assert not any("at most 0.95" in each.value for each in studio.markdown)
    assert present(studio)["experiment"]["dataset"]["split"]["test"] == 0.3


def test_the_draft_outlives_the_session(studio: AppTest) -> None:
    studio.number_input(key=keys.setting("training", "batch_size")).set_value(7).run()
    again = opened()
    assert again.number_input(key=keys.setting("training", "batch_size")).value == 7


def test_a_draft_that_cannot_be_read_any_more_gives_way_to_a_starting_point(store: Runs) -> None:
    store.save_draft(ME, {"experiment": {"network": "gone"}, "ids": [], "selected": None})
    assert draft.experiment_of(present(opened())) == PRESETS[draft.FIRST_PRESET].experiment


def test_where_data_are_not_here_the_same_table_under_another_id_stands_in_for_them(
    store: Runs, tmp_path: Path
) -> None:
    (tmp_path / "points.csv").write_text("x,y\n" + "".join(f"{n},{2 * n}\n" for n in range(60)))
    theirs, mine = (store.upload(tmp_path / "points.csv", student(who), target="y") for who in ("somebody", "me"))
    sent = Experiment.from_dict({
        "dataset": {"name": theirs.dataset, "target": "x", "limit": 30},
        "network": [{"layer": "Output"}],
        "training": {"loss": "MSELoss", "optimizer": {"name": "SGD", "lr": 0.1}},
    })  # fmt: skip
    store.save_draft(ME, draft.draft_of(sent))
    page = opened()
    assert any("There is no data set upload" in each.value for each in page.error)
    page.selectbox(key=keys.DATASET).set_value(mine.dataset).run()
    assert not page.error
    assert present(page)["experiment"] == sent.to_dict() | {"dataset": sent.dataset.to_dict() | {"name": mine.dataset}}
    assert not train(page).disabled


def test_a_split_that_cannot_be_made_is_said_beside_the_data(studio: AppTest) -> None:
    studio.selectbox(key=keys.DATASET).set_value("iris").run()
    studio.slider(key=keys.setting("split", "test")).set_value(0.01).run()
    assert any("every part must hold every class" in each.value for each in studio.error)
    assert train(studio).disabled
    assert not studio.exception


def test_a_network_too_large_for_this_machine_is_refused_by_name(studio: AppTest) -> None:
    key = keys.setting(f"layer.{present(studio)['selected']}.Linear", "out_features")
    studio.number_input(key=key).set_value(1_000_000).run()
    operate(studio, {"do": "duplicate", "id": present(studio)["selected"]})
    assert train(studio).disabled
    assert any("GB" in each.value for each in studio.markdown)


def test_the_language_may_change_in_the_middle_of_the_work(studio: AppTest) -> None:
    studio.selectbox(key=keys.DATASET).set_value("iris").run()
    studio.session_state[keys.LANGUAGE] = "zh_CN"
    studio.run()
    assert train(studio).label == "训练"
    assert not studio.exception
    assert studio.selectbox(key=f"{keys.DATASET}.zh_CN").value == "iris"
    with language("zh_CN"):  # the harness translates the choices itself
        studio.selectbox(key=f"{keys.DATASET}.zh_CN").set_value("moons").run()
    assert present(studio)["experiment"]["dataset"]["name"] == "moons"
    assert not studio.exception


def test_where_mnist_is_not_here_enlarged_digits_stand_in_with_one_click(studio: AppTest) -> None:
    open_starting_point(studio, "mnist-dropout")
    assert any("put the files train-images-idx3-ubyte" in each.value for each in studio.markdown)
    studio.button(key=keys.STAND_IN).click().run()
    assert not train(studio).disabled
    assert draft.experiment_of(present(studio)) == PRESETS["mnist-dropout"].at_hand


def test_pictures_are_augmented_by_choice_and_a_strip_shows_what_chance_makes_of_them(studio: AppTest) -> None:
    studio.multiselect(key=keys.AUGMENTATION).set_value(["RandomRotation", "RandomGaussianNoise"]).run()
    assert not studio.exception
    chosen = draft.experiment_of(present(studio)).training.augmentation
    assert [each.name for each in chosen] == ["RandomRotation", "RandomGaussianNoise"]
    assert any(each.value.startswith("First row: as they are") for each in studio.caption)
    studio.slider(key=keys.setting("augmentation.0.RandomRotation", "p")).set_value(1.0).run()
    assert draft.experiment_of(present(studio)).training.augmentation[0].p == 1.0  # type: ignore[attr-defined]
    operate(studio, {"do": "undo"})
    operate(studio, {"do": "undo"})
    assert not draft.experiment_of(present(studio)).training.augmentation


def test_where_a_run_may_train_for_so_long_only_the_studio_says_whether_it_is_enough(
    store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty epochs of 1,293 rows in batches of 32, at ten milliseconds a step, take some ten seconds."""
    speed = Speed("cpu", "a CPU", 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    monkeypatch.setattr(Runs, "speed", lambda _runs, _device="auto": speed)
    for most, told in ((None, False), (3, True), (3600, False)):
        if most is not None:
            monkeypatch.setenv("DLCORE_RUN_SECONDS", str(most))
        page = opened()
        assert any("an epoch on CPU" in each.value for each in page.markdown)
        assert any("but a run is ended here after" in each.value for each in page.markdown) == told
        assert not train(page).disabled


def test_a_press_counts_though_a_newer_run_of_the_page_ends_the_one_that_heard_it(
    studio: AppTest, store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = iter([True])

    def overtaken() -> None:
        if next(newer, False):
            raise RerunException(RerunData())

    train(studio).click()
    monkeypatch.setattr(gallery, "gallery_button", overtaken)  # what is drawn right after the button
    studio.run()
    assert not studio.exception
    assert next(newer, None) is None
    assert len(store.list(ME, own=True)) == 1
