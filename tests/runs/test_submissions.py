"""What was handed in is measured again from its weights, by another process: a forged record is found."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dlcore.access import Viewer
from dlcore.data.load import load
from dlcore.export.assignment import Assignment
from dlcore.network import build
from dlcore.runs import Runs
from dlcore.runs.store import schema
from dlcore.runs.store.engine import writing
from dlcore.runs.store.submissions import Submission
from dlcore.training.events import Scores, scores_to_json
from tests.runs.living import digits, until_state

TIA = Viewer("tia", "teacher")
FORGED = Scores(loss=0.001, accuracy=1.0)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def forged(served: Runs) -> Submission:
    """A run that was trained for a task, and whose record was then changed behind the app's back."""
    seventh = served.make_class("7b", TIA)
    ann = served.join_class(seventh.code, "Ann", "blue sky", "here")
    assignment_id = served.give_assignment(seventh.id, "Digits", digits(2), Assignment(locks=("data",)), TIA)
    run_id = served.submit(digits(2), ann, assignment=assignment_id)
    until_state(served, run_id, "finished")
    with writing(served._engine) as connection:
        mine = sa.update(schema.runs).where(schema.runs.c.id == run_id)
        connection.execute(mine.values(best=scores_to_json(FORGED)))
    return served.hand_in(run_id, assignment_id, ann)


def test_measuring_the_kept_weights_tells_the_truth_about_a_forged_record(served: Runs, forged: Submission) -> None:
    import safetensors.torch

    assert forged.recorded == FORGED
    checked = served.replay_submission(forged.id, TIA)
    data, model = load(digits(2)), build(digits(2)).eval()
    model.load_state_dict(safetensors.torch.load(served.submitted_weights(forged.id, TIA)))
    for name, part in (("judging", data.validation), ("test", data.test)):
        measured = checked.measured(name)
        right = (model(part.x).argmax(dim=1) == part.y).float().mean().item()
        assert measured is not None
        assert measured.accuracy == pytest.approx(right)
        assert measured.accuracy < 1
    assert checked.differs
    assert checked.recorded == FORGED  # the record stays what it was


def test_weights_that_are_not_what_was_handed_in_get_a_sentence(served: Runs, forged: Submission) -> None:
    file = served.settings.home / "artifacts" / forged.weights.file
    kept = file.read_bytes()
    file.write_bytes(kept[:-1] + b"?")
    broken = served.replay_submission(forged.id, TIA)
    assert broken.checked is None
    assert "is damaged: it is not what was written" in str(broken.problem)
    file.write_bytes(kept)
    assert served.replay_submission(forged.id, TIA).measured("test") is not None
