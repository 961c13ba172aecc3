"""The live view: a run as it trains, through one stream of events, beside Streamlit's script runs."""

from pages.components.live_view.mount import LiveResult, live_view
from pages.components.live_view.routes import routes

__all__ = ["LiveResult", "live_view", "routes"]
