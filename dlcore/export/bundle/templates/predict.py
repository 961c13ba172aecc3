"""Ask the network: rows, images or text as they come; labels and probabilities come back, one line of JSON each.

python predict.py flowers.csv         rows (also .tsv, .txt, .xlsx, .parquet), in columns of the names that
                                      preprocessing.json lists, or in their order; read as the training data were
python predict.py digit.png           a picture; --invert where its ink is dark on light
python predict.py "not bad at all"    text; --more 50 --temperature 0.8 continues it, where that was learned

What was learned from the training part stands in preprocessing.json, and is applied here to whatever comes in.
"""

import argparse
import json
import math
import re
import sys
import warnings
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import postprocess
import torch
from asked import TABLES
from errors import DlcoreError
from model import model
from row_cells import Cells, Row, names, rows_of_file, texts_of_file
from safetensors.torch import load_file

FOLDER = Path(__file__).parent
KNOWN = json.loads((FOLDER / "preprocessing.json").read_text("utf-8"))
CLASSES = json.loads((FOLDER / "classes.json").read_text("utf-8"))
SHAPE = tuple(KNOWN["input"]["shape"])
PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp", ".ppm", ".pgm", ".pbm", ".pnm")
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM")  # found from what a picture holds, not from its name
KEPT = 128  # pixels: a picture is made at most so wide and high before it is brought to the side of the network

model.load_state_dict(load_file(FOLDER / "weights.safetensors"))
model.eval()  # dropout rests, batch normalization uses what it learned


def prepared(raw):
    """Raw examples (N, *SHAPE) as the network wants them: scaled as the training part taught; tokens as they are."""
    if "words" in KNOWN["input"]:
        return torch.from_numpy(np.asarray(raw, dtype="int64"))
    x = np.asarray(raw, dtype="float64").reshape(-1, math.prod(SHAPE))
    if KNOWN["input"]["scaling"] is not None:
        x = (x - KNOWN["input"]["scaling"]["offset"]) / KNOWN["input"]["scaling"]["scale"]
    return torch.from_numpy(x.astype("float32").reshape(-1, *SHAPE))


def outputs(raw):
    """The network's own numbers for raw examples, as a tensor (N, …)."""
    return postprocess.outputs(model, prepared(raw))


def answers(raw):
    """Labels with probabilities, or numbers in the target's own unit: one dict an example."""
    task = KNOWN["task"]
    made = postprocess.meant(outputs(raw), task, KNOWN["output"]).tolist()
    if task == "multilabel":
        named = map(_named, made)
        return [{"labels": [name for name, p in each.items() if p > 0.5], "probabilities": each} for each in named]
    if task == "regression":
        return [{KNOWN["target"] or "value": row[0] if len(row) == 1 else row} for row in made]
    return [_likeliest(each) for each in made]


def _named(probabilities):
    return {name: round(each, 6) for name, each in zip(CLASSES, probabilities, strict=True)}


def _likeliest(probabilities):
    named = dict(sorted(_named(probabilities).items(), key=lambda each: -each[1])[:10])  # of many, the first ten
    return {"label": next(iter(named)), "probabilities": named}


def continued(text, more, temperature, seed):
    """What follows a text: one token after the other, each drawn by its probability at this temperature."""
    words = KNOWN["input"]["words"]
    found = postprocess.continued(model, tokens(text), more, temperature, seed)
    return (" " if "" in words else "").join(words[token] for token in found)


def read(given, invert=False):
    """Raw examples from a file of rows, a picture, or text."""
    if "words" in KNOWN["input"]:
        return [tokens(line) for line in texts(given)]
    if given.lower().endswith(PICTURES):
        return picture(given, invert)
    return rows(given)


def texts(given):
    """A text itself; the lines of a .txt file; the column of texts of a table."""
    if not given.lower().endswith(TABLES) or not Path(given).exists():
        return [given]
    return texts_of_file(Path(given), given, KNOWN)


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
    """Raw examples from a file of rows: their columns by name where the file has names, else in their order."""
    found, repairs = rows_of_file(Path(file), file, KNOWN)
    for each in repairs:  # the answers alone go to standard output
        print(f"{file}: {each.sentence}", file=sys.stderr)
    cells = Cells(KNOWN)
    if "recipe" in KNOWN["input"]:
        return [_encoded(row, cells) for row in found]
    return [[cells.full(row, name) for name in names(KNOWN)] for row in found]


