"""`import` on the command line: what is wrong gets one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcore.cli import WRONG, main


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_bundle_is_refused_in_one_sentence(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    file = tmp_path / "mine.zip"
    if content is not None:
        file.write_bytes(content)
    assert main(["import", str(file)]) == WRONG
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
    assert "mine.zip" in printed.err


def test_an_experiment_whose_weights_are_elsewhere_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "dataset: {name: iris}\nnetwork: [{layer: Output}]\n"
        "training: {loss: CrossEntropyLoss, optimizer: Adam, epochs: 1}\n"
        f"start: {{weights: {'a' * 64}, origin: digits 3}}\n"
    )
    assert main(["train", str(file)]) == WRONG
    assert capsys.readouterr().err == "The weights to begin with are not here: digits 3.\n"
