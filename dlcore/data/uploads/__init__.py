"""A learner's own data: read once when it is brought, kept as one Parquet file, trained on like any other data set.

    upload = runs.upload(path, ME)                             # dlcore.runs.open(); a Path, an open file, or IDX pairs
    upload.dataset                                             # "upload:<id>", for dataset.name
    upload.description                                         # Table, Images or Arrays: what was detected, no rows
    frame = runs.frame(upload.id, ME, rows=200)                # a bounded pandas frame: first rows, or evenly spread

In an experiment (YAML, draft, run):

    dataset:
      name: upload:<id>              # or file:cats.csv beside the YAML, on the command line and in notebooks
      target: species                # a column, or several 0/1 columns; the last usable one where it is left out
      columns: [length, colour]      # inputs; every numeric and categorical column where it is left out
      task: multiclass               # binary, multiclass, multilabel, regression; follows from the target without it
      split: {method: group, column: patient, test: 0.2, validation: 0.1}

Data that came in parts (x_train and x_test, folders train and test) keep them: `split: {method: predefined}` is what
follows for these where no split is named, and their test part is the one that stays sealed.

A text column (`text`, `level`, `length`, `vocabulary`) and images (`side`) have settings of their own: see
`UserDataset`.

How it works: whatever comes is read by a process of its own that is thrown away (`child`), within the limits of
`limits`, and leaves a Parquet file of our own making and a description. Pages and `about()` see the description; the
rows are read by whoever trains. Who may see which upload is decided by `upload_access`, as the language
is: pages, workers and the command line each lay out the uploads of one owner; a notebook need not.
"""

from __future__ import annotations

from dlcore.data.column import Column
from dlcore.data.uploads.dataset import File, Upload, UserDataset
from dlcore.data.uploads.description import Arrays, Description, Images, Table

__all__ = ["Arrays", "Column", "Description", "File", "Images", "Table", "Upload", "UserDataset"]
