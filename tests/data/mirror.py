"""A server of files that stands for where data sets were published; small files in the real formats.

Nothing of this is in the app: what it downloads is on its fixed catalogue, by address and SHA-256.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.data.download import Published

Files = dict[str, bytes]


class Mirror:
    """A server of files; it notes from which byte each was asked for, can break off, wait, or answer no more."""

    def __init__(self) -> None:
        self.files: Files = {}
        self.asked: list[tuple[str, int]] = []
        self.break_after: int | None = None  # bytes of one answer
        self.answers: int | None = None  # so many, then none
        self.hold_after: int | None = None  # bytes of one answer; the others wait for the gate
        self.gate = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name, start = self.path.lstrip("/"), 0
                if wanted := self.headers.get("Range"):
                    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                mirror.asked.append((name, start))
                if mirror.answers is not None and len(mirror.asked) > mirror.answers:
                    self.send_error(503)
                    return
                content = mirror.files[name][start:]
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: mirror.break_after][: mirror.hold_after])
                if mirror.hold_after is not None:
                    mirror.gate.wait()
                    self.wfile.write(content[: mirror.break_after][mirror.hold_after :])

            def log_message(self, *_given: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer nothing any more."""
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()


def idx(values: np.ndarray[Any, Any]) -> bytes:
    """An array of bytes as an IDX file, packed; by its published layout."""
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(head + values.tobytes())


RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (50, 28, 28), dtype=np.uint8)
LABELS = RANDOM.integers(0, 10, 50, dtype=np.uint8)
MNIST = {
    "train-images-idx3-ubyte.gz": idx(IMAGES[:40]),
    "train-labels-idx1-ubyte.gz": idx(LABELS[:40]),
    "t10k-images-idx3-ubyte.gz": idx(IMAGES[40:]),
    "t10k-labels-idx1-ubyte.gz": idx(LABELS[40:]),
}


def publish(monkeypatch: pytest.MonkeyPatch, kind: type[Downloaded], files: Files, rows: int, address: str) -> None:
    """Let these files be the published ones."""
    listed = tuple(Published(name, len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in files.items())
    monkeypatch.setattr(kind, "files", listed)
    monkeypatch.setattr(kind, "rows", rows)
    monkeypatch.setattr(kind, "address", address)
