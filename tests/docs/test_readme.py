"""The README tells the truth: its settings are the program's, its files exist, its examples run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlcore
from tools.settings_table import table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
    return [content for named, content in found if named == language]


def test_the_table_of_settings_is_drawn_from_the_settings() -> None:
    written = README.partition("<!-- settings -->\n")[2].partition("\n<!-- /settings -->")[0]
    assert written == table()


def test_the_experiment_file_is_one() -> None:
    (example,) = blocks("yaml")
    assert dlcore.trace(dlcore.Experiment.from_yaml_text(example))


def test_the_python_example_trains(tmp_path: Path) -> None:
    (example,) = blocks("python")
    (written,) = blocks("yaml")
    (tmp_path / "digits.yaml").write_text(written.replace("epochs: 20", "epochs: 1"), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert "RunFinished" in done.stdout


def commands() -> list[str]:
    """Those that end by themselves."""
    lines = "\n".join(blocks("")).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.startswith("python -m dlcore")]


@pytest.mark.parametrize("command", commands())
def test_each_command_runs(command: str, tmp_path: Path) -> None:
    words = [sys.executable, *command.split()[1:]]
    shutil.copy(ROOT / "tests/cases/view_minus_one.py", tmp_path / "my_network.py")
    done = subprocess.run(
        words, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_every_file_and_goal_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for goal in set(re.findall(r"(?:^|`)make ([a-z-]+)", README, flags=re.MULTILINE)):
        assert re.search(rf"^{goal}:", makefile, flags=re.MULTILINE), goal
    for path in set(re.findall(r"`((?:dlcore|pages|docs|tests|tools)/[\w/.]+)`", README)):
        example = path.replace("pages/NAME", "pages/studio").replace("NAME", "neuron")
        assert (ROOT / example).exists(), path


@pytest.mark.parametrize("picture", re.findall(r"!\[.*?\]\((.*?)\)", README))
def test_its_pictures_are_there_and_a_script_takes_them(picture: str) -> None:
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
    assert f"def {Path(picture).stem}(" in (ROOT / "tools/screenshot.py").read_text("utf-8")
