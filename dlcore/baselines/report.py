"""What a page, a file or a command line is told of models beside a network, as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlcore.baselines.baseline import in_order
from dlcore.baselines.comparison import BaselineResult, of_network, results
from dlcore.baselines.fitting import fit
from dlcore.baselines.table import Table
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.network import about_of
from dlcore.training.scores import metrics_of

if TYPE_CHECKING:
    from torch import nn

    from dlcore.data.base import Data

MOST_NAMED = 1_000  # columns whose names are told


def report(
    experiment: Experiment,
    model: nn.Module,
    seeds: Sequence[int],
    data: Data | None = None,
    done: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """`models`: the network and the models as `BaselineResult.to_json`; `metric`: by which they are compared.

    `columns`: their names, none of very many; `shape`: of an example; `by_seed`: by seed and model the score on the
    split of that seed. model: the network as it was trained, in eval mode. Raises DlcoreError where no model can learn
    these rows.
    """
    table = Table(data or load(experiment))
    network = of_network(model, table, experiment.seed)
    found = [network, *results(table, experiment.seed, lambda share: done(share * 0.9))]
    return {
        "metric": table.metric,
        "columns": list(table.columns) if len(table.columns) <= MOST_NAMED else [],
        "shape": list(table.about.shape),
        "models": [each.to_json() for each in found],
        "by_seed": {str(seed): scores for seed, scores in scores_by_seed(experiment, seeds, found[1:])},
    }


def scores_by_seed(
    experiment: Experiment, seeds: Sequence[int], known: Sequence[BaselineResult]
) -> Iterator[tuple[int, dict[str, float]]]:
    """By seed, each model's most telling score: the split, and what a model draws, are those of the seed.

    `known` are the models of the experiment's own seed: they are not fitted again, and tell how many rows there is
    time for.
    """
    rows = {each.name: each.rows for each in known if each.scores is not None}
    for seed in seeds:
        if seed == experiment.seed:
            metric = metrics_of(about_of(experiment).task)[0]
            yield seed, {each.name: each.scores[metric] for each in known if each.scores is not None}
        else:
            yield seed, dict(_scores(Table(load(experiment.model_copy(update={"seed": seed}))), seed, rows))


def _scores(table: Table, seed: int, rows: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for each in in_order():
        try:
            fitted = fit(each, table, seed, rows.get(each.name))
        except ValueError:  # too few rows for it: said beside its name
            continue
        yield each.name, table.scores(fitted.answers(table.judging.x), table.judging)[table.metric]
