"""Code that a learner brings: read as a syntax tree into layers, never executed."""

from dlcore.codegen.back.layers import Back, Note, layers_in

__all__ = ["Back", "Note", "layers_in"]
