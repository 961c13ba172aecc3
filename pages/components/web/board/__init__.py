"""The board of a lesson: one component for all of them. What stands on one is declared in dlcore/lessons/board."""

from pages.components.web.board.mount import board

__all__ = ["board"]
