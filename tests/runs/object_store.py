"""An object store of the tests: moto's S3, as a process of its own on a port of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

SERVE = "import sys; from moto.server import main; main(sys.argv[1:])"
PATIENCE_SECONDS = 60


class ObjectStore:
    """Its address, from the beginning; it answers once it is started."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Botocore's own settings, with which s3fs finds it; a refused connection is told at once, not tried again."""
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1"}  # fmt: skip

    def start(self) -> None:
        command = [sys.executable, "-c", SERVE, "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "the object store does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/moto-api/", timeout=5):
                return True
        except urllib.error.URLError:
            return False

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
