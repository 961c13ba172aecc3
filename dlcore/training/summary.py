"""Scores as a sentence: for a terminal, a notebook, wherever there is room for one line."""

from __future__ import annotations

from dlcore.i18n import _
from dlcore.training.events import EpochEnded, Scores


def epoch_line(event: EpochEnded) -> str:
    """«epoch 3: training loss 0.4121, validation loss 0.4312, accuracy 0.871»."""
    if event.validation is None:
        return _("epoch {epoch}: training {scores}", epoch=event.epoch, scores=scores_line(event.train))
    return _(
        "epoch {epoch}: training loss {loss}, validation {scores}",
        epoch=event.epoch,
        loss=f"{event.train.loss:.4f}",
        scores=scores_line(event.validation),
    )


def scores_line(scores: Scores) -> str:
    """«loss 0.4312, accuracy 0.871»: the loss, and what says most of the task."""
    if scores.accuracy is not None:
        return _("loss {loss}, accuracy {accuracy}", loss=f"{scores.loss:.4f}", accuracy=f"{scores.accuracy:.3f}")
    if scores.r2 is not None:
        return _("loss {loss}, R² {r2}", loss=f"{scores.loss:.4f}", r2=f"{scores.r2:.3f}")
    return _("loss {loss}", loss=f"{scores.loss:.4f}")
