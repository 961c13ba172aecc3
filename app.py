"""The app as a server: `streamlit run app.py`. Pages are in pages/, which pages/navigation.py lists."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from dlcore.runs.embedded import EmbeddedDispatcher
from pages.components import assets, downloads, live_view, trouble
from pages.components.headers import SecurityHeaders
from pages.components.identity import Visitors
from pages.components.store import runs


def prepare() -> None:
    """Before the first visitor comes: something to look at, and what a page imports on its first run."""
    runs().welcome()
    for module in ("dlcore.network", "dlcore.training.check", "sklearn.datasets", "pandas", "plotly.graph_objects"):
        importlib.import_module(module)
    import torch

    torch.set_num_threads(1)  # beside workers that use every core, a second thread costs far more than it gains


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Train queued runs as long as the server runs."""
    dispatcher = EmbeddedDispatcher(runs().settings)  # first: its workers start while this process prepares
    try:
        prepare()
        yield {}
    finally:
        dispatcher.close()


app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    routes=[*assets.routes, *downloads.routes, *live_view.routes],
    middleware=[Middleware(SecurityHeaders), Middleware(Visitors)],
    on_script_error=trouble.report,
)
