"""Scores as a sentence: for a terminal, a notebook, wherever there is room for one line."""

from __future__ import annotations

from dlcore.i18n import _
from dlcore.training.events import EpochEnded
from dlcore.training.scores import METRICS, Scores, headline


def epoch_line(event: EpochEnded) -> str:
    """«epoch 3: training loss 0.4121, validation loss 0.4312, accuracy 0.871»."""
    if event.validation is None:
        return _("epoch {epoch}: training {scores}", epoch=event.epoch, scores=scores_line(event.train))
    return _(
        "epoch {epoch}: training loss {loss}, validation {scores}",
        epoch=event.epoch,
        loss=METRICS["loss"].number(event.train.loss),
        scores=scores_line(event.validation),
    )


def scores_line(scores: Scores) -> str:
    """«loss 0.4312, accuracy 0.871»: the loss, and what says most of the task."""
    loss, name = METRICS["loss"].number(scores.loss), headline(scores)
    if name == "loss":
        return _("loss {loss}", loss=loss)
    metric, measured = METRICS[name], getattr(scores, name)
    return _("loss {loss}, {metric} {value}", loss=loss, metric=_(metric.noun), value=metric.number(measured))
