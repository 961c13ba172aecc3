"""The gallery of starting points: groups of cards with a picture of their data, to be searched and opened."""

from pages.components.web.gallery.mount import gallery_button

__all__ = ["gallery_button"]
