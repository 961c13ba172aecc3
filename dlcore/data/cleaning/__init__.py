"""Cleaning as a recipe: declared steps in an order, learned from the training part alone, written with the experiment.

    dataset:
      name: upload:<id>
      recipe:
        - {step: DropDuplicates}
        - {step: Outliers, method: iqr, action: clip}
        - {step: FillMissing, strategy: mean, columns: [age]}
        - {step: Encode, to: ordinal, columns: [size]}

What leaves rows out without learning anything does so before the data are divided (`rows`). What learns, becomes one
pipeline of scikit-learn, fitted on the training part (`pipeline`); what it learned can be written as plain JSON and
applied again without scikit-learn (`plain`). A new step is one class in `steps`.
"""

from __future__ import annotations

from dlcore.data.cleaning.steps import Step

__all__ = ["Step"]
