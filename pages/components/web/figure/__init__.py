"""A figure that holds its numbers, drawn again in place when they change; its points are clicked, its lines chosen."""

from pages.components.web.figure.mount import choose_in_figure, draw_figure

__all__ = ["choose_in_figure", "draw_figure"]
