"""What a learner asks is answered as the bundle's own predict.py answers it, which knows nothing of this library."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dlcore.data.uploads import upload_access
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.export.bundle import write
from dlcore.inference import question
from dlcore.inference.input_form import form
from dlcore.inference.predict import predict
from dlcore.inference.predictions import predictions
from dlcore.inference.question import Question
from dlcore.inference.trained import Trained
from dlcore.training.loop import Trainer
from tests.export import scripts

TABLE = "plant;height;found;leaf;note\n" + "".join(
    f"{'fern' if n % 3 else 'moss'};{'' if n % 7 == 0 else str(n * 0.37).replace('.', ',')};2024-0{1 + n % 9}-11;"
    f"{'round' if n % 2 else 'long'};it is {'very' if n % 3 else 'not'} green number {n}\n"
    for n in range(90)
)
RECIPE = [
    {"step": "Outliers", "method": "iqr", "action": "clip"},
    {"step": "FillMissing", "strategy": "mean", "columns": ["height"]},
    {"step": "Encode", "to": "ordinal", "columns": ["leaf"]},
]
NEW = (
    "leaf;found;height;note\nround;2024-03-01;3,5;it is very green\n ;2023-12-24;;not green\n"
    "odd;2024-01-02;9999;green\n"
)
TOKENS = [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "Flatten"}]


@pytest.fixture(autouse=True)
def _no_picture_of_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")


def trained(dataset: dict[str, Any], loss: str, network: list[Any] | None = None) -> Trained:
    experiment = Experiment.from_dict({
        "dataset": dataset,
        "network": [*(network or ["Flatten", {"layer": "Linear", "out_features": 6}, "ReLU"]), "Output"],
        "training": {"loss": loss, "optimizer": {"name": "Adam", "lr": 0.01}, "epochs": 1, "device": "cpu"},
    })  # fmt: skip
    trainer = Trainer(experiment)
    for _event in trainer.run():
        pass
    return Trained(trainer.experiment, trainer.last_weights, "last", 1)


def predicted(of: Trained, folder: Path, *given: str | Path) -> list[dict[str, Any]]:
    """What predict.py of this network's bundle says, in a process of its own."""
    folder.mkdir(exist_ok=True)
    write(of, folder)
    done = scripts.run(folder, "predict.py", *given)
    done.check_returncode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def probabilities(told: dict[str, Any]) -> list[dict[str, float]]:
    return [dict(zip(told["classes"], shares, strict=True)) for shares in told["answers"]]


def agree(told: dict[str, Any], said: list[dict[str, Any]]) -> None:
    """Every probability that predict.py printed, to its last digit."""
    assert len(told["answers"]) == len(said) > 0
    for ours, theirs in zip(probabilities(told), said, strict=True):
        assert {name: ours[name] for name in theirs["probabilities"]} == pytest.approx(
            theirs["probabilities"], abs=1.01e-6
        )


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    (tmp_path / "plants.csv").write_text(TABLE, "utf-8")
    (tmp_path / "new.csv").write_text(NEW, "utf-8")
    upload_access.allow_files(tmp_path)
    return tmp_path


def test_rows_with_gaps_dates_names_and_decimal_commas_are_read_as_predict_reads_them(plants: Path) -> None:
    columns = ["height", "leaf", "found"]
    of = trained({"name": "file:plants.csv", "target": "plant", "columns": columns, "recipe": RECIPE},
                 "BCEWithLogitsLoss")  # fmt: skip
    told = predict(of, Question("table", NEW.encode(), "new.csv"), form(of.experiment))
    agree(told, predicted(of, plants / "bundle", plants / "new.csv"))
    assert "'odd'" in str(told["notes"])
    typed = predict(of, Question.of_row({"leaf": "round", "found": "2024-03-01", "height": "3.5"}), form(of.experiment))
    assert typed["answers"][0] == pytest.approx(told["answers"][0], abs=1e-7)


