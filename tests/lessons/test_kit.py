"""What lessons are declared with: buttons of questions, tasks that a run does, experiments, columns of a board."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from dlcore.experiment import Experiment
from dlcore.lessons.board.board import Board
from dlcore.lessons.course import lesson
from dlcore.lessons.lesson import See, studio
from dlcore.lessons.tasks import ANY, TrainingTask, layers
from dlcore.training.events import Scores

DIGITS = {"digits": ("accuracy", 0.9)}


def run(data: str = "digits") -> Experiment:
    return studio(data, "Flatten", 32, "ReLU", optimizer=("Adam", 0.01), batch_size=64, epochs=3)


def test_an_experiment_is_what_its_few_words_say() -> None:
    written = {
        "dataset": {"name": "digits", "split": {"method": "holdout", "test": 0.0, "validation": 0.3}},
        "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 32}, {"layer": "ReLU"},
                    {"layer": "Output"}],
        "training": {"optimizer": {"name": "Adam", "lr": 0.01}, "batch_size": 64, "epochs": 3},
    }  # fmt: skip
    assert run() == Experiment.from_dict(written)
    assert layers(run()) == ["Flatten", "Linear", "ReLU", "Output"]


def test_settings_of_data_layers_and_optimizer_are_taken_as_they_are() -> None:
    folds = {"name": "digits", "limit": 50, "split": {"method": "kfold", "folds": 5, "fold": 1, "test": 0.0}}
    dropped, pulled = {"layer": "Dropout", "p": 0.1}, {"name": "SGD", "lr": 0.1, "momentum": 0.8}
    made = studio(folds, "Flatten", dropped, optimizer=pulled, epochs=2).to_dict()
    assert (made["dataset"]["limit"], made["dataset"]["split"]["method"]) == (50, "kfold")
    assert made["network"][1] == dropped
    assert made["training"]["optimizer"]["momentum"] == 0.8


@pytest.mark.parametrize(
    ("task", "experiment", "scores", "done"),
    [
        (TrainingTask("train", DIGITS), run(), Scores(loss=0.3, accuracy=0.9), True),
        (TrainingTask("train", DIGITS), run(), Scores(loss=0.3, accuracy=0.89), False),
        (TrainingTask("train", DIGITS), run(), Scores(loss=0.3), False),
        (TrainingTask("train", DIGITS), run("iris"), Scores(loss=0.3, accuracy=1.0), False),
        (TrainingTask("train", {ANY: ("accuracy", 0.9)}), run("iris"), Scores(loss=0.3, accuracy=1.0), True),
        (TrainingTask("train", {"digits": ("loss", 0.3)}), run(), Scores(loss=0.3), True),
        (TrainingTask("train", {"digits": ("loss", 0.3)}), run(), Scores(loss=0.31), False),
        (TrainingTask("train", {"digits": ("loss", 0.3)}), run(), Scores(loss=float("nan")), False),
        (TrainingTask("train", DIGITS, lambda each: "Dropout" in layers(each)), run(), Scores(loss=0.0, accuracy=1.0),
         False),
    ],
)  # fmt: skip
def test_a_run_does_a_task_on_its_data_by_its_score_and_as_it_asks(
    task: TrainingTask, experiment: Experiment, scores: Scores, done: bool
) -> None:
    assert task.grade(experiment, scores) is done


def test_a_button_of_a_question_begins_afresh_sets_and_does() -> None:
    declared = lesson("backpropagation")
    stands = replace(declared.fresh().with_values(v1=7.0), left={"path": 1})
    again = See("Look", {"rate": 1.0}, {"c": 2.0})(declared, stands)
    assert (again.options["rate"], again.values["v1"], again.values["c"], dict(again.left)) == (1.0, 1.0, 2.0, {})
    kept = See("Look", values={"c": 2.0})(declared, stands)
    assert (kept.values["v1"], kept.values["c"], kept.by_hand) == (7.0, 2.0, False)
    assert See("Look", do=lambda now: now.with_values(b1=3.0))(declared, stands).values["b1"] == 3.0


def test_a_column_of_a_board_may_be_a_tensor_of_any_shape() -> None:
    board = Board((), columns={"x": torch.tensor([[1, 2], [3, 4]]), "yes": torch.tensor([True, False]), "y": [0.5]})
    assert dict(board.columns) == {"x": [1, 2, 3, 4], "yes": [1, 0], "y": [0.5]}
