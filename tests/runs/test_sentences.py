"""What a learner is told about an exception or an exit code."""

from __future__ import annotations

import errno
from multiprocessing.reduction import ForkingPickler

import pytest
import torch

from dlcore.errors import DataError
from dlcore.i18n import Text
from dlcore.runs import trouble
from dlcore.runs.store.engine import DiskFull, Unreachable


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [(-9, "signal 9"), (-11, "signal 11 (SIGSEGV)"), (-250, "signal 250"), (7, "exit code 7"), (None, "unexpectedly")],
)
def test_an_exit_code_says_how_a_process_ended(exit_code: int | None, said: str) -> None:
    assert said in str(trouble.died(exit_code))


def _allocate_too_much() -> Exception:
    try:
        torch.empty(2**50)
    except RuntimeError as error:
        return error
    raise AssertionError("a petabyte was there")


@pytest.mark.parametrize("error", [MemoryError(), _allocate_too_much(), RuntimeError("CUDA out of memory.")])
def test_missing_memory_is_called_that(error: Exception) -> None:
    assert "memory ran out" in str(trouble.sentence_for(error, "run"))


def test_a_full_disk_is_called_that() -> None:
    assert "disk is full" in str(trouble.sentence_for(OSError(errno.ENOSPC, "?"), "run"))
    assert "disk is full" in str(trouble.sentence_for(DiskFull(), "run"))


def test_an_error_for_the_learner_is_passed_on_as_it_is() -> None:
    assert trouble.sentence_for(DataError(Text("a sentence")), "run") == Text("a sentence")


def test_any_other_error_shows_its_kind_and_where_to_look_but_not_its_words() -> None:
    sentence = str(trouble.sentence_for(KeyError("/secret/path"), "ab12"))
    assert "KeyError" in sentence
    assert "ab12" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("error", [DiskFull(), Unreachable("sqlite:///x")])
def test_errors_of_the_database_travel_between_processes(error: Exception) -> None:
    again = ForkingPickler.loads(ForkingPickler.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
