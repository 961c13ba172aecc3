"""What lesson 20 shows side by side runs as it stands, in both libraries."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dlcore.lessons.two_libraries import keras_script, learned


@pytest.mark.slow
def test_the_program_in_keras_runs_and_has_as_many_parameters_as_that_in_torch() -> None:
    ends = ['print("parameters", net.count_params())', 'print("loss", float(held_out))']
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*keras_script(32), *ends])], capture_output=True, text=True, check=False,
        env=os.environ | {"KERAS_BACKEND": "torch"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    count, loss = (float(line.split()[-1]) for line in done.stdout.splitlines()[-2:])
    parameters, theirs = learned("sequential", 32)
    assert count == parameters
    assert loss == pytest.approx(theirs, abs=0.6)  # other first weights, the same 400 digits
