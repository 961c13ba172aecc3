"""Brings a place of the page into view when something begins there: on a phone the run stands below the recipe."""

from pages.components.web.reveal.mount import reveal

__all__ = ["reveal"]