def encoded(table):
    """Plain rows (numbers with a point, days as 2024-03-11) by the names of their columns, as numbers."""
    reading = KNOWN["input"].get("reading", {})
    plain = {"present": reading.get("present", ())}
    cells = Cells({**KNOWN, "input": {**KNOWN["input"], "reading": plain}})
    return [_encoded(Row(each), cells) for each in table]


def _encoded(row, cells):
    """A row as numbers: gaps filled, names as numbers, by what was learned."""
    recipe = KNOWN["input"]["recipe"]
    made = [number for column in recipe["columns"] for number in _numbers(column, row, cells)]
    return [made[place] for place in recipe["selected"]] if "selected" in recipe else made


def _numbers(column, row, cells):
    value = _value(column, row, cells)
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


def _value(column, row, cells):
    """A cell as a number, NaN where it is empty; dates as days since 1970, names as they are."""
    kind, name = column["kind"], column["name"]
    if kind == "category":
        learned = next((what[0] for step, *what in column["steps"] if step in ("onehot", "ordinal")), ())
        return cells.name(row, name, learned) or ""
    if kind == "code":
        return cells.code(row, name) or ""
    if kind == "date":
        found = cells.date(row, name)
        return math.nan if found is None else (found - datetime(1970, 1, 1)) / timedelta(days=1)
    value = cells.number(row, name)
    return math.nan if value is None else cells.kept(name, value)


def picture(file, invert):
    """A picture brought to the side, the channels and the range of numbers that were trained on."""
    from PIL import Image

    if len(SHAPE) != 3 or SHAPE[0] not in (1, 3):
        raise SystemExit("This network was not trained on pictures.")
    channels, height, width = SHAPE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a tag that makes no sense is no damage
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                image.draft("RGB" if image.mode != "L" else "L", (2 * KEPT, 2 * KEPT))
                plain = _plain(_upright(image), "L" if channels == 1 else "RGB")
    except Exception as error:  # decoders raise kinds of their own
        known = ", ".join(FORMATS)
        raise SystemExit(f"{file}: no picture that can be read ({known}): {error}") from None
    plain.thumbnail((KEPT, KEPT))
    ink = (
        np.asarray(plain.resize((width, height)), dtype="float64").reshape(height, width, channels).transpose(2, 0, 1)
        / 255
    )
    low, high = KNOWN["input"]["range"]
    return [low + (1 - ink if invert else ink) * (high - low)]


def _upright(image):
    """Turned as its camera held it, where its tags can be read."""
    from PIL import Image

    image.load()
    turns = Image.Transpose
    known = {2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM, 5: turns.TRANSPOSE,
             6: turns.ROTATE_270, 7: turns.TRANSVERSE, 8: turns.ROTATE_90}  # fmt: skip
    try:
        turn = known.get(image.getexif().get(0x0112))
    except Exception:  # tags that make no sense are no damage of the picture
        turn = None
    return image if turn is None else image.transpose(turn)


def _plain(image, mode):
    """Grey or red, green and blue; what is see-through lies on white."""
    from PIL import Image

    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):  # 16 bits a pixel
        return Image.fromarray((np.asarray(image, "int64") >> 8).clip(0, 255).astype("uint8")).convert(mode)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(mode)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("given", nargs="+", help="a file of rows, a picture, a .txt file or text")
    parser.add_argument("--invert", action="store_true", help="the picture's ink is dark on light")
    parser.add_argument("--more", type=int, default=0, help="continue the text by so many tokens")
    parser.add_argument("--temperature", type=float, default=1.0, help="0 takes the likeliest, above 1 dares more")
    parser.add_argument("--seed", type=int, default=0, help="another one draws another continuation")
    wanted = parser.parse_args()
    try:
        for given in wanted.given:
            if wanted.more and KNOWN["task"] == "next-token":
                for text in texts(given):
                    more = continued(text, wanted.more, wanted.temperature, wanted.seed)
                    print(json.dumps({"continued": more}, ensure_ascii=False))
                continue
            for answer in answers(read(given, wanted.invert)):
                print(json.dumps(answer, ensure_ascii=False))
    except DlcoreError as error:
        raise SystemExit(str(error)) from None
    except (OSError, ImportError) as error:
        raise SystemExit(f"{given} cannot be read: {error}") from None