def test_a_number_that_is_a_name_is_the_same_name_however_it_is_written(plants: Path) -> None:
    rows = [f"{'fern' if n % 3 else 'moss'},{n % 4},{n}" for n in range(60)]
    (plants / "plants.csv").write_text("\n".join(["plant,plot,height", *rows]), "utf-8")
    of = trained({"name": "file:plants.csv", "target": "plant", "columns": ["plot", "height"],
                  "recipe": [{"step": "Encode", "columns": ["plot"]}]}, "BCEWithLogitsLoss")  # fmt: skip
    (plants / "new.csv").write_text("plot,height\n2,7\n2.0,7\n9,7\n,7\n", "utf-8")
    told = predict(of, Question("table", (plants / "new.csv").read_bytes(), "new.csv"), form(of.experiment))
    assert told["answers"][0] == told["answers"][1] != told["answers"][2] == told["answers"][3]
    assert "'9'" in str(told["notes"])
    agree(told, predicted(of, plants / "bundle", plants / "new.csv"))
    typed = predict(of, Question.of_row({"plot": "2", "height": "7"}), form(of.experiment))
    assert typed["answers"][0] == pytest.approx(told["answers"][0], abs=1e-7)
    assert form(of.experiment)["fields"][0]["values"] == ["0", "1", "2", "3"]
    assert form(of.experiment)["fields"][0]["typical"] in ("0", "1", "2", "3")


def test_a_number_is_answered_in_its_own_unit_as_predict_does(plants: Path) -> None:
    of = trained({"name": "file:plants.csv", "target": "height", "columns": ["leaf", "found"]}, "MSELoss")
    told = predict(of, Question("table", NEW.encode(), "new.csv"), form(of.experiment))
    said = predicted(of, plants / "bundle", plants / "new.csv")
    assert [each["height"] for each in said] == pytest.approx([each[0] for each in told["answers"]], rel=1e-6)


@pytest.mark.parametrize("level", ["word", "character"])
def test_sentences_typed_and_in_a_file_are_answered_as_predict_does(plants: Path, level: str) -> None:
    of = trained({"name": "file:plants.csv", "target": "plant", "text": "note", "length": 6, "level": level},
                 "BCEWithLogitsLoss", TOKENS)  # fmt: skip
    known = form(of.experiment)
    said = predicted(of, plants / "bundle", "It is very purple!", plants / "new.csv")
    typed = predict(of, Question("text", b"It is very purple!"), known)
    agree(typed, said[:1])
    agree(predict(of, Question("table", NEW.encode(), "new.csv"), known), said[1:])
    assert ("purple" in str(typed["notes"])) == (level == "word")


def picture(seed: int, size: tuple[int, int], mode: str = "RGB", kind: str = "PNG") -> bytes:
    """Noise, coarse enough to survive shrinking."""
    rough = np.random.RandomState(seed).randint(0, 256, (5, 7, len(mode)), np.uint8)
    made = io.BytesIO()
    Image.fromarray(rough if len(mode) > 1 else rough[..., 0], mode).resize(size).save(made, kind)
    return made.getvalue()


