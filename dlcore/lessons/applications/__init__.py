"""Six applications of deep learning, each with a network that is trained within a second."""

from __future__ import annotations

from dlcore.lessons.applications.application import Application
from dlcore.lessons.applications.generation import Generation
from dlcore.lessons.applications.images import Images
from dlcore.lessons.applications.recommendation import Recommendation
from dlcore.lessons.applications.sentiment import Sentiment
from dlcore.lessons.applications.video import Video
from dlcore.lessons.applications.waveforms import Waveforms

APPLICATIONS: dict[str, Application] = {
    "images": Images(), "sentiment": Sentiment(), "generation": Generation(), "recommendation": Recommendation(),
    "waveforms": Waveforms(), "video": Video(),
}  # fmt: skip
