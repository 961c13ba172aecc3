"""Every hostile file is refused by its name; how soon, and with how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.force.figures import Figure, Note

ROOT = Path(__file__).parents[2]
PARTS = 4
LEAST = 120  # files
HANG_SECONDS = 600

pytestmark = [pytest.mark.slow, pytest.mark.serial, pytest.mark.long, pytest.mark.timeout(HANG_SECONDS)]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_hostile_file_is_refused_by_its_name(note: Note, part: int) -> None:
    command = [sys.executable, "-m", "tests.force.hostile", str(part), str(PARTS)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=HANG_SECONDS, check=True)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    unnamed = [each for each in found if not each["refused"] or not any(name in each["said"] for name in each["names"])]
    note(Figure(7, "a hostile file until it is refused", tuple(each["seconds"] for each in found), "s", 2, of="files"))
    note(Figure(7, "… memory that this takes", tuple(each["growth"] for each in found), "MB", 50, of="files"))
    note(Figure(7, "… not refused by its name", (float(len(unnamed)),), "", 0, "all", len(found), "files"))
    assert len(found) * PARTS >= LEAST
    assert unnamed == []
