"""Small pictures of data: what a network will see, drawn of the data themselves.

    python -m tools.thumbnails      draws one of each data set and of each starting point

They are files (`files.py`), so that nobody waits for data to be read or fetched. A picture is an SVG without a ground,
whose few colours stand in one place: `themed` makes of it the one for a light or a dark page. Each modality has a file
here that draws it, and that draws what stands for data without a picture.
"""

from __future__ import annotations

from dlcore.figures.thumbnails.canvas import THEMES, themed
from dlcore.figures.thumbnails.modality import MODALITIES, draw, modality_of, placeholder

__all__ = ["MODALITIES", "THEMES", "draw", "modality_of", "placeholder", "themed"]
