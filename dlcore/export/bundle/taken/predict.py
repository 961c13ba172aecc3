"""Ask the network: rows, images or text as they come; labels and probabilities come back, one line of JSON each.

python predict.py flowers.csv         rows, in columns of the names that preprocessing.json lists (or in their order)
python predict.py digit.png           a picture; --invert where its ink is dark on light
python predict.py "not bad at all"    text

What was learned from the training part stands in preprocessing.json, and is applied here to whatever comes in.
"""

import argparse
import csv
import json
import math
import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import torch
from model import model
from safetensors.torch import load_file

FOLDER = Path(__file__).parent
KNOWN = json.loads((FOLDER / "preprocessing.json").read_text("utf-8"))
CLASSES = json.loads((FOLDER / "classes.json").read_text("utf-8"))
SHAPE = tuple(KNOWN["input"]["shape"])
PICTURES = (".png", ".jpg", ".jpeg")

model.load_state_dict(load_file(FOLDER / "weights.safetensors"))
model.eval()  # dropout rests, batch normalization uses what it learned


def prepared(raw):
    """Raw examples (N, *SHAPE) as the network wants them: scaled as the training part taught; tokens as they are."""
    if "words" in KNOWN["input"]:
        return torch.from_numpy(np.asarray(raw, dtype="int64"))
    x = np.asarray(raw, dtype="float32").astype("float64").reshape(-1, math.prod(SHAPE))
    if KNOWN["input"]["scaling"] is not None:
        x = (x - KNOWN["input"]["scaling"]["offset"]) / KNOWN["input"]["scaling"]["scale"]
    return torch.from_numpy(x.astype("float32").reshape(-1, *SHAPE))


@torch.inference_mode()
def outputs(raw):
    """The network's own numbers for raw examples, as a tensor (N, …)."""
    return model(prepared(raw))


def answers(raw):
    """Labels with probabilities, or numbers in the target's own unit: one dict an example."""
    made, task = outputs(raw), KNOWN["task"]
    if task == "multiclass":
        return [_likeliest(each) for each in made.softmax(dim=1)]
    if task == "next-token":
        return [_likeliest(each[-1]) for each in made.softmax(dim=-1)]
    if task == "binary":
        return [_likeliest([1 - each.item(), each.item()]) for each in made.sigmoid()[:, 0]]
    if task == "multilabel":
        named = map(_named, made.sigmoid())
        return [{"labels": [name for name, p in each.items() if p > 0.5], "probabilities": each} for each in named]
    return [{KNOWN["target"] or "value": each} for each in _in_its_unit(made)]


def _named(probabilities):
    return {name: round(float(each), 6) for name, each in zip(CLASSES, probabilities, strict=True)}


def _likeliest(probabilities):
    named = dict(sorted(_named(probabilities).items(), key=lambda each: -each[1])[:10])  # of many, the first ten
    return {"label": next(iter(named)), "probabilities": named}


def _in_its_unit(made):
    """A regression learns a scaled target; this turns it back."""
    numbers = made.double().numpy()
    if KNOWN["output"] is not None:
        numbers = numbers * KNOWN["output"]["scale"] + KNOWN["output"]["offset"]
    return [row[0] if len(row) == 1 else row for row in numbers.tolist()]


def read(given, invert=False):
    """Raw examples from a file of rows, a picture, or text."""
    if "words" in KNOWN["input"]:
        path = Path(given)
        lines = path.read_text("utf-8").splitlines() if given.endswith(".txt") and path.exists() else [given]
        return [tokens(line) for line in lines]
    if given.lower().endswith(PICTURES):
        return picture(given, invert)
    return rows(given)


