"""What predict.py must know of a learner's own data, to make numbers of new rows, sentences and pictures as the app."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.load import Divided
from dlcore.data.own import Brought, Images, Table, choice
from dlcore.data.own.description import Detected
from dlcore.experiment import Experiment


def known(experiment: Experiment, rows: Divided) -> dict[str, Any]:
    """Entries of `preprocessing.json`: the fitted `recipe` of a table, `text`, or the `range` of pictures."""
    source = experiment.dataset.source
    if not isinstance(source, Brought):
        return {}
    description = source.description()
    if isinstance(description, Images):
        return {"range": [0.0, 255.0]}
    if isinstance(description, Table) and (text := choice.text_of(source, description)) is not None:
        return {"text": {"column": text.name, "level": source.level}}
    return {} if rows.learned is None else {"recipe": rows.learned}


def cells(experiment: Experiment) -> dict[str, str]:
    """How the file of a learner's own table was read: what stands between cells, and the decimal mark."""
    source = experiment.dataset.source
    description = source.description() if isinstance(source, Brought) else None
    found = description.detected if isinstance(description, Table) else Detected()
    return {"delimiter": found.delimiter or ",", "decimal": found.decimal or "."}


def samples(experiment: Experiment, rows: Divided, numbers: np.ndarray[Any, Any]) -> dict[str, Any]:
    """These rows as they came: `rows` of cells where a recipe makes numbers of them, or `texts`; else nothing."""
    source = experiment.dataset.source
    if not isinstance(source, Brought) or not isinstance(description := source.description(), Table):
        return {}
    frame = source.read(experiment.seed).x.iloc[numbers]
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
