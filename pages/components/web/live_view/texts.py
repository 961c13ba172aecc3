"""The words of the live view, in the reader's language: its JavaScript holds none."""

from __future__ import annotations

from dlcore.i18n import N_, translate

STATES = {
    "queued": N_("Waiting"),
    "running": N_("Training"),
    "download": N_("Downloading"),
    "paused": N_("Paused"),
    "finished": N_("Finished"),
    "stopped": N_("Stopped"),
    "failed": N_("Failed"),
    "gone": N_("Deleted"),
    "stop": N_("Stopping …"),
    "pause": N_("Pausing …"),
    "kill": N_("Being ended …"),
}

TABS = {
    "boundary": N_("Decision boundary"),
    "confusion": N_("Confusion matrix"),
    "predictions": N_("Predicted and true"),
    "labels": N_("Label by label"),
    "pace": N_("Gradient and step size"),
    "inside": N_("Inside the layers"),
    "log": N_("Log"),
}

# What plotly itself says, by its own words.
PLOTLY = (
    N_("Zoom"),
    N_("Pan"),
    N_("Reset axes"),
    N_("Download plot as a PNG"),
    N_("Double-click to zoom back out"),
    N_("Taking snapshot - this may take a few seconds"),
    N_("Snapshot succeeded"),
)
CLASS_HEADS = (N_("class"), N_("examples"), N_("recall"), N_("precision"))
LABEL_HEADS = (N_("label"), N_("examples"), N_("recall"), N_("precision"))

TEXTS = {
    "pause": N_("Pause"),
    "resume": N_("Resume"),
    "stop": N_("Stop"),
    "kill": N_("End its process"),
    "progress": N_("Share of all batches done"),
    "epoch_of": N_("Epoch {epoch} of {epochs}"),
    "speed": N_("{speed} samples/s"),
    "queued": N_("Waiting for a free place"),
    "downloading": N_("{share} of {size} downloaded; training begins when all of it is here"),
    "position": N_("Number {position} in the queue"),
    "left": N_("{time} left"),
    "trained": N_("{time} of training"),
    "under_a_second": N_("less than 1 s"),
    "seconds": N_("{seconds} s"),
    "minutes": N_("{minutes} min {seconds} s"),
    "hours": N_("{hours} h {minutes} min"),
    "best": N_("best epoch {epoch}: {value}"),
    "reconnecting": N_("The server does not answer. The run goes on; this view comes back by itself."),
    "deleted": N_("This run was deleted."),
    "log_scale": N_("log axis"),
    "close_up": N_("close-up"),
    "metric": N_("Metric shown"),
    "which_epoch": N_("Epoch shown"),
    "newest_epoch": N_("newest epoch"),
    "best_epoch": N_("best epoch"),
    "thinned": N_("Each faint point is the mean of {count} batches."),
    "announced": N_("Epoch {epoch} of {epochs}. {label}: {value}."),
    "epochs_table": N_("Scores of every epoch, the newest first"),
    "label_title": N_("Label by label"),
    "label_caption": N_(
        "Recall: share of the examples with this label that were found. Precision: share of the answers of this label "
        "that are right. Examples of the part that judges, measured after an epoch with dropout off."
    ),
    "class_title": N_("Class by class"),
    "class_caption": N_(
        "Recall: share of its examples that were found. Precision: share of its answers that were right."
    ),
    "epoch": N_("epoch"),
    "learning_rate": N_("learning rate"),
    "gradient_norm": N_("gradient norm"),
    "epoch_seconds": N_("seconds"),
    "scores": N_("Scores of the runs"),
    "stop_all": N_("Stop all"),
    "all_ended": N_("All runs have ended."),
    "mean_and_spread": N_("Mean ± standard deviation"),
    "folds_read": N_(
        "Over {count} folds: {mean} on validation, mean and standard deviation. The deviation says how much the score "
        "depends on which examples judge."
    ),
    "points": N_("{value} points"),
    "at_epoch": N_("{value} · epoch {epoch}"),
    "gap_of": N_("{run}: training {train}, validation {validation}. Training is ahead by {gap}: that is the gap."),
    "no_gap_of": N_("{run}: training {train}, validation {validation}. There is no gap."),
    "best_of": N_("Best on validation: {run}. Narrowest gap: {narrow}."),
    "dropout_nothing": N_("Neither the gaps nor the validation scores differ by more than chance."),
    "dropout_loss": N_("Lowest validation loss: {with} with dropout, {without} without."),
    "dropout_gap_same": N_("With and without dropout the gap is about the same."),
    "dropout_narrowed": N_("With dropout the gap is narrower by {amount}: less was learned by heart."),
    "dropout_widened": N_("With dropout the gap is wider by {amount}: there was little overfitting to hold back."),
    "dropout_helped": N_("Validation is better by {amount}: here dropout helped."),
    "dropout_hurt": N_(
        "Validation is worse by {amount}: here dropout cost more than it gave. A smaller p, more neurons or more "
        "epochs may turn that around."
    ),
    "dropout_same": N_("On validation the two are too close to tell apart."),
    "chance_margin": N_(
        "With {examples} validation examples, differences below about {margin} can be chance. Other seeds tell more."
    ),
    "log_RunStarted": N_(
        "Started on {device}, {threads} thread(s), torch {torch}: {parameters} parameters; {train} training, "
        "{validation} validation and {test} test examples; {batches} batches an epoch."
    ),
    "log_finished": N_("Finished after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_early": N_(
        "Ended early after {epochs} epochs and {seconds}: validation had stopped getting better. "
        "The best was epoch {best_epoch}."
    ),
    "log_stopped": N_("Stopped after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_diverged": N_("Ended after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_Diverged": N_(
        "Epoch {epoch}, batch {step}: the loss is no longer a finite number: {reason}. "
        "The weights kept are those of epoch {kept_epoch}."
    ),
    "log_RunFailed": N_("Failed: {error}"),
}


def texts() -> dict[str, object]:
    """All of them in the current language, by name."""
    return {
        **{name: translate(text) for name, text in TEXTS.items()},
        "plotly": {text: translate(text) for text in PLOTLY},
        "class_heads": [translate(text) for text in CLASS_HEADS],
        "label_heads": [translate(text) for text in LABEL_HEADS],
        "states": {name: translate(text) for name, text in STATES.items()},
        "tabs": {name: translate(text) for name, text in TABS.items()},
    }
