"""Code that a learner brings: followed as a syntax tree into layers, never executed."""

from dlcore.codegen.importer.result import ImportResult, Note, import_code

__all__ = ["ImportResult", "Note", "import_code"]
