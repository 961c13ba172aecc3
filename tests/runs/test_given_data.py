"""A student trains on data that their teacher brought, and is measured on what stayed sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcore.runs import Runs
from tests.access.given import brought, give
from tests.access.walk import TIA
from tests.runs.living import until_state


@pytest.mark.slow
def test_a_student_trains_on_it_hands_in_and_is_measured_on_the_sealed_part(served: Runs, tmp_path: Path) -> None:
    seventh = served.make_class("7b", TIA)
    ann = served.join_class(seventh.code, "Ann", "blue sky", "here")
    cats = brought(served, tmp_path)
    assignment_id = give(served, seventh, cats)
    begun = served.begin_assignment(assignment_id, ann)
    run_id = served.submit(begun, ann, assignment=assignment_id)
    until_state(served, run_id, "finished")
    handed_in = served.hand_in(run_id, assignment_id, ann)
    checked = served.replay_submission(handed_in.id, TIA)
    measured = checked.measured("test")
    assert measured is not None
    assert 0 <= (measured.accuracy or 0) <= 1
    assert not checked.differs