def test_a_picture_is_answered_as_it_was_trained_on_and_as_predict_does(tmp_path: Path) -> None:
    kinds = {0: "JPEG", 1: "GIF", 2: "BMP", 3: "WEBP", 4: "PPM"}
    files = {f"{('cat', 'dog')[n % 2]}/{n}.{'jpg' if n % 4 == 0 else kinds.get(n, 'PNG').lower()}":
             picture(n, (300 + n, 200), kind=kinds.get(n, "PNG" if n % 4 else "JPEG")) for n in range(24)}  # fmt: skip
    with zipfile.ZipFile(tmp_path / "animals.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    upload_access.allow_files(tmp_path)
    of = trained({"name": "file:animals.zip", "side": 8}, "BCEWithLogitsLoss")
    known = form(of.experiment)
    shown = {row["row"]: row for row in predictions(of, "training")["items"]}
    (tmp_path / "see-through.png").write_bytes(picture(99, (90, 40), "RGBA"))
    deep = io.BytesIO()
    Image.fromarray(np.arange(0, 60_000, 100, np.uint16).reshape(20, 30)).save(deep, "PNG")
    (tmp_path / "16-bits.png").write_bytes(deep.getvalue())
    odd = (tmp_path / "see-through.png").read_bytes(), deep.getvalue()
    asked = {**files, **dict(zip(("see-through.png", "16-bits.png"), odd, strict=True))}
    for name, content in files.items():
        (tmp_path / name.replace("/", "-")).write_bytes(content)
    said = predicted(of, tmp_path / "bundle", *(tmp_path / name.replace("/", "-") for name in asked))
    told = [predict(of, Question("picture", content, name), known) for name, content in asked.items()]
    for number, each in enumerate(told):
        agree(each, [said[number]])
        if number in shown:
            guesses = dict(shown[number]["guesses"])
            assert probabilities(each)[0] == pytest.approx(guesses, abs=1e-6)
            assert each["seen"]["values"] == pytest.approx(shown[number]["x"], abs=1e-3)


def test_a_drawn_digit_may_be_dark_on_light(tmp_path: Path) -> None:
    of = trained({"name": "digits"}, "CrossEntropyLoss")
    content = picture(3, (40, 50), "L")
    dark, light = (
        predict(of, Question("picture", content, "d.png", invert=each), form(of.experiment)) for each in (True, False)
    )
    assert np.add(dark["seen"]["values"], light["seen"]["values"]) == pytest.approx(np.full(64, 16.0), abs=1e-4)
    (tmp_path / "d.png").write_bytes(content)
    agree(dark, predicted(of, tmp_path / "bundle", tmp_path / "d.png", "--invert"))


def test_a_text_goes_on_as_predict_makes_it_go_on_and_the_likeliest_is_what_torch_says(tmp_path: Path) -> None:
    layers = [{"layer": "Embedding", "embedding_dim": 8}, {"layer": "GRU", "hidden_size": 8, "every_step": True}]
    of = trained({"name": "manual", "length": 16, "characters": 10_000, "limit": 40}, "CrossEntropyLoss", layers)
    known = form(of.experiment)
    warm = predict(of, Question("text", b"import a", more=30, temperature=0.7, seed=5), known)
    said = predicted(of, tmp_path / "bundle", "import a", "--more", "30", "--temperature", "0.7", "--seed", "5")
    assert said == [{"continued": warm["continued"]}]
    assert len(warm["continued"]) == 30
    cold = predict(of, Question("text", b"import a", more=4, temperature=0), known)
    words, window = known["preprocessing"]["input"]["words"], list("import a")
    tokens = [0] * (16 - len(window)) + [words.index(each) for each in window]
    with torch.no_grad():
        for letter in cold["continued"]:
            best = of.build()(torch.tensor([tokens[-16:]]))[0, -1].argmax().item()
            assert words[int(best)] == letter
            tokens.append(int(best))


def test_labels_have_a_probability_each() -> None:
    of = trained({"name": "scenes", "limit": 60}, "BCEWithLogitsLoss")
    told = predict(of, Question("picture", picture(1, (32, 32)), "s.png"), form(of.experiment))
    x = torch.tensor(told["seen"]["values"]).reshape(1, *told["seen"]["shape"])
    incoming = form(of.experiment)["preprocessing"]["input"]["scaling"]
    if incoming is not None:
        flat = (x.double().reshape(1, -1) - torch.tensor(incoming["offset"])) / torch.tensor(incoming["scale"])
        x = flat.float().reshape(x.shape)
    with torch.no_grad():
        assert told["answers"][0] == pytest.approx(of.build()(x).sigmoid()[0].tolist(), abs=1e-6)


WRONG = {
    "leaf;found;height\nround;2024-03-01;tall\n": r"new\.csv, row 2, column height: 'tall' is no number",
    "leaf;found;height\nround;2024-03-01;1,5\nlong;soon;2\n": r"row 3, column found: 'soon' is no date",
    "leaf;found\nround;2024-03-01\n": "there is no column height",
    "leaf;found;height\n": "holds no rows",
    "": "holds no rows",
}


def test_a_bad_cell_is_named_by_row_and_column_by_the_app_and_by_predict(plants: Path) -> None:
    of = trained({"name": "file:plants.csv", "target": "plant", "columns": ["height", "leaf", "found"]},
                 "BCEWithLogitsLoss")  # fmt: skip
    known = form(of.experiment)
    for content, sentence in WRONG.items():
        with pytest.raises(ExportError, match=sentence):
            predict(of, Question("table", content.encode(), "new.csv"), known)
    with pytest.raises(ExportError, match="height: 'tall' is no number"):
        predict(of, Question.of_row({"height": "tall", "leaf": "", "found": ""}), known)
    (plants / "new.csv").write_text(next(iter(WRONG)), "utf-8")
    with pytest.raises(subprocess.CalledProcessError) as broken:
        predicted(of, plants / "bundle", plants / "new.csv")
    assert broken.value.stderr.strip().endswith("new.csv, row 2, column height: 'tall' is no number.")


def test_a_row_that_is_too_short_has_gaps_at_its_end(plants: Path) -> None:
    of = trained({"name": "file:plants.csv", "target": "plant", "columns": ["height", "leaf", "found"]},
                 "BCEWithLogitsLoss")  # fmt: skip
    short, whole = (b"leaf;found;height\nlong;2024-05-01;3,5\nround;2024-03-01%s\n" % end for end in (b"", b";"))
    told = [predict(of, Question("table", each, "new.csv"), form(of.experiment))["answers"] for each in (short, whole)]
    assert told[0] == told[1]
    (plants / "new.csv").write_bytes(short)
    agree({"classes": ["fern", "moss"], "answers": told[0]}, predicted(of, plants / "bundle", plants / "new.csv"))


def test_a_gap_is_refused_where_training_had_none() -> None:
    of = trained({"name": "iris"}, "CrossEntropyLoss")
    names = [each["name"] for each in form(of.experiment)["fields"]]
    with pytest.raises(ExportError, match=rf"{re.escape(names[0])}.*no value"):
        predict(of, Question.of_row(dict.fromkeys(names, "")), form(of.experiment))


def test_pictures_are_bounded_and_nothing_else_is_taken_for_one(tmp_path: Path) -> None:
    of = trained({"name": "digits"}, "CrossEntropyLoss")
    known = form(of.experiment)
    bomb = io.BytesIO()
    Image.new("1", (6000, 6000)).save(bomb, "PNG")
    tiff = io.BytesIO()
    Image.new("L", (8, 8)).save(tiff, "TIFF")
    for content, sentence in ((bomb.getvalue(), "20 million"), (b"SIMPLE  = T", "damaged"), (tiff.getvalue(), "TIFF")):
        with pytest.raises(ExportError, match=sentence):
            predict(of, Question("picture", content, "p.png"), known)
    (tmp_path / "p.png").write_bytes(tiff.getvalue())
    with pytest.raises(subprocess.CalledProcessError) as broken:
        predicted(of, tmp_path / "bundle", tmp_path / "p.png")
    assert len(broken.value.stderr.strip().splitlines()) == 1
    assert "p.png: no picture that can be read (PNG, JPEG, GIF, BMP, WEBP, PPM)" in broken.value.stderr
    with pytest.raises(ExportError, match="bytes"):
        Question("picture", b"x" * (question.MOST_BYTES["picture"] + 1), "p.png")


def test_the_fields_of_a_row_are_its_raw_columns_with_typical_values(plants: Path) -> None:
    of = trained({"name": "file:plants.csv", "target": "plant", "columns": ["height", "leaf", "found"]},
                 "BCEWithLogitsLoss")  # fmt: skip
    fields = {each["name"]: each for each in form(of.experiment)["fields"]}
    assert [each["kind"] for each in fields.values()] == ["number", "category", "date"]
    assert fields["leaf"]["values"] == ["long", "round"]
    assert 0 < fields["height"]["typical"] < 90 * 0.37
    told = predict(
        of, Question.of_row({name: str(each["typical"]) for name, each in fields.items()}), form(of.experiment)
    )
    assert sum(told["answers"][0]) == pytest.approx(1)
