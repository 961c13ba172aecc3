"""What predict.py must know of a learner's own data, to make numbers of new rows, sentences and pictures as the app."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.load import Divided
from dlcore.data.uploads import Images, Table, UserDataset, choice
from dlcore.data.uploads.description import AS_FOUND, Reading
from dlcore.experiment import Experiment

UNREADABLE = ("dates-impossible", "numbers-beyond")  # repairs of single cells, which are missing since


def describe(experiment: Experiment, rows: Divided) -> dict[str, Any]:
    """Entries of `preprocessing.json`: how the `file` of a table was read (`reading`), and its `text` or `recipe`.

    `double` are the columns whose numbers are as precise as float64, `gaps` those in which what could not be read was
    missing. Of pictures, the `range` of their numbers.
    """
    source = experiment.dataset.source
    if not isinstance(source, UserDataset):
        return {}
    description = source.description()
    if isinstance(description, Images):
        return {"range": [0.0, 255.0]}
    if not isinstance(description, Table):
        return {}
    file = {"format": description.format, "columns": [each.name for each in description.columns]}
    told: dict[str, Any] = {"reading": plain(description.reading), "file": file}
    if (text := choice.text_of(source, description)) is not None:
        return told | {"text": {"column": text.name, "level": source.level}}
    told |= {"double": rows.double, "gaps": _lenient(description)}
    return told if rows.learned is None else told | {"recipe": rows.learned}


def libraries(experiment: Experiment) -> list[str]:
    """What predict.py needs besides, to read a file such as was trained on."""
    source = experiment.dataset.source
    description = source.description() if isinstance(source, UserDataset) else None
    format = description.format if isinstance(description, Table) else ""
    return [{"xlsx": "openpyxl", "parquet": "pyarrow"}[format]] if format in ("xlsx", "parquet") else []


def _lenient(table: Table) -> list[str]:
    """The columns in which cells that cannot be read counted as missing."""
    columns = {each.sentence.values.get("column") for each in table.repairs if each.kind in UNREADABLE}
    return [each.name for each in table.columns if each.name in columns]


def plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; `Reading.from_json` makes an equal one."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(reading)))
    return found


def cells(experiment: Experiment) -> dict[str, str]:
    """What stands between cells, and the decimal mark: all that readers of earlier versions know of a file."""
    source = experiment.dataset.source
    description = source.description() if isinstance(source, UserDataset) else None
    found = description.reading if isinstance(description, Table) else AS_FOUND
    return {"delimiter": found.delimiter or ",", "decimal": found.decimal or "."}


def samples(experiment: Experiment, rows: Divided, numbers: np.ndarray[Any, Any]) -> dict[str, Any]:
    """These rows as they came: `rows` of cells where a recipe makes numbers of them, or `texts`; else nothing.

    numbers: (N,), of rows.
    """
    source = experiment.dataset.source
    if not isinstance(source, UserDataset) or not isinstance(description := source.description(), Table):
        return {}
    frame = source.read(experiment.seed_of("split")).x.iloc[numbers]
    if choice.text_of(source, description) is not None:
        return {"texts": frame.iloc[:, 0].fillna("").astype(str).tolist()}
    if rows.learned is None:
        return {}
    return {"rows": [{name: cell(value) for name, value in row.items()} for row in frame.to_dict("records")]}


def cell(value: Any) -> str:
    """A value as a CSV file has it; empty where there is none."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.isoformat())
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)
