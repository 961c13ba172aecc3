"""`/metrics`: how this server fares, in the text format of Prometheus, for whoever holds the operator's token.

Without `DLCORE_METRICS_TOKEN` there is no such page. Nothing in it names a learner or a run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dlcore.errors import RunError
from dlcore.runs.status import STATES
from dlcore.serving import event_stream, health, operator_token
from dlcore.serving.store import runs


class Installation(Collector):
    """What is read anew whenever somebody asks; where the database does not answer, what it would say is left out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each number, with what it is."""
        found = health.findings()
        yield _gauge("dlcore_database_up", "Whether the database answers.", found["database"] == health.OK)
        yield _gauge("dlcore_dispatcher_up", "Whether runs are trained.", found["dispatcher"] == health.OK)
        settings = runs().settings
        yield _gauge("dlcore_workers", "Runs that may train at the same time.", settings.workers)
        yield _gauge("dlcore_disk_free_bytes", "Room on the disk of the home.", shutil.disk_usage(settings.home).free)
        yield _gauge("dlcore_watched_runs", "Runs that open pages watch.", event_stream.watching.watched)
        yield from _runs()


def _runs() -> Iterator[GaugeMetricFamily]:
    try:
        found = runs().census()
    except RunError:
        return
    by_state = GaugeMetricFamily("dlcore_runs", "Runs in each state.", labels=["state"])
    for state in STATES:
        by_state.add_metric([state], found.runs.get(state, 0))
    yield by_state
    yield _gauge("dlcore_oldest_wait_seconds", "How long the run waits that has waited longest.", found.oldest_wait)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=float(value))


_registry = CollectorRegistry()
ProcessCollector(registry=_registry)  # memory, processor and open files of this process
_registry.register(Installation())


async def _metrics(request: Request) -> Response:
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    if not operator_token.is_set():
        return PlainTextResponse("There is no such page.", status_code=404)
    if kind.lower() != "bearer" or not operator_token.is_token(sent):
        refused = "This page is the operator's: send DLCORE_METRICS_TOKEN as a bearer token."
        return PlainTextResponse(refused, status_code=401, headers={"WWW-Authenticate": "Bearer"})
    text = await run_in_threadpool(generate_latest, _registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


routes = [Route("/metrics", _metrics)]
