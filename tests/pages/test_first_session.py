"""What the first visitor of a server does not wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow]

ROOT = Path(__file__).parents[2]
# In a process of its own: a server's, as it is when it lets its first visitor in.
VISITED = """
import json, sys
from starlette.testclient import TestClient
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from app import app
from dlcore.access import OPERATOR
from dlcore.serving.empty_charts import empty_charts
from dlcore.serving.store import runs

with TestClient(app) as client:
    sessions = Runtime.instance()._session_mgr.num_active_sessions()
    known, drawn, kept = set(sys.modules), empty_charts.cache_info().misses, len(runs().list(OPERATOR))
    shown = []
    with client.websocket_connect("ws://127.0.0.1/_stcore/stream", subprotocols=["streamlit"]) as talk:
        talk.send_bytes(BackMsg(rerun_script=ClientState()).SerializeToString())
        while not (message := ForwardMsg.FromString(talk.receive_bytes())).HasField("script_finished"):
            shown.append(message.WhichOneof("type"))
    print(json.dumps({
        "sessions": sessions, "shown": shown.count("delta"), "runs": kept,
        "imported": sorted(set(sys.modules) - known), "drawn": empty_charts.cache_info().misses - drawn,
    }), flush=True)
"""


def test_all_that_the_first_visit_needs_is_loaded_before_anybody_comes(tmp_path: Path) -> None:
    environment = {**os.environ, "DLCORE_HOME": str(tmp_path), "DLCORE_WORKERS": "1", "PYTHONPATH": str(ROOT)}
    child = subprocess.run(
        [sys.executable, "-c", VISITED], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180
    )
    assert child.returncode == 0, child.stderr[-2000:]
    found = json.loads(child.stdout.splitlines()[-1])
    assert found["shown"] > 100
    assert [each for each in found["imported"] if each.startswith(("pages", "dlcore", "streamlit.", "plotly"))] == []
    assert found["drawn"] == 0
    assert found["sessions"] == 0  # the one before was nobody's, and is gone
