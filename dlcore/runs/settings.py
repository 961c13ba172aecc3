"""Where runs are kept and how they are trained: every knob of an installation, read from `DLCORE_…` variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
import psutil
from pydantic import ByteSize, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dlcore.errors import RunError
from dlcore.i18n import N_, Text
from dlcore.runs.identity_provider import ProviderSettings, provider_settings

BYTES_A_WORKER = 1_000_000_000  # a worker at rest holds torch and little else: a quarter of this


def _memory_bytes() -> int:
    """The memory of this machine, or of the container that this process is held in."""
    machine = psutil.virtual_memory().total
    limit = Path("/sys/fs/cgroup/memory.max")
    held = limit.read_text().strip() if limit.exists() else ""
    return min(machine, int(held)) if held.isdigit() else machine


def _default_workers() -> int:
    """One worker a core, less one for the app and the browser; two at least, so that twins train side by side."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(2, min(cores - 1, _memory_bytes() // BYTES_A_WORKER))


class Settings(BaseSettings):
    """The settings of one installation. Each may be given as an environment variable: `DLCORE_HOME`, …"""

    model_config = SettingsConfigDict(env_prefix="DLCORE_", frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("dlcore", appauthor=False),
        description="Folder of everything this installation keeps: database, weights, logs, secret.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of a PostgreSQL database; an SQLite file under the home without it."
    )
    artifacts_url: str | None = Field(
        None, description="fsspec URL of the place for weights and checkpoints; a folder under the home without it."
    )
    scheduler: str | None = Field(
        None, description="Address of a Dask scheduler (tls://…); a cluster on this machine without it."
    )
    workers: int = Field(
        default_factory=_default_workers, ge=1, le=1024, description="How many runs train at the same time."
    )
    threads: int = Field(
        1, ge=1, le=256, description="Threads of arithmetic for one run; 1 is fastest for small networks."
    )
    record: bool = Field(
        True, description="Whether training may call torch's inner kernels; small networks take thrice as long without."
    )
    runs_per_gpu: int = Field(1, ge=1, le=64, description="How many runs share one GPU at the same time.")
    memory_limit: ByteSize | None = Field(
        None, description="Most memory one run may take, as in 4GiB; four fifths of the machine's, shared, without it."
    )
    film_bytes: ByteSize = Field(
        ByteSize(64_000_000),
        ge=0,
        description="Most bytes the film of one run may take: what its probes saw, and weights.",
    )
    run_seconds: float | None = Field(
        None, gt=0, description="Most seconds one run may train, all its attempts together; no limit without it."
    )
    study_seconds: float = Field(
        3600, gt=0, description="Most seconds that the runs of one study may be expected to train, all together."
    )
    grace_seconds: float = Field(
        5, gt=0, description="How long a run may leave the wish to kill it unanswered before its process is ended."
    )
    hang_seconds: float = Field(
        30, gt=0, description="How long a run may give no sign of life before its process is ended."
    )
    checkpoint_seconds: float = Field(
        10, gt=0, description="Least time between two checkpoints of a run; never more than 5 % of its time goes there."
    )
    datasets: Path | None = Field(
        None, description="A folder with further data sets, each a table and its card (YAML), as in `datasets/`."
    )
    allowed_hosts: str | None = Field(
        None,
        description="Further names by which the server may be asked for, as behind a proxy: `dl.example.org,*.lan`.",
    )
    classes: bool = Field(
        False, description="Whether teachers and students sign in; `serve` says so where others can reach the app."
    )
    oidc_issuer: str | None = Field(
        None, description="Address of an identity provider (OpenID Connect) by which students and teachers sign in."
    )
    oidc_client_id: str | None = Field(None, description="As whom this server is known to the identity provider.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="What it shows there, which nobody else knows; it is never logged."
    )
    oidc_name: str | None = Field(
        None, max_length=60, description="What the button is called, as in *Sign in with …*; the issuer's host without."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How logs are written: lines for people, or an object of JSON a line."
    )
    metrics_token: str | None = Field(
        None, min_length=16, description="Whoever sends it as a bearer token may read `/metrics`; nobody without it."
    )

    @property
    def host_names(self) -> list[str]:
        """The names in `allowed_hosts`."""
        return [each.strip() for each in (self.allowed_hosts or "").split(",") if each.strip()]

    @property
    def identity_provider(self) -> ProviderSettings | None:
        """Where people sign in who have an account of their school; None where that is not set. Raises RunError."""
        return provider_settings(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, self.oidc_name)

    def environment(self) -> dict[str, str]:
        """These settings as the variables that another process reads them from; how people sign in, none needs."""
        needed = {name for name in self.model_fields_set | {"home"} if not name.startswith("oidc_")}
        given = {name: getattr(self, name) for name in needed}
        return {f"DLCORE_{name.upper()}": str(value) for name, value in given.items() if value is not None}

    def runs_at_once(self, memory_bytes: int) -> int:
        """How many runs that need so much memory each fit here at the same time, at least 1: as many as there are
        workers, or fewer where memory does not suffice. Each worker takes some by itself.
        """
        room = 0.8 * _memory_bytes() // (BYTES_A_WORKER // 4 + memory_bytes)
        return max(1, min(self.workers, int(room)))

    @property
    def run_memory_bytes(self) -> int:
        """The memory that one run may take, in bytes."""
        if self.memory_limit is not None:
            return int(self.memory_limit)
        return int(_memory_bytes() * 0.8 / min(self.workers, 8))


def read_settings() -> Settings:
    """The settings of this installation. Raises RunError with the variable, what is allowed and what came."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        sentence = N_("DLCORE_{name} is not valid: {reason}, but it is {received}.")
        raise RunError(
            Text(sentence, name=name.upper(), reason=first["msg"], received=repr(first.get("input"))[:100])
        ) from None
    _provider = settings.identity_provider  # raises where it is not whole
    return settings