def tokens(text):
    """The number of each word, or character, cut or filled up in front to the length that was trained on."""
    number, length = {word: place for place, word in enumerate(KNOWN["input"]["words"])}, SHAPE[0]
    if "text" in KNOWN["input"]:  # what is not known has a number of its own
        known = [number.get(part, 1) for part in taken_apart(text, KNOWN["input"]["text"]["level"])][:length]
    else:
        parts = text.lower().split() if "" in number else list(text)
        known = [number[part] for part in parts if part in number][-length:]
    return [0] * (length - len(known)) + known


def taken_apart(text, level):
    """A text as words and marks, or as characters."""
    return (
        re.findall(r"\w+|[^\w\s]", text.lower()) if level == "word" else [each for each in text if not each.isspace()]
    )


def rows(file):
    """A CSV file: columns by their names where the first line has them all, else in their order."""
    with open(file, newline="", encoding="utf-8-sig") as lines:
        table = [row for row in csv.reader(lines) if row]
    head = [each.strip() for each in table[0]]
    if "recipe" in KNOWN["input"]:
        missing = [each["name"] for each in KNOWN["input"]["recipe"]["columns"] if each["name"] not in head]
        if missing:
            raise SystemExit(f"{file}: there is no column {missing[0]}.")
        return encoded([dict(zip(head, row, strict=False)) for row in table[1:]])
    names = KNOWN["input"]["columns"]
    if names and set(names) <= set(head):
        return [[float(row[head.index(name)]) for name in names] for row in table[1:]]
    if not _is_number(head[0]):
        table = table[1:]
    wanted = math.prod(SHAPE)
    for number, row in enumerate(table, start=1):
        if len(row) != wanted:
            raise SystemExit(f"{file}: row {number} has {len(row)} columns; the network was trained on {wanted}.")
    return [[float(each) for each in row] for row in table]


def encoded(table):
    """Rows of cells, by the names of their columns, as numbers: gaps filled, names as numbers, by what was learned."""
    recipe = KNOWN["input"]["recipe"]
    made = [[number for column in recipe["columns"] for number in _numbers(column, row)] for row in table]
    return [[row[place] for place in recipe["selected"]] for row in made] if "selected" in recipe else made


def _numbers(column, row):
    value = _value(column["kind"], row.get(column["name"], "").strip())
    for step, *what in column["steps"]:
        if step == "clip" and not math.isnan(value):
            low, high = what
            value = max(value, -math.inf if low is None else low)
            value = min(value, math.inf if high is None else high)
        elif step == "fill" and (value == "" or value != value):
            value = what[0]
        elif step == "onehot":
            return [float(value == name) for name in what[0]]
        elif step == "ordinal":
            return [float(what[0].index(value)) if value in what[0] else -1.0]
    return [value]


def _value(kind, cell):
    """A cell as a number, NaN where it is empty; dates as days since 1970, names as they are."""
    if kind == "category":
        return cell
    if not cell:
        return math.nan
    if kind == "date":
        days = (datetime.fromisoformat(cell).replace(tzinfo=None) - datetime(1970, 1, 1)) / timedelta(days=1)
        return float(np.float32(days))
    return float(cell)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def picture(file, invert):
    """A picture brought to the side, the channels and the range of numbers that were trained on."""
    from PIL import Image

    if len(SHAPE) != 3 or SHAPE[0] not in (1, 3):
        raise SystemExit("This network was not trained on pictures.")
    channels, height, width = SHAPE
    image = Image.open(file).convert("L" if channels == 1 else "RGB").resize((width, height))
    ink = np.asarray(image, dtype="float64").reshape(height, width, channels).transpose(2, 0, 1) / 255
    low, high = KNOWN["input"]["range"]
    return [low + (1 - ink if invert else ink) * (high - low)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("given", nargs="+", help="a .csv file, a picture, a .txt file or text")
    parser.add_argument("--invert", action="store_true", help="the picture's ink is dark on light")
    wanted = parser.parse_args()
    for given in wanted.given:
        for answer in answers(read(given, wanted.invert)):
            print(json.dumps(answer, ensure_ascii=False))
