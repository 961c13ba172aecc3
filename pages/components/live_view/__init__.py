"""The live view: runs as they train, through one stream of events, beside Streamlit's script runs."""

from pages.components.live_view.addresses import routes
from pages.components.live_view.comparison import live_comparison, live_folds
from pages.components.live_view.mount import LiveResult, live_view

__all__ = ["LiveResult", "live_comparison", "live_folds", "live_view", "routes"]
