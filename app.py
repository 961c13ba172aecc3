"""The app as a server: `streamlit run app.py`. Pages are in pages/, which pages/navigation.py lists."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from dlcore.data.uploads import upload_access
from dlcore.errors import RunError
from dlcore.runs import logs
from dlcore.runs.embedded import EmbeddedDispatcher
from dlcore.serving import (
    assets,
    class_routes,
    class_show,
    downloads,
    film,
    health,
    identity,
    memory,
    metrics,
    oidc_routes,
    study_downloads,
    thumbnails,
    work_routes,
)
from dlcore.serving import event_stream as live
from dlcore.serving.frontend import Frontend
from dlcore.serving.headers import SecurityHeaders
from dlcore.serving.hosts import Hosts, names_of_this_server
from dlcore.serving.store import runs
from pages.components.shared import first_session, late_fragments, trouble

late_fragments.forget()
upload_access.forbid_local()  # whoever asks in this process sees what was laid out for them, in whatever thread


def prepare() -> None:
    """Before the first visitor comes: something to look at, and what a page loads when it is first drawn.

    Torch loads a good part of itself at its first step; nobody should wait for that after a click. It is loaded here,
    not above, so that workers that load it, too, have begun before.
    """
    runs().welcome()
    import torch

    from dlcore import network
    from dlcore.data.load import load
    from dlcore.presets import PRESETS
    from dlcore.training.check import check
    from pages.components.shared.draft import FIRST_PRESET

    torch.set_num_threads(1)  # beside workers that use every core, a second thread costs far more than it gains
    experiment = PRESETS[FIRST_PRESET].experiment
    check(experiment)
    network.estimate(experiment)
    load(experiment)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Train queued runs as long as the server runs."""
    try:
        settings = runs().settings
    except RunError as error:  # one sentence, where a server would print a traceback; `serve` has said it already
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(2)
    logs.configure()
    dispatcher = EmbeddedDispatcher(settings)  # first: its workers start while this process prepares
    health.watch(dispatcher)
    threading.Thread(target=assets.get_ready, name="assets", daemon=True).start()
    try:
        prepare()
        await first_session.visit_once()
        memory.collect_from_now_on()
        yield {}
    finally:
        dispatcher.close()


app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    routes=[
        *assets.routes,
        *class_routes.routes,
        *class_show.routes,
        *downloads.routes,
        *study_downloads.routes,
        *film.routes,
        *health.routes,
        *identity.routes,
        *live.routes,
        *metrics.routes,
        *oidc_routes.routes,
        *thumbnails.routes,
        *work_routes.routes,
    ],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Hosts, names=lambda: names_of_this_server(st.get_option("server.address"))),
        Middleware(health.Health),
        Middleware(identity.Visitors),
        Middleware(Frontend, html=assets.STREAMLITS / "index.html", files=assets.streamlits(), links=assets.links),
    ],
    on_script_error=trouble.report,
)
