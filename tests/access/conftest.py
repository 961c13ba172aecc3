"""A class of Tia's, and Ann, who is in it."""

from __future__ import annotations

import pytest

from dlcore.access import Viewer
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from tests.access.walk import TIA


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", TIA)


@pytest.fixture
def ann(store: Runs, seventh: SchoolClass) -> Viewer:
    return store.join_class(seventh.code, "Ann", "blue sky", "here")
