"""An experiment as Python that runs without this library, and gives the same numbers."""

from __future__ import annotations

from dlcore.codegen.keras import keras_code
from dlcore.codegen.model import Listing, model_code
from dlcore.codegen.notebook import notebook
from dlcore.codegen.script import source_code

__all__ = ["Listing", "keras_code", "model_code", "notebook", "source_code"]
