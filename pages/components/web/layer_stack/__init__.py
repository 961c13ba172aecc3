"""The layer stack: rows to add, remove, duplicate, move and repair, as one browser component."""

from pages.components.web.layer_stack.mount import layer_stack

__all__ = ["layer_stack"]
