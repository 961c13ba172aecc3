"""The workers that the settings ask for: a Dask cluster on this machine, or a scheduler elsewhere."""

from __future__ import annotations

import dask

from dlcore.runs.cluster import CONFIGURATION, Cluster
from dlcore.runs.local_workers import LocalWorkers
from dlcore.runs.remote_workers import RemoteWorkers
from dlcore.runs.settings import Settings


def open_cluster(settings: Settings) -> Cluster:
    """The workers that the settings ask for."""
    dask.config.set(CONFIGURATION)
    if settings.scheduler is None:
        return LocalWorkers(settings)
    return RemoteWorkers(settings)
