"""While something moves the browser computes: the neuron board's sums are torch's."""

from __future__ import annotations

import pytest

from dlcore.lessons import neuron
from tests.web.node import Node

FILE = "pages/components/web/neuron_board/arithmetic.js"


@pytest.mark.parametrize("weights", [(0.7, -0.3, 0.2), (30.0, 40.0, -5.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 0.0)])
@pytest.mark.parametrize("activation", neuron.ACTIVATIONS)
@pytest.mark.parametrize("name", neuron.TITLES)
def test_loss_and_accuracy_are_those_that_torch_measures(
    node: Node, name: str, activation: str, weights: neuron.Weights
) -> None:
    data = neuron.points(name)
    points = [[*x, y] for x, y in zip(data.x.tolist(), data.y.tolist(), strict=True)]
    theirs = node.call(FILE, "measure", points, activation, weights)
    mine = neuron.measure(data, activation, weights)
    assert theirs["loss"] == pytest.approx(mine.loss, rel=1e-9)
    assert theirs["accuracy"] == pytest.approx(mine.accuracy)
